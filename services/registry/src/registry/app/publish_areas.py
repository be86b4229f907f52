"""Publishing what areas are from a day on, to this service and to the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from common.clock import CHINA, Clock
from registry.app.ports.areas import (
    Administrations,
    AreaList,
    AreaLists,
    AreaRecords,
    Digest,
    Successions,
)
from registry.domain.administration import administered_on
from registry.domain.area_history import trace
from registry.domain.area_list import LEVELS, Edition, ListedArea, PublishedArea, areas_of, retired
from registry.domain.errors.areas import AreaChangesOutOfOrder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from common.vocabulary import AreaScheme
    from registry.domain.area_history import Succession
    from registry.domain.area_list import AreaUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishingAreas:
    """What it takes to publish a list; the caller holds the lock of ``lists``."""

    lists: AreaLists
    records: AreaRecords
    administrations: Administrations
    successions: Successions
    digest: Digest
    clock: Clock

    def today(self) -> date:
        """Return the day that it is in China."""
        return self.clock.now().astimezone(CHINA).date()

    async def refuse_disorder(self, scheme: AreaScheme, day: date) -> None:
        """Make sure that nothing is known of a later day.

        Raises:
            AreaChangesOutOfOrder: Something is, and what was in between would be lost.
        """
        latest = await self.records.latest(scheme)
        if latest is not None and day < latest:
            raise AreaChangesOutOfOrder(scheme=scheme, effective_on=day, latest=latest)

    async def listed(self, edition: Edition, units: Iterable[AreaUnit]) -> Sequence[ListedArea]:
        """Return the areas that units are, given who runs them now; as ``areas_of`` does."""
        known = await self.administrations.of_scheme(edition.scheme)
        return areas_of(edition, units, administered_on(known, self.today()))

    async def publish(
        self, edition: Edition, areas: Sequence[ListedArea], *, list_id: UUID, on: date
    ) -> AreaList:
        """Put areas in force from a day on, and tell what codes stand for that are no more."""
        scheme = edition.scheme
        current = await self.lists.in_force(scheme)
        await self.records.keep(scheme, on, areas)
        told = [*areas, *await self._retired(scheme, {area.ref.code: area for area in areas})]
        told.sort(key=lambda area: area.ref.code)
        published = AreaList(
            list_id=list_id,
            scheme=scheme,
            edition=edition.day,
            count=len(told),
            sha256=self.digest(told),
            path=f"/registry/v1/area_lists/{list_id}/areas.ndjson",
            published_at=_after(current, self.clock.now()),
            is_in_force=True,
        )
        await self.lists.publish(published, told)
        return published

    async def _retired(
        self, scheme: AreaScheme, live: Mapping[str, ListedArea]
    ) -> list[PublishedArea]:
        """Return what codes stand for that lists had and have no longer."""
        gone = await self.records.retired(scheme)
        if not gone:
            return []
        successions = await self.successions.of_scheme(scheme)
        found: dict[str, ListedArea] = {}
        for record in sorted(gone, key=lambda each: LEVELS.index(each.area.level)):
            assert record.valid_until is not None, "what is so now is not gone"
            last_day = record.valid_until - timedelta(days=1)
            heirs = self._heirs(record.area, successions, {**live, **found}, since=last_day)
            if (stand_in := retired(record.area, heirs)) is not None:
                found[record.area.ref.code] = stand_in
        return list(found.values())

    def _heirs(
        self,
        area: ListedArea,
        successions: Iterable[Succession],
        known: Mapping[str, ListedArea],
        *,
        since: date,
    ) -> list[ListedArea]:
        traced = trace([area.ref.code], successions, since=since, until=self.today())
        codes = sorted(traced.codes & known.keys())
        # Of what nothing else is known, whoever has what it lay in is in charge.
        return [known[code] for code in codes or [area.located_in or ""] if code in known]


def _after(current: AreaList | None, now: datetime) -> datetime:
    # Readers take the newest list of a day, so the clock may not put a replacement first.
    return now if current is None else max(now, current.published_at + timedelta(milliseconds=1))

"""Putting a list of areas in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from common.vocabulary import AreaScheme
from registry.app.ports.areas import AreaSources
from registry.app.ports.work import UnitOfWork
from registry.app.publish_areas import PublishingAreas
from registry.domain.area_history import successions_between
from registry.domain.area_list import Edition, unit_of
from registry.domain.errors.areas import AreaListSuperseded, AreasWouldBeLost

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.app.ports.areas import AreaList, AreaSource
    from registry.domain.area_list import AreaUnit, ListedArea


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFile:
    """Somebody's file, and the day as of which what it says holds."""

    path: Path
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAreas:
    """Put a list in force, or what of it concerns one area; without a file the service's own."""

    scheme: AreaScheme = AreaScheme.NBS
    within: str | None = None
    file: AreaFile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportingAreas:
    """What an import of areas needs."""

    unit_of_work: UnitOfWork
    publishing: PublishingAreas
    sources: AreaSources

    async def __call__(self, command: ImportAreas) -> AreaList:
        """Publish a list of areas; one that was published before changes nothing.

        Codes that a later list lacks stay known: what the list, or somebody, says that they became
        is kept, and what was entered under them is found there.

        Raises:
            AreaRowUnreadable: A row of the file says nothing.
            UnknownArea: The source has no such area, or lacks a parent that it names.
            AreaListedTwice: It has a code twice.
            AreaCycle: An area would lie within itself.
            AreaLevelsOutOfOrder: An area would lie in one that is not above it.
            AreaListSuperseded: The list in force is of a later day.
            AreaChangesOutOfOrder: Areas are known to have changed after its day.
            AreasWouldBeLost: The list in force is of the same day, and not all of it is in this.
        """
        source = self._source(command)
        edition = Edition(
            scheme=source.scheme, day=source.day, within=command.within, source=source.name
        )
        lists = self.publishing.lists
        async with self.unit_of_work.transaction():
            await lists.lock()
            current = await lists.in_force(edition.scheme)
            if current is not None:
                _refuse_older(edition, current)
                if await lists.find(edition.list_id) is not None:
                    return current
            return await self._put_in_force(edition, source, current)

    def _source(self, command: ImportAreas) -> AreaSource:
        if command.file is None:
            return self.sources.packaged(command.scheme)
        return self.sources.file(command.file.path, scheme=command.scheme, day=command.file.day)

    async def _put_in_force(
        self, edition: Edition, source: AreaSource, current: AreaList | None
    ) -> AreaList:
        scheme, publishing = edition.scheme, self.publishing
        await publishing.administrations.seed(self.sources.administrations(scheme))
        await publishing.successions.add(self.sources.successions(scheme))
        areas = await publishing.listed(edition, source.units())
        if current is not None:
            await publishing.refuse_disorder(scheme, edition.day)
            await self._follow(edition, current, areas)
        return await publishing.publish(edition, areas, list_id=edition.list_id, on=edition.day)

    async def _follow(
        self, edition: Edition, current: AreaList, areas: Sequence[ListedArea]
    ) -> None:
        """Keep what became of the codes of the list before, or refuse to lose them."""
        before = await self.publishing.records.units(edition.scheme)
        if edition.day == current.edition:
            _refuse_loss(edition, current, before, areas)
            return
        successions = self.publishing.successions
        known = await successions.of_scheme(edition.scheme)
        await successions.add(
            successions_between(
                before,
                [unit_of(area) for area in areas],
                known,
                scheme=edition.scheme,
                since=current.edition,
                on=edition.day,
            )
        )


def _refuse_older(edition: Edition, current: AreaList) -> None:
    if edition.day < current.edition:
        raise AreaListSuperseded(list_id=edition.list_id, in_force=current.list_id)


def _refuse_loss(
    edition: Edition,
    current: AreaList,
    before: Sequence[AreaUnit],
    areas: Sequence[ListedArea],
) -> None:
    lost = {unit.code for unit in before} - {area.ref.code for area in areas}
    if lost:
        raise AreasWouldBeLost(list_id=edition.list_id, in_force=current.list_id, lost=len(lost))

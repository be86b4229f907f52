"""The story of one need in Dalian, as the events that four services would send about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from common.contracts.cases import (
    LineAsked,
    MeetingRecorded,
    NeedChanged,
    NeedClosed,
    NeedSubmitted,
    NeedWithdrawn,
    ServiceRecorded,
)
from common.contracts.matching import (
    LinkagePlanProposed,
    MatchAccepted,
    MatchAsked,
    MatchDeclined,
    MatchFulfilled,
    MatchProposed,
    PlannedLine,
)
from common.contracts.registry import PlaceCode, StationClosed, StationOpened, StationPlanned
from common.messaging.event import Envelope, Event
from common.vocabulary import (
    AreaScheme,
    Beneficiary,
    LineKind,
    ServiceCode,
    ServicePath,
    Society,
    StationTier,
    Unit,
)

if TYPE_CHECKING:
    from common.service import Service

NAMES = UUID("8d0c1f4e-2f0b-4a7e-9a4d-4b1f3a5c7d90")
START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
STREET = "210213009"
POOL = uuid5(NAMES, "nbs:2102")


def named(name: str) -> UUID:
    return uuid5(NAMES, name)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def place(code: str = STREET) -> PlaceCode:
    return PlaceCode(scheme=AreaScheme.NBS, code=code)


@dataclass
class Told:
    """Puts data into envelopes as an outbox would, with a version for each subject."""

    versions: defaultdict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def __call__(self, data: Event, when: datetime) -> Envelope[Event]:
        subject = data.topic(), data.subject
        self.versions[subject] += 1
        version = self.versions[subject]
        return Envelope(
            id=uuid5(NAMES, f"{data.name} {data.subject} {version}"),
            source=f"urn:wushe:{data.name.partition('.')[0]}",
            type=data.name,
            subject=data.subject,
            version=version,
            time=when,
            partition_key=str(POOL),
            data=data,
        )


@dataclass(frozen=True, kw_only=True)
class Part:
    """A line of the need and who fills it."""

    name: str
    kind: LineKind
    service: ServiceCode
    quantity: int
    unit: Unit
    society: Society
    accepted_after: float
    derived_from: str | None = None


VENUE = Part(
    name="room",
    kind=LineKind.VENUE,
    service=ServiceCode.WAITING_ROOM,
    quantity=1,
    unit=Unit.ROOM,
    society=Society.COMMUNITY,
    accepted_after=10,
)
COUNSELLING = Part(
    name="counselling",
    kind=LineKind.SERVICE,
    service=ServiceCode.COUNSELLING,
    quantity=10,
    unit=Unit.PERSON_TIME,
    society=Society.SOCIAL_WORKER,
    accepted_after=12,
)
WATER = Part(
    name="water",
    kind=LineKind.GOODS,
    service=ServiceCode.DRINKING_WATER,
    quantity=40,
    unit=Unit.PIECE,
    society=Society.CHARITABLE_RESOURCE,
    accepted_after=14,
)
COMPANY = Part(
    name="company",
    kind=LineKind.COMPANIONSHIP,
    service=ServiceCode.COMPANY,
    quantity=4,
    unit=Unit.PERSON,
    society=Society.VOLUNTEER,
    accepted_after=20,
)
CARRIER = Part(
    name="carrier",
    kind=LineKind.CAPACITY,
    service=ServiceCode.VENUE_OPERATION,
    quantity=1,
    unit=Unit.ROOM,
    society=Society.SOCIAL_ORGANISATION,
    accepted_after=35,
    derived_from="room",
)
ASKED = (VENUE, COUNSELLING, WATER, COMPANY)
FIVE = (*ASKED, CARRIER)


@dataclass
class Story:
    """One need and everything that happens to it; ``key`` tells stories apart."""

    key: str = "gate"
    area: str = STREET
    start: datetime = START
    parts: Sequence[Part] = FIVE
    beneficiary: Beneficiary = Beneficiary.GROUP
    told: Told = field(default_factory=Told)

    @property
    def need_id(self) -> UUID:
        return self.id("need")

    def id(self, name: str) -> UUID:
        return named(f"{self.key} {name}")

    def after(self, minutes: float) -> datetime:
        return self.start + timedelta(minutes=minutes)

    def met(self) -> list[Envelope[Event]]:
        """Tell the whole story to its good end, 24 hours later."""
        return [
            self.submitted(),
            self.planned(),
            *(event for part in self.parts for event in self.matched(part)),
            *self.declined(),
            *self.served(COUNSELLING, [(600, 10, 10), (1200, 8, 8)], ServicePath.PROFESSIONAL),
            *self.served(WATER, [(700, 40, 40)], ServicePath.AFFAIRS),
            *(self.fulfilled(part) for part in self.parts if part.derived_from is None),
            self.closed(is_met=True),
        ]

    def submitted(self) -> Envelope[Event]:
        asked = [part for part in self.parts if part.derived_from is None]
        when = self.start
        data = NeedSubmitted(
            need_id=self.need_id,
            pool_id=POOL,
            place=place(self.area),
            beneficiary=self.beneficiary,
            persons=40,
            urgency=2,
            lines=tuple(
                LineAsked(
                    line_id=self.id(part.name),
                    kind=part.kind,
                    service=part.service,
                    quantity=part.quantity,
                    unit=part.unit,
                )
                for part in asked
            ),
            meeting_id=self.id("meeting"),
            submitted_at=when,
        )
        return self.told(data, when)

    def moved(self, area: str, *, minutes: float = 5) -> Envelope[Event]:
        when = self.after(minutes)
        data = NeedChanged(
            need_id=self.need_id, pool_id=POOL, place=place(area), lines=(), changed_at=when
        )
        return self.told(data, when)

    def met_before(self) -> Envelope[Event]:
        when = self.after(-60)
        data = MeetingRecorded(
            meeting_id=self.id("meeting"), place=place(self.area), attendance=12, recorded_at=when
        )
        return self.told(data, when)

    def planned(self, *, minutes: float = 1, is_empty: bool = False) -> Envelope[Event]:
        when = self.after(minutes)
        data = LinkagePlanProposed(
            need_id=self.need_id,
            pool_id=POOL,
            plan_sequence=1,
            lines=tuple(self._planned(part, is_empty=is_empty) for part in self.parts),
            value=100,
            bound=100,
            gap=0,
            status="optimal",
            engine_version="1",
            policy_version=1,
            proposed_at=when,
            missing=len(self.parts) if is_empty else 0,
        )
        return self.told(data, when)

    def _planned(self, part: Part, *, is_empty: bool) -> PlannedLine:
        return PlannedLine(
            line_id=self.id(part.name),
            kind=part.kind,
            service=part.service,
            society=None if is_empty else part.society,
            match_id=None if is_empty else self.id(f"match {part.name}"),
            derived_from=self.id(part.derived_from) if part.derived_from else None,
        )

    def matched(self, part: Part) -> Iterator[Envelope[Event]]:
        """Propose, ask, accept."""
        yield self.proposed(part)
        about = self._about(part)
        yield self.told(MatchAsked(**about, asked_at=self.after(5)), self.after(5))
        when = self.after(part.accepted_after)
        yield self.told(MatchAccepted(**about, accepted_at=when), when)

    def proposed(self, part: Part, *, name: str | None = None) -> Envelope[Event]:
        when = self.after(1)
        data = MatchProposed(
            **self._about(part, name),
            society=part.society,
            kind=part.kind,
            service=part.service,
            quantity=part.quantity,
            unit=part.unit,
            value=20,
            proposed_at=when,
        )
        return self.told(data, when)

    def declined(self) -> Iterator[Envelope[Event]]:
        """Let another party, asked for the water, say no."""
        yield self.proposed(WATER, name="other water")
        when = self.after(8)
        data = MatchDeclined(
            **self._about(WATER, "other water"), reason="no_capacity", declined_at=when
        )
        yield self.told(data, when)

    def served(
        self, part: Part, records: Sequence[tuple[float, int, int]], path: ServicePath
    ) -> Iterator[Envelope[Event]]:
        """Record services: minutes, persons, person-times."""
        for minutes, persons, person_times in records:
            when = self.after(minutes)
            data = ServiceRecorded(
                record_id=self.id(f"record {part.name} {minutes}"),
                need_id=self.need_id,
                line_id=self.id(part.name),
                match_id=self.id(f"match {part.name}"),
                pool_id=POOL,
                place=place(self.area),
                path=path,
                society=part.society,
                quantity=person_times,
                unit=part.unit,
                persons=persons,
                person_times=person_times,
                sessions=1,
                started_at=when - timedelta(hours=1),
                ended_at=when,
                recorded_at=when,
            )
            yield self.told(data, when)

    def fulfilled(self, part: Part, *, minutes: float = 1300) -> Envelope[Event]:
        when = self.after(minutes)
        data = MatchFulfilled(
            **self._about(part),
            society=part.society,
            delivered=part.quantity,
            fulfilled_at=when,
        )
        return self.told(data, when)

    def closed(self, *, is_met: bool, minutes: float = 1440) -> Envelope[Event]:
        when = self.after(minutes)
        data = NeedClosed(need_id=self.need_id, pool_id=POOL, is_met=is_met, closed_at=when)
        return self.told(data, when)

    def withdrawn(self, *, minutes: float = 30) -> Envelope[Event]:
        when = self.after(minutes)
        data = NeedWithdrawn(need_id=self.need_id, pool_id=POOL, withdrawn_at=when)
        return self.told(data, when)

    def _about(self, part: Part, name: str | None = None) -> dict[str, Any]:
        return {
            "match_id": self.id(f"match {name or part.name}"),
            "need_id": self.need_id,
            "line_id": self.id(part.name),
            "offer_id": self.id(f"offer {name or part.name}"),
            "party_id": self.id(f"party {name or part.name}"),
            "pool_id": POOL,
        }


@dataclass
class StationLife:
    """A station from plan to closure."""

    code: str
    tier: StationTier = StationTier.STATION
    told: Told = field(default_factory=Told)

    @property
    def about(self) -> dict[str, Any]:
        return {
            "station_id": named(f"station {self.tier} {self.code}"),
            "tier": self.tier,
            "place": place(self.code),
        }

    def planned(self, on: date) -> Envelope[Event]:
        data = StationPlanned(**self.about, station_name="社工站", planned_on=on)
        return self.told(data, _noon(on))

    def opened(self, on: date) -> Envelope[Event]:
        return self.told(StationOpened(**self.about, opened_on=on), _noon(on))

    def closed(self, on: date) -> Envelope[Event]:
        return self.told(StationClosed(**self.about, closed_on=on), _noon(on))


async def hear(service: Service, events: Iterable[Envelope[Event]]) -> None:
    """Handle a batch as the consumer does: one transaction, every handler of each event."""
    told = list(events)
    async with service.frame.unit_of_work.transaction() as session:
        for handler, together in service.handlers.batches(told):
            await handler(together, session)


def _noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 4, tzinfo=UTC)

"""Filling an area with synthetic stations and parties, by the commands that everybody uses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from common.errors import Conflict, DomainError
from common.grants import Scope
from common.paging import Slice, Window
from common.places import AreaRef
from common.vocabulary import Society
from registry.app.creations import Outcome
from registry.app.plan_stations import PlanStation
from registry.app.ports.areas import Areas
from registry.app.ports.imports import Names, Prefetch
from registry.app.ports.parties import PartyFilter
from registry.app.ports.postings import Postings
from registry.app.ports.profiles import Profiles
from registry.app.ports.stations import StationFilter
from registry.app.ports.work import UnitOfWork
from registry.app.register_parties import RegisterParty
from registry.domain.party import Party
from registry.domain.station import Station
from registry.domain.synthetic import SyntheticPerson, SyntheticStation, synthesis
from registry.domain.synthetic_profiles import posting_of, volunteer_of, worker_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BATCH: Final = 500
_OPERATOR: Final = Scope(sub="seed", is_everywhere=True)
_ONE: Final = Window(limit=1)

T = TypeVar("T", SyntheticPerson, SyntheticStation)
Tell = Callable[[str, int, int], None]
"""Is told what is being made, how many there are, and how many there will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedArea:
    """Fill an area that has neither stations nor parties yet."""

    area: AreaRef
    scale: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What was made; of every party, what is said about it as well."""

    stations: int
    parties: int
    postings: int


@dataclass(eq=False)
class AreaNotEmpty(Conflict, code="area-not-empty", zh="该区划已有站点或主体，不能填充示例数据。"):
    """The area has stations or parties, among which synthetic ones would be lost."""

    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeding:
    """Makes synthetic things."""

    unit_of_work: UnitOfWork
    plan: Callable[[Sequence[PlanStation], Scope], Awaitable[Sequence[Outcome[Station]]]]
    register: Callable[[Sequence[RegisterParty], Scope], Awaitable[Sequence[Outcome[Party]]]]
    profiles: Profiles
    postings: Postings
    stations: Callable[[StationFilter, Scope, Window], Awaitable[Slice[Station]]]
    parties: Callable[[PartyFilter, Scope, Window], Awaitable[Slice[Party]]]
    areas: Areas
    prefetch: Prefetch
    names: Names

    async def seed(self, command: SeedArea, tell: Tell) -> Seeded:
        """Fill an area; every batch is a transaction of its own.

        Raises:
            UnknownArea: No list in force has it.
            AreaNotEmpty: It has stations or parties already.
        """
        scheme = command.area.scheme
        await self.areas.find(command.area)
        await self._refuse_full(command.area)
        found = await self.names.within(scheme, command.area.code)
        made = synthesis(found, scheme=scheme, scale=command.scale, seed=command.seed)
        await self._in_batches("stations", made.stations, self._open, tell)
        at = {station.area: station for station in made.stations}
        workers = [each for each in made.people if each.society is Society.SOCIAL_WORKER]
        volunteers = [each for each in made.people if each.society is Society.VOLUNTEER]

        async def employ(batch: Sequence[SyntheticPerson]) -> None:
            await self._employ(batch, at)

        await self._in_batches("workers", workers, employ, tell)
        await self._in_batches("volunteers", volunteers, self._enlist, tell)
        return Seeded(stations=len(made.stations), parties=len(made.people), postings=len(workers))

    async def _open(self, batch: Sequence[SyntheticStation]) -> None:
        commands = [
            PlanStation(
                id=each.id,
                tier=each.tier,
                name=each.name,
                area=each.area,
                planned_on=each.planned_on,
                opened_on=each.opened_on,
            )
            for each in batch
        ]
        _refuse_refused(await self.plan(commands, _OPERATOR))

    async def _employ(
        self, batch: Sequence[SyntheticPerson], at: Mapping[AreaRef, SyntheticStation]
    ) -> None:
        workers = [worker_of(person) for person in batch]
        async with self.unit_of_work.transaction():
            await self._register(batch)
            await self.profiles.workers.put_all(workers)
            await self.postings.add_all(
                [
                    posting_of(person, worker, at[person.area])
                    for person, worker in zip(batch, workers, strict=True)
                ]
            )

    async def _enlist(self, batch: Sequence[SyntheticPerson]) -> None:
        async with self.unit_of_work.transaction():
            await self._register(batch)
            await self.profiles.volunteers.put_all([volunteer_of(person) for person in batch])

    async def _register(self, batch: Sequence[SyntheticPerson]) -> None:
        commands = [
            RegisterParty(
                id=each.id,
                society=each.society,
                public_name=each.public_number,
                is_person=True,
                area=each.area,
            )
            for each in batch
        ]
        _refuse_refused(await self.register(commands, _OPERATOR))

    async def _refuse_full(self, area: AreaRef) -> None:
        stations = await self.stations(StationFilter(within=area), _OPERATOR, _ONE)
        parties = await self.parties(PartyFilter(within=area), _OPERATOR, _ONE)
        if stations.items or parties.items:
            raise AreaNotEmpty(area=area.code)

    async def _in_batches(
        self,
        what: str,
        things: Sequence[T],
        do: Callable[[Sequence[T]], Awaitable[None]],
        tell: Tell,
    ) -> None:
        done = 0
        for batch in _batches(things):
            await self.prefetch.learn(list(dict.fromkeys(thing.area for thing in batch)))
            await do(batch)
            done += len(batch)
            tell(what, done, len(things))


def _refuse_refused(outcomes: Sequence[object]) -> None:
    for outcome in outcomes:
        if isinstance(outcome, DomainError):
            raise outcome


def _batches(things: Sequence[T]) -> Iterator[Sequence[T]]:
    rest = iter(things)
    while batch := list(islice(rest, BATCH)):
        yield batch

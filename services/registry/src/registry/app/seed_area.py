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
from registry.app.creations import Outcome
from registry.app.plan_stations import PlanStation
from registry.app.ports.areas import Areas
from registry.app.ports.imports import Names, Prefetch
from registry.app.ports.parties import PartyFilter
from registry.app.ports.stations import StationFilter
from registry.app.register_parties import RegisterParty
from registry.domain.party import Party
from registry.domain.station import Station
from registry.domain.synthetic import synthesis

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH: Final = 500
_OPERATOR: Final = Scope(sub="seed", is_everywhere=True)
_ONE: Final = Window(limit=1)

T = TypeVar("T", PlanStation, RegisterParty)
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
    """What was made."""

    stations: int
    parties: int


@dataclass(eq=False)
class AreaNotEmpty(Conflict, code="area-not-empty", zh="该区划已有站点或主体，不能填充示例数据。"):
    """The area has stations or parties, among which synthetic ones would be lost."""

    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeding:
    """Makes synthetic things."""

    plan: Callable[[Sequence[PlanStation], Scope], Awaitable[Sequence[Outcome[Station]]]]
    register: Callable[[Sequence[RegisterParty], Scope], Awaitable[Sequence[Outcome[Party]]]]
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
        stations = [
            PlanStation(
                id=each.id,
                tier=each.tier,
                name=each.name,
                area=each.area,
                planned_on=each.planned_on,
                opened_on=each.opened_on,
            )
            for each in made.stations
        ]
        people = [
            RegisterParty(
                id=each.id,
                society=each.society,
                public_name=each.public_number,
                is_person=True,
                area=each.area,
            )
            for each in made.people
        ]
        await self._in_batches("stations", stations, self.plan, tell)
        await self._in_batches("parties", people, self.register, tell)
        return Seeded(stations=len(stations), parties=len(people))

    async def _refuse_full(self, area: AreaRef) -> None:
        stations = await self.stations(StationFilter(within=area), _OPERATOR, _ONE)
        parties = await self.parties(PartyFilter(within=area), _OPERATOR, _ONE)
        if stations.items or parties.items:
            raise AreaNotEmpty(area=area.code)

    async def _in_batches(
        self,
        what: str,
        commands: Sequence[T],
        do: Callable[[Sequence[T], Scope], Awaitable[Sequence[object]]],
        tell: Tell,
    ) -> None:
        done = 0
        for batch in _batches(commands):
            refs: list[AreaRef] = [command.area for command in batch]
            await self.prefetch.learn(list(dict.fromkeys(refs)))
            for outcome in await do(batch, _OPERATOR):
                if isinstance(outcome, DomainError):
                    raise outcome
            done += len(batch)
            tell(what, done, len(commands))


def _batches(commands: Sequence[T]) -> Iterator[Sequence[T]]:
    rest = iter(commands)
    while batch := list(islice(rest, BATCH)):
        yield batch

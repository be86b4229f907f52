"""Finding stations and parties by what people know them by, many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from uuid import UUID

    from common.persistence.unit_of_work import UnitOfWork
    from common.places import AreaRef
    from common.vocabulary import Labelled, Society, StationTier
    from registry.app.ports.parties import Parties
    from registry.app.ports.stations import Stations
    from registry.domain.party import Party
    from registry.domain.station import Station

Kind = TypeVar("Kind", bound="Labelled")
Thing = TypeVar("Thing", bound="Station | Party")

_STATIONS: Final = text("""
    select id from station
    where name = any(cast(:names as text[])) and area = any(cast(:areas as text[]))
        and tier = any(cast(:kinds as text[])) and scheme = any(cast(:schemes as text[]))
""")
_PARTIES: Final = text("""
    select id from party
    where public_name = any(cast(:names as text[])) and area = any(cast(:areas as text[]))
        and society = any(cast(:kinds as text[])) and scheme = any(cast(:schemes as text[]))
""")


class StationsByName:
    """Stations by tier, area and name."""

    def __init__(self, unit_of_work: UnitOfWork, stations: Stations) -> None:
        self._unit_of_work: Final = unit_of_work
        self._stations: Final = stations

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Station]:
        """Return those of the stations that exist."""
        return await self._stations.find_many(ids) if ids else {}

    async def named(
        self, keys: Collection[tuple[StationTier, AreaRef, str]], /
    ) -> Mapping[tuple[StationTier, AreaRef, str], Sequence[Station]]:
        """Return the stations of a tier, in an area, with a name."""
        ids = await _ids(self._unit_of_work, _STATIONS, keys)
        found = await self.find_many(ids)
        return _grouped(found.values(), keys, lambda each: (each.tier, each.area, each.name))


class PartiesByName:
    """Parties by society, area and public name."""

    def __init__(self, unit_of_work: UnitOfWork, parties: Parties) -> None:
        self._unit_of_work: Final = unit_of_work
        self._parties: Final = parties

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Party]:
        """Return those of the parties that exist."""
        return await self._parties.find_many(ids) if ids else {}

    async def named(
        self, keys: Collection[tuple[Society, AreaRef, str]], /
    ) -> Mapping[tuple[Society, AreaRef, str], Sequence[Party]]:
        """Return the parties of a society, in an area, with a public name."""
        ids = await _ids(self._unit_of_work, _PARTIES, keys)
        found = await self.find_many(ids)
        return _grouped(
            found.values(), keys, lambda each: (each.society, each.area, each.public_name)
        )


async def _ids(
    unit_of_work: UnitOfWork,
    statement: object,
    keys: Collection[tuple[Kind, AreaRef, str]],
) -> Sequence[UUID]:
    if not keys:
        return []
    # Not a join: a table that this transaction has filled counts as empty, and would be read once
    # for each key. What is found beside the keys is left out by whoever groups it.
    values = {
        "kinds": sorted({kind.value for kind, _, _ in keys}),
        "schemes": sorted({area.scheme.value for _, area, _ in keys}),
        "areas": sorted({area.code for _, area, _ in keys}),
        "names": sorted({name for _, _, name in keys}),
    }
    async with unit_of_work.transaction() as session:
        connection = await session.connection()
        return (await connection.execute(statement, values)).scalars().all()  # type: ignore[call-overload,no-any-return] # pyright: ignore[reportCallIssue, reportArgumentType]


def _grouped(
    things: Collection[Thing],
    keys: Collection[tuple[Kind, AreaRef, str]],
    key: Callable[[Thing], tuple[Kind, AreaRef, str]],
) -> Mapping[tuple[Kind, AreaRef, str], Sequence[Thing]]:
    groups: dict[tuple[Kind, AreaRef, str], list[Thing]] = {each: [] for each in keys}
    for thing in sorted(things, key=lambda each: each.id):
        if (told := key(thing)) in groups:
            groups[told].append(thing)
    return groups

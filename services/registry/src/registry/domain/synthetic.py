"""Stations and parties that nobody has, on areas that there are: for demonstrations and measuring.

The proportions are those of Guizhou's system of four tiers: 1,094 stations, all cities and counties
and two townships of three; about 4.6 social workers and 46 volunteers to a station. The same areas,
scale and seed give the same things, with the same ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from common.places import AreaRef
from common.vocabulary import AreaLevel, AreaScheme, Society, StationTier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.domain.rows import NamedArea

STATIONS: Final = 1_094
WORKERS: Final = 5_000
VOLUNTEERS: Final = 50_000
_SERVED_TOWNSHIPS: Final = 997 / 1_510
_SYNTHETIC: Final = uuid5(NAMESPACE_URL, "urn:wushe:synthetic")
_FIRST_PLAN: Final = date(2021, 3, 1)
_PLAN_DAYS: Final = 700
_BUILDING_DAYS: Final = (30, 240)
_TIERS: Final = {
    AreaLevel.PREFECTURE: (StationTier.CITY_CENTRE, "社会工作指导中心"),
    AreaLevel.COUNTY: (StationTier.GENERAL_STATION, "社会工作总站"),
    AreaLevel.TOWNSHIP: (StationTier.STATION, "社工站"),
}
_PREFIX: Final = {Society.SOCIAL_WORKER: "SW", Society.VOLUNTEER: "V"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticStation:
    """A station as it would have been planned and opened."""

    id: UUID
    tier: StationTier
    name: str
    area: AreaRef
    planned_on: date
    opened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticPerson:
    """A worker or a volunteer: a public number, at the area of a station."""

    id: UUID
    society: Society
    public_number: str
    area: AreaRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """All that a seed makes of an area."""

    stations: Sequence[SyntheticStation]
    people: Sequence[SyntheticPerson]


def synthesis(
    areas: Sequence[NamedArea], *, scheme: AreaScheme, scale: float, seed: int
) -> Synthesis:
    """Return stations and people on these areas, the same for the same seed.

    Args:
        areas: A province, or a part of one.
        scheme: Whose codes the areas have.
        scale: How many stations and people, as a part of what Guizhou would have here; there is at
            most one station for each area.
        seed: Tells one choice from another.
    """
    # Not for secrets: it has to be the same again.
    chance = Random(f"{seed}:{scale}")  # noqa: S311
    served = _served(areas, scale, chance)
    stations = [_station(area, scheme, seed, chance) for area in served]
    people = [
        *_people(Society.SOCIAL_WORKER, WORKERS, stations, seed, chance),
        *_people(Society.VOLUNTEER, VOLUNTEERS, stations, seed, chance),
    ]
    return Synthesis(stations=stations, people=people)


def _served(areas: Sequence[NamedArea], scale: float, chance: Random) -> Sequence[NamedArea]:
    ordered = sorted(areas, key=lambda area: area.code)
    above = [area for area in ordered if area.level in {AreaLevel.PREFECTURE, AreaLevel.COUNTY}]
    townships = [area for area in ordered if area.level is AreaLevel.TOWNSHIP]
    wanted = min(len(townships), round(len(townships) * _SERVED_TOWNSHIPS * scale))
    return [*above, *sorted(chance.sample(townships, wanted), key=lambda area: area.code)]


def _station(area: NamedArea, scheme: AreaScheme, seed: int, chance: Random) -> SyntheticStation:
    tier, what = _TIERS[area.level]
    planned_on = _FIRST_PLAN + timedelta(days=chance.randrange(_PLAN_DAYS))
    return SyntheticStation(
        id=_id(seed, scheme, area.code),
        tier=tier,
        name=f"{area.name}{what}",
        area=AreaRef(scheme, area.code),
        planned_on=planned_on,
        opened_on=planned_on + timedelta(days=chance.randint(*_BUILDING_DAYS)),
    )


def _people(
    society: Society,
    at_guizhou: int,
    stations: Sequence[SyntheticStation],
    seed: int,
    chance: Random,
) -> Iterator[SyntheticPerson]:
    if not stations:
        return
    for number in range(1, round(len(stations) * at_guizhou / STATIONS) + 1):
        # Everybody has somebody before anybody has many.
        turn = (number - 1) % len(stations) if number <= len(stations) else -1
        place = stations[turn] if turn >= 0 else chance.choice(stations)
        public_number = f"{_PREFIX[society]}{place.area.code[:6]}-{number:06}"
        yield SyntheticPerson(
            id=_id(seed, place.area.scheme, f"{public_number}:{society}"),
            society=society,
            public_number=public_number,
            area=place.area,
        )


def _id(seed: int, scheme: AreaScheme, what: str) -> UUID:
    return uuid5(_SYNTHETIC, f"{seed}:{scheme}:{what}")

"""Who lives in a pool of the benchmarks: needs, offers and parties in the townships of Guizhou."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_DNS, UUID, uuid5

import numpy as np

from benchmarks.scale_instance import PROVINCE, places_of, units
from common.area_lists import AreaLine
from common.places import AreaRef, Position
from common.vocabulary import (
    KIND_OF_SERVICE,
    AreaLevel,
    AreaScheme,
    Beneficiary,
    LineKind,
    ServiceCode,
    Society,
    Unit,
    Weekday,
)
from matching.domain.calendar import Calendar, Hours, WeeklyHours
from matching.domain.identity import LineId, NeedId, OfferId, PartyId, PoolId
from matching.domain.need import Line, Need, SearchArea
from matching.domain.offer import Offer, Supply
from matching.domain.party import Party
from matching.domain.site import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

POOL: Final = PoolId(uuid5(NAMESPACE_DNS, f"nbs:{PROVINCE}"))
"""All of the province: a policy may join prefectures."""

UNEVEN: Final = 0.5
SCATTER_DEGREES: Final = 0.02
REACH_M: Final = (2_000, 3_000, 5_000, 8_000, 12_000)
OF_40_000: Final = 40_000
"""So many offers reach as far as ``REACH_M`` says; of fewer each reaches farther."""

SHARE_OF_HOMES: Final = 0.4
SHARE_OF_AREAS: Final = 0.05
SHARE_OF_LOADS: Final = 0.08
SHARE_OF_BUNDLES: Final = 0.02

_BY_APPOINTMENT: Final = {LineKind.VENUE, LineKind.SERVICE, LineKind.COMPANIONSHIP}
_LEVELS: Final = {2: AreaLevel.PROVINCE, 4: AreaLevel.PREFECTURE, 6: AreaLevel.COUNTY}


@dataclass(frozen=True, slots=True)
class Reach:
    """How much farther than usual offers reach, where there are few."""

    times: float

    @classmethod
    def among(cls, offers: int) -> Reach:
        """Return the one that gives a need about as many offers, however many there are."""
        return cls(max(1.0, (OF_40_000 / offers) ** 0.5))


class People:
    """Draws needs and offers, one after the other; equal seeds draw equal ones."""

    def __init__(self, *, at: datetime, reach: Reach, seed: int = 1) -> None:
        self._at: Final = at
        self._reach: Final = reach
        self._rng: Final = np.random.default_rng(seed)
        self._codes: Final = [unit.code for unit in units()]
        self._places: Final = places_of(units(), self._rng)
        weight = self._rng.dirichlet(np.full(len(self._codes), UNEVEN))
        self._share: Final = np.cumsum(weight)
        self._services: Final = list(ServiceCode)
        self._drawn = 0

    def need(self) -> Need:
        """Draw a need: mostly one unit, sometimes a load, sometimes a bundle of two."""
        rng, name = self._rng, self._name("need")
        count = 2 if rng.random() < SHARE_OF_BUNDLES else 1
        lines = tuple(
            self._line(uuid5(name, f"line {number}"), all_or_nothing=count > 1)
            for number in range(count)
        )
        is_home = rng.random() < SHARE_OF_HOMES
        return Need(
            id=NeedId(name),
            site=self._site(has_point=not is_home),
            beneficiary=Beneficiary.HOUSEHOLD if is_home else Beneficiary.GROUP,
            persons=1,
            urgency=int(rng.integers(1, 5)),
            submitted_at=self._at - timedelta(hours=int(rng.integers(0, 24 * 20))),
            lines=lines,
            search_area=SearchArea.COUNTY if rng.random() < SHARE_OF_HOMES else SearchArea.TOWNSHIP,
        )

    def offer(self) -> tuple[Offer, Party]:
        """Draw an offer and whose it is."""
        rng, name = self._rng, self._name("offer")
        site = self._site(has_point=True)
        party = Party(
            id=PartyId(uuid5(name, "party")),
            society=Society.SOCIAL_WORKER,
            public_name="某某社工站",
            area=site.area,
            vetted_until=(self._at + timedelta(days=365)).date(),
        )
        offer = Offer(
            id=OfferId(name),
            version=1,
            revision=1,
            supply=Supply(
                party_id=party.id,
                service=self._services[int(rng.integers(len(self._services)))],
                capacity=int(rng.integers(1, 4)),
                unit=Unit.PERSON_TIME,
                reach_metres=int(rng.choice(REACH_M) * self._reach.times),
                valid_until=self._at + timedelta(days=60),
                title="可提供服务",
                scope=site.county if rng.random() < SHARE_OF_AREAS else None,
            ),
            society=party.society,
            site=site,
            held=0,
            published_at=self._at - timedelta(days=int(rng.integers(0, 20))),
        )
        return offer, party

    def calendar(self, offer: Offer) -> Calendar | None:
        """Return hours on two days of the week for what may be had by appointment."""
        if offer.supply.kind not in _BY_APPOINTMENT:
            return None
        days = self._rng.choice(list(Weekday), 2, replace=False)
        seats = int(self._rng.integers(1, 3))
        hours = Hours(time(9), time(11), seats)
        return Calendar(weekly=tuple(WeeklyHours(Weekday(day), hours) for day in days))

    def _line(self, line_id: UUID, *, all_or_nothing: bool) -> Line:
        service = self._services[int(self._rng.integers(len(self._services)))]
        is_load = self._rng.random() < SHARE_OF_LOADS
        return Line(
            id=LineId(line_id),
            kind=KIND_OF_SERVICE[service],
            service=service,
            quantity=2 if is_load else 1,
            unit=Unit.PERSON_TIME,
            all_or_nothing=all_or_nothing,
            approved_at=self._at,
        )

    def _site(self, *, has_point: bool) -> Site:
        row = min(int(np.searchsorted(self._share, self._rng.random())), len(self._codes) - 1)
        code = self._codes[row]
        longitude, latitude = self._places[row] + self._rng.normal(0, SCATTER_DEGREES, 2)
        return Site(
            area=_area(code),
            pool_id=POOL,
            township=_area(code),
            county=_area(code[:6]),
            prefecture=_area(code[:4]),
            point=Position(longitude=float(longitude), latitude=float(latitude))
            if has_point
            else None,
        )

    def _name(self, kind: str) -> UUID:
        self._drawn += 1
        return uuid5(POOL, f"{kind} {self._drawn}")


def areas() -> Sequence[AreaLine]:
    """Return the list of the province's areas, all of them of one pool."""
    names = {unit.code: unit.name for unit in units()}
    codes = {PROVINCE, *names, *(code[:6] for code in names), *(code[:4] for code in names)}
    return [_line_of(code, names.get(code, code)) for code in sorted(codes)]


def _line_of(code: str, name: str) -> AreaLine:
    above = [code[:length] for length in (2, 4, 6) if length < len(code)]
    return AreaLine(
        scheme=AreaScheme.NBS,
        code=code,
        name=name,
        level=_LEVELS.get(len(code), AreaLevel.TOWNSHIP),
        is_formal=True,
        parent=above[-1] if above else None,
        ancestors=(*above, code),
        pool_id=POOL,
    )


def _area(code: str) -> AreaRef:
    return AreaRef(AreaScheme.NBS, code)

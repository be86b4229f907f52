"""Fifty offers that must not be chosen, each kept out by one rule that we know beforehand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final

from wushe.demo.cast import SATURDAY, Offer, Party, Vetting
from wushe.demo.ground import DISTANT_PLACES, DISTRICT, SCHOOL_GATE, Spot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Township:
    """A formal township of Dalian, as the registry lists it."""

    code: str
    name: str

    @property
    def county(self) -> str:
        """The code of its district or county; true of this list, not of areas in general."""
        return self.code[:6]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trade:
    """What an offer of one kind looks like when nothing is wrong with it."""

    service: str
    society: str
    name: str
    title: str
    capacity: int
    unit: str
    weekdays: tuple[str, ...] = ()
    vetting: Vetting = Vetting.NONE


_ROOM: Final = _Trade(
    service="waiting_room",
    society="community",
    name="社区居民委员会",
    title="闲置用房",
    capacity=1,
    unit="room",
)
_RUNNING: Final = _Trade(
    service="venue_operation",
    society="social_organisation",
    name="社会工作服务中心",
    title="场地运营",
    capacity=2,
    unit="room",
)
_COUNSEL: Final = _Trade(
    service="counselling",
    society="social_organisation",
    name="心理服务中心",
    title="心理疏导",
    capacity=30,
    unit="person",
)
_WATER: Final = _Trade(
    service="drinking_water",
    society="charitable_resource",
    name="爱心水站",
    title="桶装饮用水",
    capacity=80,
    unit="piece",
)
_TEAM: Final = _Trade(
    service="company",
    society="volunteer",
    name="志愿服务队",
    title="周六陪伴照看",
    capacity=6,
    unit="person",
    weekdays=SATURDAY,
    vetting=Vetting.VALID,
)
_ASKED_FOR: Final = (_ROOM, _RUNNING, _COUNSEL, _WATER, _TEAM)
_OTHER_SERVICES: Final = (
    ("activity_room", "community", "社区居民委员会", "活动室", 2, "room"),
    ("mediation", "social_organisation", "调解服务中心", "矛盾调处", 10, "person"),
    ("legal_advice", "social_organisation", "法律援助服务社", "法律咨询", 20, "person"),
    ("home_care", "social_organisation", "居家养老服务中心", "居家照料", 40, "hour"),
    ("meal_delivery", "charitable_resource", "爱心食堂", "送餐", 50, "person_time"),
    ("rice_and_oil", "charitable_resource", "慈善超市", "米面粮油", 100, "piece"),
    ("winter_clothes", "charitable_resource", "慈善衣物站", "冬衣", 60, "piece"),
    ("tutoring", "volunteer", "大学生志愿服务队", "课业辅导", 8, "person"),
)
_TOO_FAR: Final = 12
_WRONG_DAY: Final = 8
_NOT_VETTED: Final = 8
_WRONG_SERVICE: Final = 12
_TOO_LITTLE: Final = 5
_WRONG_UNIT: Final = 3
_SUSPENDED: Final = 2


def bystanders(townships: Sequence[Township], *, seed: int) -> tuple[Offer, ...]:
    """Return the fifty; equal input gives equal output."""
    random = Random(seed)  # noqa: S311  # Not a secret: it makes the same crowd each time.
    near = sorted((t for t in townships if t.county == DISTRICT), key=lambda t: t.code)
    far = sorted((t for t in townships if t.county != DISTRICT), key=lambda t: t.code)
    made = (
        *_too_far(random, far),
        *_wrong_day(random, near),
        *_not_vetted(random, near),
        *_wrong_service(random, near),
        *_too_little(random, near),
        *_wrong_unit(random, near),
        *_suspended(random, near),
    )
    return tuple(_numbered(made))


def _too_far(random: Random, far: Sequence[Township]) -> Iterator[Offer]:
    for index in range(_TOO_FAR):
        trade = _ASKED_FOR[index % len(_ASKED_FOR)]
        county, centre = DISTANT_PLACES[index % len(DISTANT_PLACES)]
        township = random.choice([t for t in far if t.county == county])
        spot = centre.moved(metres=random.uniform(0, 2_000), bearing=random.uniform(0, 360))
        yield _offer(trade, township, spot, reach_metres=5_000, fails="place_within_reach")


def _wrong_day(random: Random, near: Sequence[Township]) -> Iterator[Offer]:
    for _ in range(_WRONG_DAY):
        days = random.choice([("wed",), ("sun",), ("mon", "fri"), ("tue", "thu")])
        trade = replace(_TEAM, weekdays=days, title="平日陪伴照看")
        yield _offer(trade, random.choice(near), _around(random), fails="weekday_fits")


def _not_vetted(random: Random, near: Sequence[Township]) -> Iterator[Offer]:
    for index in range(_NOT_VETTED):
        vetting = Vetting.NONE if index % 4 == 0 else Vetting.LAPSED
        trade = replace(_TEAM, vetting=vetting)
        yield _offer(trade, random.choice(near), _around(random), fails="vetting_valid")


def _wrong_service(random: Random, near: Sequence[Township]) -> Iterator[Offer]:
    for index in range(_WRONG_SERVICE):
        service, society, name, title, capacity, unit = _OTHER_SERVICES[
            index % len(_OTHER_SERVICES)
        ]
        trade = _Trade(
            service=service,
            society=society,
            name=name,
            title=title,
            capacity=capacity,
            unit=unit,
        )
        yield _offer(trade, random.choice(near), _around(random), fails="service_fits")


def _too_little(random: Random, near: Sequence[Township]) -> Iterator[Offer]:
    small = (
        replace(_TEAM, capacity=2),
        replace(_COUNSEL, capacity=3),
        replace(_WATER, capacity=10),
        replace(_TEAM, capacity=1),
        replace(_WATER, capacity=5),
    )
    for trade in small[:_TOO_LITTLE]:
        yield _offer(trade, random.choice(near), _around(random), fails="quantity_fits")


def _wrong_unit(random: Random, near: Sequence[Township]) -> Iterator[Offer]:
    others = (
        replace(_COUNSEL, unit="hour"),
        replace(_TEAM, unit="hour", capacity=12),
        replace(_COUNSEL, unit="session"),
    )
    for trade in others[:_WRONG_UNIT]:
        yield _offer(trade, random.choice(near), _around(random), fails="unit_fits")


def _suspended(random: Random, near: Sequence[Township]) -> Iterator[Offer]:
    for trade in (_COUNSEL, _RUNNING)[:_SUSPENDED]:
        offer = _offer(trade, random.choice(near), _around(random), fails="party_active")
        yield replace(offer, party=replace(offer.party, is_suspended=True))


def _offer(
    trade: _Trade, township: Township, spot: Spot, *, fails: str, reach_metres: int = 20_000
) -> Offer:
    party = Party(
        key="",
        society=trade.society,
        name=f"{township.name}{trade.name}",
        area=township.code,
        vetting=trade.vetting,
    )
    return Offer(
        party=party,
        title=trade.title,
        service=trade.service,
        capacity=trade.capacity,
        unit=trade.unit,
        spot=spot,
        reach_metres=reach_metres,
        weekdays=trade.weekdays,
        fails=fails,
    )


def _around(random: Random) -> Spot:
    return SCHOOL_GATE.moved(metres=random.uniform(150, 2_500), bearing=random.uniform(0, 360))


def _numbered(offers: Sequence[Offer]) -> Iterator[Offer]:
    """Give every party a key, and a name that no other has."""
    seen: dict[str, int] = {}
    for number, offer in enumerate(offers, start=1):
        name = offer.party.name
        seen[name] = seen.get(name, 0) + 1
        unique = name if seen[name] == 1 else f"{name}（{seen[name]}）"
        party = replace(offer.party, key=f"bystander-{number:02}", name=unique)
        yield replace(offer, party=party)

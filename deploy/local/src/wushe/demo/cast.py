"""Who takes part in the story, and what each of them offers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wushe.demo.ground import CITY, DISTRICT, SCHOOL_GATE, STREET, Spot

SATURDAY: Final = ("sat",)
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")


class Vetting(StrEnum):
    """Whether a party was vetted for work near children."""

    NONE = "none"
    VALID = "valid"
    LAPSED = "lapsed"


class Part(StrEnum):
    """What becomes of a party in the story."""

    CHOSEN = "chosen"
    SAYS_NO_BY_PHONE = "says_no_by_phone"
    DECLINES = "declines"
    BYSTANDER = "bystander"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party of one of the five societies."""

    key: str
    society: str
    name: str
    area: str
    is_person: bool = False
    vetting: Vetting = Vetting.NONE
    is_suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a party can give.

    ``fails`` names the rule that keeps it out of this story, by its public code; nothing keeps the
    parties with a part out.
    """

    party: Party
    title: str
    service: str
    capacity: int
    unit: str
    spot: Spot
    reach_metres: int
    weekdays: tuple[str, ...] = ()
    part: Part = Part.BYSTANDER
    fails: str | None = None

    @property
    def key(self) -> str:
        """Name the offer within the story; every party of it has one."""
        return self.party.key


def _near(metres: float, bearing: float) -> Spot:
    return SCHOOL_GATE.moved(metres=metres, bearing=bearing)


COMMUNITY: Final = Offer(
    party=Party(key="community", society="community", name="民警社区居民委员会", area=STREET),
    title="校门旁闲置公建房三间",
    service="waiting_room",
    capacity=3,
    unit="room",
    spot=_near(200, 60),
    reach_metres=1_000,
    part=Part.CHOSEN,
)

CARRIER: Final = Offer(
    party=Party(
        key="carrier", society="social_organisation", name="金普暖屋社会工作服务中心", area=STREET
    ),
    title="社区空间日常运营",
    service="venue_operation",
    capacity=6,
    unit="room",
    spot=_near(1_800, 200),
    reach_metres=10_000,
    part=Part.CHOSEN,
)

COUNSELLOR: Final = Offer(
    party=Party(
        key="counsellor",
        society="social_worker",
        name="DL-SW-2104",
        area=STREET,
        is_person=True,
        vetting=Vetting.VALID,
    ),
    title="家长心理疏导",
    service="counselling",
    capacity=30,
    unit="person",
    spot=_near(900, 310),
    reach_metres=8_000,
    part=Part.CHOSEN,
)

CHARITY_THAT_DECLINES: Final = Offer(
    party=Party(
        key="charity-near", society="charitable_resource", name="金州湾爱心水站", area=STREET
    ),
    title="桶装饮用水(近校)",
    service="drinking_water",
    capacity=60,
    unit="piece",
    spot=_near(600, 120),
    reach_metres=6_000,
    part=Part.DECLINES,
)

CHARITY: Final = Offer(
    party=Party(
        key="charity",
        society="charitable_resource",
        name="渤海之滨慈善基金会金普工作站",
        area="210213008",
    ),
    title="桶装饮用水",
    service="drinking_water",
    capacity=200,
    unit="piece",
    spot=_near(4_200, 150),
    reach_metres=15_000,
    part=Part.CHOSEN,
)

TEAM_THAT_SAID_NO: Final = Offer(
    party=Party(
        key="team-near",
        society="volunteer",
        name="民警社区红马甲志愿服务队",
        area=STREET,
        vetting=Vetting.VALID,
    ),
    title="周六陪伴照看(近校)",
    service="company",
    capacity=6,
    unit="person",
    spot=_near(300, 20),
    reach_metres=5_000,
    weekdays=SATURDAY,
    part=Part.SAYS_NO_BY_PHONE,
)

TEAM: Final = Offer(
    party=Party(
        key="team",
        society="volunteer",
        name="先进街道星期六志愿服务队",
        area=STREET,
        vetting=Vetting.VALID,
    ),
    title="周六陪伴照看",
    service="company",
    capacity=8,
    unit="person",
    spot=_near(1_500, 250),
    reach_metres=6_000,
    weekdays=SATURDAY,
    part=Part.CHOSEN,
)

PEOPLE_WITH_A_PART: Final = (
    COMMUNITY,
    CARRIER,
    COUNSELLOR,
    CHARITY_THAT_DECLINES,
    CHARITY,
    TEAM_THAT_SAID_NO,
    TEAM,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who uses the system; the account is named after the part, never after a human."""

    key: str
    role: str
    area: str | None
    title: str
    title_zh: str


COMMUNITY_WORKER: Final = Person(
    key="community-worker",
    role="community_worker",
    area=STREET,
    title="community worker",
    title_zh="社区工作者",
)
STATION_WORKER: Final = Person(
    key="station-worker",
    role="station_worker",
    area=DISTRICT,
    title="station worker",
    title_zh="社工站社工",
)
OFFICER: Final = Person(
    key="officer", role="officer", area=CITY, title="city officer", title_zh="市民政干部"
)
ADMINISTRATOR: Final = Person(
    key="administrator",
    role="platform_admin",
    area=None,
    title="platform administrator",
    title_zh="平台管理员",
)

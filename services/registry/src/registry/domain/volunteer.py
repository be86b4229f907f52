"""What is said about a volunteer: number, skills, languages, weekly hours, stars."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common.vocabulary import Labelled, Weekday
from registry.domain.errors.profiles import AvailabilityOverlaps
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from collections.abc import Iterable

_STAR_HOURS: Final = (100, 300, 600, 1000, 1500)
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER_LENGTH: Final = 10
MINUTES_OF_HOUR: Final = 60


class Skill(Labelled):
    """What a volunteer can do."""

    FIRST_AID = "first_aid", "急救", "First aid"
    NURSING = "nursing", "医护", "Nursing"
    COUNSELLING = "counselling", "心理疏导", "Counselling"
    LEGAL = "legal", "法律", "Law"
    TUTORING = "tutoring", "课业辅导", "Tutoring"
    CHILD_CARE = "child_care", "儿童照看", "Child care"
    ELDER_CARE = "elder_care", "老人照料", "Care of the old"
    COOKING = "cooking", "烹饪", "Cooking"
    HAIRDRESSING = "hairdressing", "理发", "Hairdressing"
    REPAIR = "repair", "维修", "Repair"
    DRIVING = "driving", "驾驶", "Driving"
    ARTS = "arts", "文艺", "Arts"
    SPORTS = "sports", "体育", "Sports"
    PHOTOGRAPHY = "photography", "摄影", "Photography"
    COMPUTING = "computing", "电脑手机", "Computers and telephones"
    TRANSLATION = "translation", "翻译", "Translation"
    EVENTS = "events", "活动组织", "Organising of events"


class Language(Labelled):
    """What a volunteer speaks: languages of the country, and the large groups of dialects."""

    MANDARIN = "mandarin", "普通话", "Mandarin"
    JIAOLIAO = "jiaoliao", "胶辽官话", "Jiaoliao Mandarin"
    NORTHEASTERN = "northeastern", "东北官话", "Northeastern Mandarin"
    CENTRAL_PLAINS = "central_plains", "中原官话", "Central Plains Mandarin"
    SOUTHWESTERN = "southwestern", "西南官话", "Southwestern Mandarin"
    JIN = "jin", "晋语", "Jin"
    WU = "wu", "吴语", "Wu"
    YUE = "yue", "粤语", "Yue"
    MIN = "min", "闽语", "Min"
    HAKKA = "hakka", "客家话", "Hakka"
    GAN = "gan", "赣语", "Gan"
    XIANG = "xiang", "湘语", "Xiang"
    MONGOLIAN = "mongolian", "蒙古语", "Mongolian"
    TIBETAN = "tibetan", "藏语", "Tibetan"
    UYGHUR = "uyghur", "维吾尔语", "Uyghur"
    ZHUANG = "zhuang", "壮语", "Zhuang"
    KOREAN = "korean", "朝鲜语", "Korean"
    MIAO = "miao", "苗语", "Miao"
    BOUYEI = "bouyei", "布依语", "Bouyei"
    DONG = "dong", "侗语", "Dong"
    YI = "yi", "彝语", "Yi"
    SIGN_LANGUAGE = "sign_language", "手语", "Chinese sign language"
    ENGLISH = "english", "英语", "English"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyHours:
    """Some hours of a weekday, China time; the end is not part of them."""

    weekday: Weekday
    starts: time
    ends: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Volunteer:
    """A volunteer; the number stands where others would write an ID number."""

    party_id: PartyId
    version: int
    number: str
    skills: frozenset[Skill]
    languages: frozenset[Language]
    available: tuple[WeeklyHours, ...]
    organisation_id: UUID | None = None
    confirmed_minutes: int = 0
    """What both sides confirmed; counted whenever somebody looks, not said by anybody."""

    @property
    def stars(self) -> int:
        """The star level (星级) that the confirmed hours have earned."""
        return star_level(self.confirmed_minutes)


def star_level(confirmed_minutes: int) -> int:
    """Return 0 to 5 stars: for 100, 300, 600, 1,000 and 1,500 confirmed hours.

    《志愿服务记录办法》 (Ministry of Civil Affairs 2012), article 19.
    """
    return bisect_right(_STAR_HOURS, confirmed_minutes // MINUTES_OF_HOUR)


def new_number(random: UUID) -> str:
    """Return a volunteer number: V and 50 random bits, in letters that nobody mixes up."""
    bits = random.int
    digits = (bits >> 5 * place & 31 for place in range(_NUMBER_LENGTH))
    return "V" + "".join(_LETTERS[digit] for digit in digits)


def in_order(hours: Iterable[WeeklyHours]) -> tuple[WeeklyHours, ...]:
    """Return weekly hours in the order of the week.

    Raises:
        AvailabilityOverlaps: Two of them overlap, or one ends before it begins.
    """
    week = list(Weekday)
    ordered = tuple(sorted(hours, key=lambda each: (week.index(each.weekday), each.starts)))
    for each in ordered:
        if each.ends <= each.starts:
            raise AvailabilityOverlaps(weekday=each.weekday)
    for one, following in pairwise(ordered):
        if one.weekday is following.weekday and following.starts < one.ends:
            raise AvailabilityOverlaps(weekday=one.weekday)
    return ordered

"""What is said of people whom nobody has: certificates, skills, hours, and where workers work.

The shares are made up, and like those that provinces tell of: every second worker has a
certificate, one in a hundred the highest; a volunteer can do one to three things.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Final
from uuid import uuid5

from common.vocabulary import Weekday
from registry.domain.party import PartyId
from registry.domain.posting import Posting, PostingId
from registry.domain.social_worker import CertificateLevel, Engagement, SocialWorker
from registry.domain.station import StationId
from registry.domain.volunteer import (
    Language,
    Skill,
    Volunteer,
    WeeklyHours,
    in_order,
    new_number,
)

if TYPE_CHECKING:
    from registry.domain.synthetic import SyntheticPerson, SyntheticStation

_LEVELS: Final = (
    None,
    CertificateLevel.ASSISTANT,
    CertificateLevel.SOCIAL_WORKER,
    CertificateLevel.SENIOR,
)
_OF_LEVELS: Final = (50, 35, 14, 1)
_ENGAGEMENTS: Final = (Engagement.FULL_TIME, Engagement.PART_TIME)
_OF_ENGAGEMENTS: Final = (85, 15)
_REGISTERED_UNTIL: Final = date(2027, 1, 31)
_REGISTERED_DAYS: Final = 1_000
_YEARS: Final = (2024, 2025)
_HOURS_OF_A_YEAR: Final = (16, 90)
_SKILLS: Final = tuple(Skill)
_DIALECTS: Final = tuple(language for language in Language if language is not Language.MANDARIN)
_DAYS: Final = tuple(Weekday)
_SPANS: Final = ((time(9), time(11)), (time(14), time(17)), (time(19), time(21)))
_MOST_DAYS: Final = 3
_DAYS_AFTER_OPENING: Final = 300


def worker_of(person: SyntheticPerson) -> SocialWorker:
    """Return what is said of a social worker."""
    chance = _chance(person)
    level = chance.choices(_LEVELS, _OF_LEVELS)[0]
    until = _REGISTERED_UNTIL + timedelta(days=chance.randrange(_REGISTERED_DAYS))
    return SocialWorker(
        party_id=PartyId(person.id),
        version=1,
        engagement=chance.choices(_ENGAGEMENTS, _OF_ENGAGEMENTS)[0],
        level=level,
        registered_until=until if level else None,
        education_hours={year: chance.randint(*_HOURS_OF_A_YEAR) for year in _YEARS},
    )


def volunteer_of(person: SyntheticPerson) -> Volunteer:
    """Return what is said of a volunteer."""
    chance = _chance(person)
    speaks = {Language.MANDARIN, *chance.sample(_DIALECTS, chance.randrange(2))}
    return Volunteer(
        party_id=PartyId(person.id),
        version=1,
        number=new_number(uuid5(person.id, "number")),
        skills=frozenset(chance.sample(_SKILLS, chance.randint(1, 3))),
        languages=frozenset(speaks),
        available=in_order(
            _on(day, chance) for day in chance.sample(_DAYS, chance.randint(0, _MOST_DAYS))
        ),
    )


def posting_of(person: SyntheticPerson, worker: SocialWorker, station: SyntheticStation) -> Posting:
    """Return since when a worker is posted to the station of their area."""
    after = timedelta(days=_chance(person).randrange(_DAYS_AFTER_OPENING))
    return Posting(
        id=PostingId(uuid5(person.id, "posting")),
        version=1,
        worker_id=PartyId(person.id),
        station_id=StationId(station.id),
        is_full_time=worker.engagement is Engagement.FULL_TIME,
        starts_on=station.opened_on + after,
    )


def _on(day: Weekday, chance: Random) -> WeeklyHours:
    starts, ends = chance.choice(_SPANS)
    return WeeklyHours(weekday=day, starts=starts, ends=ends)


def _chance(person: SyntheticPerson) -> Random:
    # Not for secrets: it has to be the same again.
    return Random(person.id.int)  # noqa: S311

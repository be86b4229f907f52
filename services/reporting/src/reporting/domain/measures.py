"""Persons, person-times, households and sessions: four measures that are never added together.

Events carry no identities, so nobody can be recognised from one record to the next. Within one need
the persons of the largest record are taken, because the same ten parents come again on Saturday;
over several needs these numbers are added, and a person with two needs counts twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.vocabulary import Beneficiary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reporting.domain.facts import ServiceFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What was done, in four columns and the number of records behind them."""

    records: int = 0
    persons: int = 0
    person_times: int = 0
    households: int = 0
    sessions: int = 0


def of_one_need(services: Sequence[ServiceFacts], beneficiary: Beneficiary) -> Measures:
    """Measure the services given for one need."""
    if not services:
        return Measures()
    return Measures(
        records=len(services),
        persons=max(service.persons for service in services),
        person_times=sum(service.person_times for service in services),
        households=1 if beneficiary is Beneficiary.HOUSEHOLD else 0,
        sessions=sum(service.sessions for service in services),
    )


def over_needs(measures: Iterable[Measures]) -> Measures:
    """Measure the services given for several needs, each column by itself."""
    each = tuple(measures)
    return Measures(
        records=sum(one.records for one in each),
        persons=sum(one.persons for one in each),
        person_times=sum(one.person_times for one in each),
        households=sum(one.households for one in each),
        sessions=sum(one.sessions for one in each),
    )

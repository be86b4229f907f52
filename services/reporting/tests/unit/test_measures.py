from __future__ import annotations

from uuid import UUID

from reporting_story import START, named

from common.vocabulary import Beneficiary, ServicePath, Society
from reporting.domain.facts import Moment, ServiceFacts
from reporting.domain.measures import Measures, of_one_need, over_needs


def a_service(*, persons: int, person_times: int, sessions: int) -> ServiceFacts:
    return ServiceFacts(
        record=Moment(START, named("record")),
        line_id=UUID(int=1),
        society=Society.VOLUNTEER,
        path=ServicePath.PROFESSIONAL,
        quantity=1,
        persons=persons,
        person_times=person_times,
        sessions=sessions,
    )


SATURDAYS = [
    a_service(persons=10, person_times=10, sessions=1),
    a_service(persons=12, person_times=15, sessions=2),
]


def test_the_same_people_come_again_so_persons_are_not_added_within_a_need() -> None:
    measures = of_one_need(SATURDAYS, Beneficiary.GROUP)

    assert measures == Measures(records=2, persons=12, person_times=25, households=0, sessions=3)


def test_a_household_is_one_household_however_often_it_is_served() -> None:
    assert of_one_need(SATURDAYS, Beneficiary.HOUSEHOLD).households == 1


def test_a_household_that_was_not_served_is_not_counted() -> None:
    assert of_one_need([], Beneficiary.HOUSEHOLD) == Measures()


def test_every_measure_is_added_only_to_itself() -> None:
    one = Measures(records=1, persons=10, person_times=100, households=1000, sessions=10_000)

    assert over_needs([one, one]) == Measures(
        records=2, persons=20, person_times=200, households=2000, sessions=20_000
    )

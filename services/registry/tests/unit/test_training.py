"""Trainings and examinations: what may be said of them, when, and what it adds up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.places import Area, AreaRef
from common.vocabulary import AreaLevel, AreaScheme
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.examinations import (
    ExaminationOver,
    MorePassedThanEntered,
    NotACandidate,
)
from registry.domain.errors.trainings import (
    MoreCompletedThanCame,
    NotInCohort,
    TrainingHoursExceeded,
    TrainingOver,
)
from registry.domain.examination import (
    Examination,
    ExaminationId,
    ExaminationState,
    ExaminationWasCancelled,
    Results,
    ResultsWereStated,
    announce_examination,
)
from registry.domain.social_worker import CertificateLevel
from registry.domain.term import Term
from registry.domain.training import (
    Counted,
    Syllabus,
    Training,
    TrainingId,
    TrainingKind,
    TrainingState,
    TrainingWasCancelled,
    TrainingWasCompleted,
    Turnout,
    WorkersWereEnrolled,
    announce_training,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CITY = Area(
    ref=AreaRef(AreaScheme.NBS, "3713"),
    name="临沂市",
    level=AreaLevel.PREFECTURE,
    is_formal=True,
    pool_id=UUID(int=7),
    ancestors=frozenset({"37", "3713"}),
)
PEOPLE = [UUID(int=number) for number in range(100, 112)]
NOBODY_ELSE = Counted()


def a_training(
    *, hours: int = 24, required: int = 20, ends_on: date = date(2026, 2, 3)
) -> Training:
    return announce_training(
        TrainingId(UUID(int=1)),
        syllabus=Syllabus(
            title="实务能力提升",
            cohort="金鼎班",
            kind=TrainingKind.CONTINUING_EDUCATION,
            hours=hours,
            required_hours=required,
        ),
        organiser=UUID(int=2),
        area=CITY,
        term=Term(begins_on=date(2026, 2, 1), ends_on=ends_on),
        at=NOW,
    ).state


def an_examination(held_on: date = date(2025, 6, 14)) -> Examination:
    return announce_examination(
        ExaminationId(UUID(int=1)),
        session="2025",
        level=CertificateLevel.ASSISTANT,
        area=CITY,
        held_on=held_on,
        at=NOW,
    ).state


def test_a_training_requires_no_more_hours_than_it_has() -> None:
    assert a_training(hours=24, required=24).required_hours == 24
    with pytest.raises(TrainingHoursExceeded):
        a_training(hours=24, required=25)


def test_a_cohort_grows_by_newcomers_alone() -> None:
    grown = a_training().enrol(3, at=NOW)

    assert grown.state == replace(a_training(), version=2, enrolled=3)
    assert grown.facts == (WorkersWereEnrolled(training=grown.state, at=NOW),)
    again = grown.state.enrol(0, at=NOW)
    assert (again.state, again.facts) == (grown.state, ())


@given(
    attended=st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 24)),
    required=st.integers(0, 24),
    others=st.tuples(st.integers(0, 3000), st.integers(0, 3000)).map(sorted),
)
def test_who_came_and_who_completed_is_counted_person_by_person(
    attended: dict[UUID, int], required: int, others: list[int]
) -> None:
    counted = Counted(came=others[1], completed=others[0])

    change = a_training(required=required).complete(PEOPLE, attended, counted, at=NOW)

    came, completed = others[1], others[0]
    for hours in attended.values():
        came += 1 if hours else 0
        completed += 1 if hours and hours >= required else 0
    assert change.state.turnout == Turnout(came=came, completed=completed)
    assert change.state.state is TrainingState.COMPLETED
    fact = TrainingWasCompleted(
        training=change.state, turnout=Turnout(came=came, completed=completed), at=NOW
    )
    assert change.facts == (fact,)


def test_attendance_is_of_the_cohort_and_within_the_hours() -> None:
    training = a_training(hours=24)
    stranger = UUID(int=999)

    with pytest.raises(NotInCohort):
        training.complete(PEOPLE, {stranger: 1}, NOBODY_ELSE, at=NOW)
    with pytest.raises(TrainingHoursExceeded):
        training.complete(PEOPLE, {PEOPLE[0]: 25}, NOBODY_ELSE, at=NOW)
    with pytest.raises(MoreCompletedThanCame):
        training.complete(PEOPLE, {}, Counted(came=1, completed=2), at=NOW)


def test_a_training_is_completed_once_its_last_day_has_come() -> None:
    assert a_training(ends_on=date(2026, 3, 1)).complete([], {}, NOBODY_ELSE, at=NOW).facts
    with pytest.raises(DayInTheFuture):
        a_training(ends_on=date(2026, 3, 2)).complete([], {}, NOBODY_ELSE, at=NOW)


def test_nothing_changes_about_a_training_that_is_over() -> None:
    cancelled = a_training().cancel(at=NOW)
    completed = a_training().complete([], {}, NOBODY_ELSE, at=NOW)

    assert cancelled.facts == (TrainingWasCancelled(training=cancelled.state, at=NOW),)
    for training in (cancelled.state, completed.state):
        with pytest.raises(TrainingOver):
            training.enrol(1, at=NOW)
        with pytest.raises(TrainingOver):
            training.complete([], {}, NOBODY_ELSE, at=NOW)
        with pytest.raises(TrainingOver):
            training.cancel(at=NOW)
        assert training.has_content_of(a_training())
    assert not cancelled.state.has_content_of(a_training(hours=25))


def test_results_count_candidates_and_those_who_are_only_counted() -> None:
    entered = an_examination().enter(3, at=NOW).state
    stated = entered.state_results(PEOPLE[:3], PEOPLE[:2], Results(entered=100, passed=40), at=NOW)

    results = Results(entered=103, passed=42)
    assert stated.state.results == results
    assert stated.facts == (ResultsWereStated(examination=stated.state, results=results, at=NOW),)
    assert stated.state.has_content_of(an_examination())


def test_results_are_of_candidates_and_of_an_examination_that_was_held() -> None:
    nobody = Results(entered=0, passed=0)

    with pytest.raises(NotACandidate):
        an_examination().state_results([], [PEOPLE[0]], nobody, at=NOW)
    with pytest.raises(MorePassedThanEntered):
        an_examination().state_results([], [], Results(entered=1, passed=2), at=NOW)
    with pytest.raises(DayInTheFuture):
        an_examination(date(2026, 3, 2)).state_results([], [], nobody, at=NOW)


def test_nothing_changes_about_an_examination_that_is_over() -> None:
    nobody = Results(entered=0, passed=0)
    cancelled = an_examination().cancel(at=NOW)
    stated = an_examination().state_results([], [], nobody, at=NOW)

    assert cancelled.facts == (ExaminationWasCancelled(examination=cancelled.state, at=NOW),)
    assert cancelled.state.state is ExaminationState.CANCELLED
    for examination in (cancelled.state, stated.state):
        with pytest.raises(ExaminationOver):
            examination.enter(1, at=NOW)
        with pytest.raises(ExaminationOver):
            examination.state_results([], [], nobody, at=NOW)
        with pytest.raises(ExaminationOver):
            examination.cancel(at=NOW)

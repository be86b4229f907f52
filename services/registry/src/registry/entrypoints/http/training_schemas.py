"""Trainings as callers send and receive them."""

from datetime import date
from typing import Annotated, Self, TypeAlias
from uuid import UUID

from pydantic import Field

from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import (
    MOST_AT_ONCE,
    MOST_OF_ANYTHING,
    ChosenId,
    Day,
    Flag,
    Name,
    example,
    label,
)
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.keep_trainings import AnnounceTraining
from registry.domain.term import Term
from registry.domain.training import (
    Attendance,
    Counted,
    Syllabus,
    Training,
    TrainingKind,
    TrainingState,
)

Hours: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=1000, description="In hours.")]
Number: TypeAlias = Annotated[int, Field(strict=True, ge=0, le=MOST_OF_ANYTHING)]
People: TypeAlias = Annotated[list[UUID], Field(min_length=1, max_length=MOST_AT_ONCE)]

_PERSON = "0192d3c4-5b6a-7890-8abc-def012345602"
_TRAINING = {
    "title": "社会工作实务能力提升培训",
    "cohort": "金鼎班",
    "kind": "continuing_education",
    "organiser_id": "0192d3c4-5b6a-7890-8abc-def012345678",
    "scheme": "nbs",
    "area": "3302",
    "hours": 24,
    "required_hours": 20,
    "begins_on": "2023-05-08",
    "ends_on": "2023-05-10",
}


class TrainingToAnnounce(Body):
    """What is taught to which cohort, by whom, where and when; all hours are required if not said.

    `organiser_id` is a party that is no person.
    """

    model_config = example(**_TRAINING)

    id: ChosenId = None
    title: Name
    cohort: Name | None = None
    kind: TrainingKind
    organiser_id: UUID
    scheme: AreaScheme
    area: Code
    hours: Hours
    required_hours: Hours | None = None
    begins_on: Day
    ends_on: Day

    def command(self) -> AnnounceTraining:
        """Return what is to be done."""
        required = self.hours if self.required_hours is None else self.required_hours
        return AnnounceTraining(
            id=self.id,
            syllabus=Syllabus(
                title=self.title,
                cohort=self.cohort,
                kind=self.kind,
                hours=self.hours,
                required_hours=required,
            ),
            organiser=self.organiser_id,
            area=AreaRef(self.scheme, self.area),
            term=Term(begins_on=self.begins_on, ends_on=self.ends_on),
        )


class WorkersToEnrol(Body):
    """People, known as parties, who are to attend."""

    model_config = example(worker_ids=[_PERSON])

    worker_ids: People


class HoursAttended(Body):
    """How many hours somebody of the cohort attended."""

    model_config = example(worker_id=_PERSON, hours=22)

    worker_id: UUID
    hours: Annotated[int, Field(strict=True, ge=0, le=1000)]


class TrainingToComplete(Body):
    """Who attended for how long; whoever of the cohort is not mentioned did not come.

    `others_came` and `others_completed` count people who are not known here by name.
    """

    model_config = example(
        attendance=[{"worker_id": _PERSON, "hours": 22}], others_came=30, others_completed=28
    )

    attendance: Annotated[list[HoursAttended], Field(max_length=10 * MOST_AT_ONCE)] = Field(
        default_factory=list[HoursAttended]
    )
    others_came: Number = 0
    others_completed: Number = 0

    def hours(self) -> dict[UUID, int]:
        """Return the hours by person; what is said last of somebody counts."""
        return {each.worker_id: each.hours for each in self.attendance}

    def others(self) -> Counted:
        """Return those who are only counted."""
        return Counted(came=self.others_came, completed=self.others_completed)


class TrainingView(View):
    """A training; `enrolled` are people by name, `person_times` and `completed` count all."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def0123456bb",
        version=3,
        **_TRAINING,
        kind_label="继续教育",
        state="completed",
        state_label="已结业",
        enrolled=1,
        person_times=31,
        completed=29,
    )

    id: UUID
    version: int
    title: str
    cohort: str | None
    kind: TrainingKind
    kind_label: str
    organiser_id: UUID
    scheme: AreaScheme
    area: str
    hours: int
    required_hours: int
    begins_on: date
    ends_on: date
    state: TrainingState
    state_label: str
    enrolled: int
    person_times: int | None
    completed: int | None

    @classmethod
    def of(cls, training: Training, language: Language) -> Self:
        """Show a training to somebody who reads this language."""
        turnout = training.turnout
        return cls(
            id=training.id,
            version=training.version,
            title=training.title,
            cohort=training.cohort,
            kind=training.kind,
            kind_label=label(training.kind, language),
            organiser_id=training.organiser,
            scheme=training.area.scheme,
            area=training.area.code,
            hours=training.hours,
            required_hours=training.required_hours,
            begins_on=training.term.begins_on,
            ends_on=training.term.ends_on,
            state=training.state,
            state_label=label(training.state, language),
            enrolled=training.enrolled,
            person_times=turnout.came if turnout else None,
            completed=turnout.completed if turnout else None,
        )


class AttendanceView(View):
    """One of a cohort; `hours` is null until attendance is stated."""

    model_config = example(worker_id=_PERSON, hours=22, has_completed=True)

    worker_id: UUID
    hours: int | None
    has_completed: Flag

    @classmethod
    def of(cls, attendance: Attendance) -> Self:
        """Show one of a cohort."""
        return cls(
            worker_id=attendance.worker,
            hours=attendance.hours,
            has_completed=attendance.has_completed,
        )

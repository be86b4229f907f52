"""A training of workers (培训): who holds it, how long, for which cohort, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from common.vocabulary import Labelled
from registry.domain.days import refuse_future
from registry.domain.errors.trainings import (
    MoreCompletedThanCame,
    NotInCohort,
    TrainingHoursExceeded,
    TrainingOver,
)
from registry.domain.term import Term

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from common.places import Area

TrainingId = NewType("TrainingId", UUID)


class TrainingKind(Labelled):
    """What a training is for."""

    CONTINUING_EDUCATION = "continuing_education", "继续教育", "Continuing education"
    EXAM_PREPARATION = "exam_preparation", "考前培训", "Preparation for the examination"
    INDUCTION = "induction", "岗前培训", "Induction"
    ADVANCED = "advanced", "高层次人才培养", "Advanced training"
    OTHER = "other", "其他", "Other"


class TrainingState(Labelled):
    """Where a training is in its life."""

    ANNOUNCED = "announced", "已发布", "Announced"
    COMPLETED = "completed", "已结业", "Completed"
    CANCELLED = "cancelled", "已取消", "Cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """People who are known by their number only, as a list of years ago has them."""

    came: int = 0
    completed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many came, each one person-time (人次), and how many of these completed it."""

    came: int
    completed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A training of so many hours, for one cohort (班次); ``enrolled`` are the people by name.

    Whoever attended ``required_hours`` has completed it.
    """

    id: TrainingId
    version: int
    title: str
    cohort: str | None
    kind: TrainingKind
    organiser: UUID
    area: AreaRef
    hours: int
    required_hours: int
    term: Term
    enrolled: int = 0
    state: TrainingState = TrainingState.ANNOUNCED
    turnout: Turnout | None = None

    @property
    def org(self) -> None:
        """Return nobody: it is seen by those who are responsible for its area."""
        return

    def enrol(self, newcomers: int, *, at: datetime) -> Change[Training, TrainingFact]:
        """Take so many more people into the cohort.

        Raises:
            TrainingOver: It was completed or cancelled.
        """
        self._refuse_over()
        if newcomers == 0:
            return Change(self, ())
        grown = replace(self, version=self.version + 1, enrolled=self.enrolled + newcomers)
        return Change(grown, (WorkersWereEnrolled(training=grown, at=at),))

    def complete(
        self,
        cohort: Collection[UUID],
        attendance: Mapping[UUID, int],
        others: Counted,
        *,
        at: datetime,
    ) -> Change[Training, TrainingFact]:
        """State who of the cohort attended for how many hours, once the last day has come.

        Raises:
            TrainingOver: It was completed or cancelled before.
            DayInTheFuture: Its last day is still to come.
            NotInCohort: Attendance of somebody who was not enrolled.
            TrainingHoursExceeded: Somebody attended more hours than there were.
            MoreCompletedThanCame: Of those who are only counted.
        """
        self._refuse_over()
        refuse_future(self.term.ends_on, at=at)
        for worker_id, hours in attendance.items():
            if worker_id not in cohort:
                raise NotInCohort(training_id=self.id, worker_id=worker_id)
            _refuse_excess(hours, self.hours)
        if others.completed > others.came:
            raise MoreCompletedThanCame(came=others.came, completed=others.completed)
        turnout = Turnout(
            came=sum(hours > 0 for hours in attendance.values()) + others.came,
            completed=len(self.completed_by(attendance)) + others.completed,
        )
        completed = replace(
            self, version=self.version + 1, state=TrainingState.COMPLETED, turnout=turnout
        )
        return Change(
            completed, (TrainingWasCompleted(training=completed, turnout=turnout, at=at),)
        )

    def completed_by(self, attendance: Mapping[UUID, int]) -> frozenset[UUID]:
        """Return who attended as many hours as are required."""
        return frozenset(
            worker for worker, hours in attendance.items() if hours >= max(self.required_hours, 1)
        )

    def cancel(self, *, at: datetime) -> Change[Training, TrainingFact]:
        """Call it off.

        Raises:
            TrainingOver: It was completed or cancelled before.
        """
        self._refuse_over()
        cancelled = replace(self, version=self.version + 1, state=TrainingState.CANCELLED)
        return Change(cancelled, (TrainingWasCancelled(training=cancelled, at=at),))

    def has_content_of(self, other: Training) -> bool:
        """Tell whether both were announced alike, whatever has happened to either since."""
        return _as_announced(self) == _as_announced(other)

    def _refuse_over(self) -> None:
        if self.state is not TrainingState.ANNOUNCED:
            raise TrainingOver(training_id=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """One of a cohort: the hours they attended once these were stated, and whether that did."""

    worker: UUID
    hours: int | None = None
    has_completed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingWasAnnounced:
    """There will be a training."""

    training: Training
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersWereEnrolled:
    """The cohort has grown."""

    training: Training
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingWasCompleted:
    """It is known who came."""

    training: Training
    turnout: Turnout
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingWasCancelled:
    """It does not take place."""

    training: Training
    at: datetime


TrainingFact = (
    TrainingWasAnnounced | WorkersWereEnrolled | TrainingWasCompleted | TrainingWasCancelled
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Syllabus:
    """What a training is: its title, cohort (班次) and kind, its hours and how many are required.

    Raises:
        TrainingHoursExceeded: More are required than there are.
    """

    title: str
    cohort: str | None
    kind: TrainingKind
    hours: int
    required_hours: int

    def __post_init__(self) -> None:
        _refuse_excess(self.required_hours, self.hours)


def announce_training(
    training_id: TrainingId,
    *,
    syllabus: Syllabus,
    organiser: UUID,
    area: Area,
    term: Term,
    at: datetime,
) -> Change[Training, TrainingFact]:
    """Note that there is a training."""
    training = Training(
        id=training_id,
        version=1,
        title=syllabus.title,
        cohort=syllabus.cohort,
        kind=syllabus.kind,
        organiser=organiser,
        area=area.ref,
        hours=syllabus.hours,
        required_hours=syllabus.required_hours,
        term=term,
    )
    return Change(training, (TrainingWasAnnounced(training=training, at=at),))


def _as_announced(training: Training) -> Training:
    return replace(training, version=1, enrolled=0, state=TrainingState.ANNOUNCED, turnout=None)


def _refuse_excess(hours: int, most: int) -> None:
    if hours > most:
        raise TrainingHoursExceeded(hours=hours, most=most)

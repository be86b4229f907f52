"""What can be refused about trainings."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class TrainingNotFound(NotFound, code="training-not-found", zh="没有这期培训。"):
    """There is no such training, or it is outside your area."""

    training_id: UUID


@dataclass(eq=False)
class TrainingIdTaken(Conflict, code="training-id-taken", zh="这个编号已用于内容不同的培训。"):
    """The id belongs to a training with other content."""

    training_id: UUID


@dataclass(eq=False)
class TrainingChangedMeanwhile(
    Conflict,
    code="training-changed-meanwhile",
    zh="该培训刚刚被他人更改，请重新读取后再试。",
):
    """Somebody else changed the training at the same moment; read it again."""

    training_id: UUID


@dataclass(eq=False)
class TrainingOver(Conflict, code="training-over", zh="该培训已结业或已取消。"):
    """The training was completed or cancelled; nothing about it changes any more."""

    training_id: UUID


@dataclass(eq=False)
class NotInCohort(RuleViolated, code="not-in-cohort", zh="所列人员未报名参加该培训。"):
    """Attendance is stated of those who were enrolled."""

    training_id: UUID
    worker_id: UUID


@dataclass(eq=False)
class TrainingHoursExceeded(
    RuleViolated, code="training-hours-exceeded", zh="学时超过该培训的总学时。"
):
    """Nobody attends, or needs, more hours than the training has."""

    hours: int
    most: int


@dataclass(eq=False)
class MoreCompletedThanCame(
    RuleViolated, code="more-completed-than-came", zh="结业人数超过参训人数。"
):
    """Nobody completes a training who has not come."""

    came: int
    completed: int

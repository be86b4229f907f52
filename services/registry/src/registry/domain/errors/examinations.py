"""What can be refused about examinations."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class ExaminationNotFound(NotFound, code="examination-not-found", zh="没有这场考试。"):
    """There is no such examination, or it is outside your area."""

    examination_id: UUID


@dataclass(eq=False)
class ExaminationIdTaken(
    Conflict, code="examination-id-taken", zh="这个编号已用于内容不同的考试。"
):
    """The id belongs to an examination with other content."""

    examination_id: UUID


@dataclass(eq=False)
class ExaminationChangedMeanwhile(
    Conflict,
    code="examination-changed-meanwhile",
    zh="该考试刚刚被他人更改，请重新读取后再试。",
):
    """Somebody else changed the examination at the same moment; read it again."""

    examination_id: UUID


@dataclass(eq=False)
class ExaminationOver(Conflict, code="examination-over", zh="该考试已公布成绩或已取消。"):
    """The results were stated, or the examination was cancelled."""

    examination_id: UUID


@dataclass(eq=False)
class NotACandidate(RuleViolated, code="not-a-candidate", zh="所列人员未报考该考试。"):
    """Only those who entered an examination pass it."""

    examination_id: UUID
    candidate_id: UUID


@dataclass(eq=False)
class MorePassedThanEntered(
    RuleViolated, code="more-passed-than-entered", zh="通过人数超过报考人数。"
):
    """No more people pass than have entered."""

    entered: int
    passed: int

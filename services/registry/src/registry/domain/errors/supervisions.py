"""What can be refused about supervision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class SupervisionNotFound(NotFound, code="supervision-not-found", zh="没有这条督导关系。"):
    """There is no such supervision, or it is outside your area."""

    supervision_id: UUID


@dataclass(eq=False)
class SupervisionIdTaken(
    Conflict, code="supervision-id-taken", zh="这个编号已用于内容不同的督导关系。"
):
    """The id belongs to a supervision with other content."""

    supervision_id: UUID


@dataclass(eq=False)
class SupervisionChangedMeanwhile(
    Conflict,
    code="supervision-changed-meanwhile",
    zh="该督导关系刚刚被他人更改，请重新读取后再试。",
):
    """Somebody else changed the supervision at the same moment; read it again."""

    supervision_id: UUID


@dataclass(eq=False)
class SupervisionOverlaps(
    Conflict, code="supervision-overlaps", zh="该督导在此期间已在督导这名社工。"
):
    """The same supervisor stands by the worker already on some of the days."""

    supervision_id: UUID


@dataclass(eq=False)
class SupervisionEnded(Conflict, code="supervision-ended", zh="该督导关系已经结束。"):
    """The supervision has ended, and begins anew only as another one."""

    supervision_id: UUID
    ended_on: date


@dataclass(eq=False)
class OwnSupervisor(RuleViolated, code="own-supervisor", zh="督导者与被督导者不能是同一人。"):
    """Nobody supervises themselves."""

    party_id: UUID

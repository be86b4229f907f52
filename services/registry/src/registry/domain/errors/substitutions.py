"""What can be refused about substitutions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class SubstitutionNotFound(NotFound, code="substitution-not-found", zh="没有这项替班安排。"):
    """There is no such substitution, or it is outside your area."""

    substitution_id: UUID


@dataclass(eq=False)
class SubstituteForOneself(
    RuleViolated, code="substitute-for-oneself", zh="不能由本人替自己的班。"
):
    """Nobody can stand in for their own absence."""


@dataclass(eq=False)
class SubstituteUnknown(
    RuleViolated, code="substitute-unknown", zh="替班人员还没有账户，请先发出邀请。"
):
    """The substitute has no account yet; invite them first."""


@dataclass(eq=False)
class GrantNotTheirs(
    Conflict, code="grant-not-theirs", zh="离岗人员本人没有这项授权，不能由他人代行。"
):
    """The absent person does not have this grant themselves, so nobody can exercise it for them."""


@dataclass(eq=False)
class AbsenceAlreadyCovered(
    Conflict, code="absence-already-covered", zh="这段时间已经安排了替班。"
):
    """Somebody stands in for a part of these days already."""

    substitution_id: UUID
    first_on: date
    last_on: date


@dataclass(eq=False)
class AbsenceIsOver(RuleViolated, code="absence-is-over", zh="离岗时间已经过去。"):
    """The last day of the absence has passed."""

    last_on: date


@dataclass(eq=False)
class SubstitutionAlreadyEnded(
    Conflict, code="substitution-already-ended", zh="这项替班安排已经结束。"
):
    """The substitution has ended already."""

    substitution_id: UUID

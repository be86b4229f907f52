"""What can be refused about those who want to be partners."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class ApplicationNotFound(NotFound, code="application-not-found", zh="没有这份入驻申请。"):
    """There is no such application, or it is outside your area."""

    application_id: UUID


@dataclass(eq=False)
class ApplicationAlreadyDecided(
    Conflict, code="application-already-decided", zh="这份入驻申请已有决定。"
):
    """The application was decided before, and a decision is final; they may apply again."""

    application_id: UUID
    state: str


@dataclass(eq=False)
class SocietyMayNotApply(
    RuleViolated,
    code="society-may-not-apply",
    zh="只有社会组织、志愿服务队伍和慈善资源方可以自行申请入驻。",
):
    """Only organisations, volunteer teams and providers of charitable resources may apply."""

    society: str

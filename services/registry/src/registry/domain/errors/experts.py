"""What can be refused about experts and their engagements."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class ExpertNotFound(NotFound, code="expert-not-found", zh="没有这位专家。"):
    """There is no such expert in a pool that you may see."""

    expert_id: UUID


@dataclass(eq=False)
class ExpertIdTaken(Conflict, code="expert-id-taken", zh="这个编号已用于内容不同的专家聘任。"):
    """The id belongs to an appointment with other content."""

    expert_id: UUID


@dataclass(eq=False)
class ExpertChangedMeanwhile(
    Conflict,
    code="expert-changed-meanwhile",
    zh="该专家聘任刚刚被他人更改，请重新读取后再试。",
):
    """Somebody else changed the appointment at the same moment; read it again."""

    expert_id: UUID


@dataclass(eq=False)
class ExpertAppointedAlready(
    Conflict, code="expert-appointed-already", zh="此人在此期间已在该专家库中。"
):
    """The person is in this pool already on some of the days."""

    expert_id: UUID


@dataclass(eq=False)
class EngagementNotFound(NotFound, code="engagement-not-found", zh="没有这项专家工作。"):
    """There is no such engagement, or it is outside your area."""

    engagement_id: UUID


@dataclass(eq=False)
class EngagementIdTaken(
    Conflict, code="engagement-id-taken", zh="这个编号已用于内容不同的专家工作。"
):
    """The id belongs to an engagement with other content."""

    engagement_id: UUID


@dataclass(eq=False)
class EngagementChangedMeanwhile(
    Conflict,
    code="engagement-changed-meanwhile",
    zh="该项专家工作刚刚被他人更改，请重新读取后再试。",
):
    """Somebody else changed the engagement at the same moment; read it again."""

    engagement_id: UUID


@dataclass(eq=False)
class EngagementOverlaps(
    Conflict,
    code="engagement-overlaps",
    zh="该专家在此期间已在该站点承担督导、评审或评估，不能兼任。",
):
    """Who supervises a station does not judge it at the same time, nor the same twice."""

    engagement_id: UUID


@dataclass(eq=False)
class EngagementNeedsStation(
    RuleViolated, code="engagement-needs-station", zh="督导必须指明站点。"
):
    """Supervision is at a station."""

    engagement_id: UUID

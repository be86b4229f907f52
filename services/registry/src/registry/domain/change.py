"""What a follower of the registry is told: that a thing changed, and whether it is still there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import Labelled


class ThingKind(Labelled):
    """The kinds of thing that can be followed."""

    STATION = "station", "社工站点", "Station"
    PARTY = "party", "服务主体", "Party"
    SERVICE_ENTRY = "service_entry", "服务清单条目", "Service entry"
    CONTRACT = "contract", "政府购买服务合同", "Service contract"
    SUPERVISION = "supervision", "督导关系", "Supervision"
    TRAINING = "training", "培训", "Training"
    EXAMINATION = "examination", "考试", "Examination"
    EXPERT = "expert", "专家", "Expert"
    ENGAGEMENT = "engagement", "专家工作", "Engagement of an expert"
    TALENT_STATION = "talent_station", "人才工作站", "Talent station"
    TALENT_PLAN = "talent_plan", "人才计划", "Talent plan"
    TALENT = "talent", "入选人才", "Talent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingChanged:
    """The latest change of one thing, in the area where it stands or from which it went.

    ``is_gone`` is a tombstone: it is over (closed, merged, withdrawn, terminated, ended), or it
    stands elsewhere now. ``version`` is the one that it had then.
    """

    kind: ThingKind
    id: UUID
    version: int
    area: AreaRef
    at: datetime
    is_gone: bool

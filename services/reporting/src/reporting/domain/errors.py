"""What a question to the reports can be refused for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from common.errors import NotFound, RuleViolated


@dataclass(eq=False)
class NeedNotReported(NotFound, code="need-not-reported", zh="统计数据中没有这项需求。"):
    """The reports know of no such need, or not yet."""

    need_id: UUID


@dataclass(eq=False)
class EventNotJournalled(NotFound, code="event-not-journalled", zh="事件日志中没有此事件。"):
    """The journal holds no such event, or not yet."""

    event_id: UUID


@dataclass(eq=False)
class AsOfInTheFuture(RuleViolated, code="as-of-in-the-future", zh="统计时点不能晚于当前时间。"):
    """Figures can be asked for the past and the present only."""

    as_of: datetime

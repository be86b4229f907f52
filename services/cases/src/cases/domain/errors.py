"""What cases refuses, in the words of the people who use it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class MeetingNotFound(NotFound, code="meeting-not-found", zh="没有找到这次协商会。"):
    """There is no such meeting within your reach."""

    meeting_id: UUID


@dataclass(eq=False)
class MeetingIdTaken(Conflict, code="meeting-id-taken", zh="该编号已用于另一次协商会。"):
    """Another meeting already has this id."""

    meeting_id: UUID


@dataclass(eq=False)
class MeetingNotHeldYet(RuleViolated, code="meeting-not-held-yet", zh="协商会尚未召开。"):
    """A meeting is recorded after it was held, not before."""

    held_on: date


@dataclass(eq=False)
class NeedNotFound(NotFound, code="need-not-found", zh="没有找到这项需求。"):
    """There is no such need within your reach."""

    need_id: UUID


@dataclass(eq=False)
class NeedIdTaken(Conflict, code="need-id-taken", zh="该编号已用于另一项需求。"):
    """Another need already has this id."""

    need_id: UUID


@dataclass(eq=False)
class NeedAlreadyEnded(Conflict, code="need-already-ended", zh="该需求已经结束，不能再变更。"):
    """The need has ended, and an end is final."""

    need_id: UUID
    state: str
    ended_at: datetime


@dataclass(eq=False)
class NeedChangedMeanwhile(
    Conflict, code="need-changed-meanwhile", zh="该需求刚被他人改动，请刷新后重试。"
):
    """Somebody else changed the need at the same moment; look at it again."""

    need_id: UUID


@dataclass(eq=False)
class NeedLinesOpen(Conflict, code="need-lines-open", zh="还有需求项没有完成，不能按已满足结案。"):
    """A need is met when all of its lines are fulfilled, and some are still open."""

    need_id: UUID
    line_ids: tuple[UUID, ...]


@dataclass(eq=False)
class NeedStaysInItsPool(
    RuleViolated,
    code="need-stays-in-its-pool",
    zh="新地点属于另一个对接片区。请撤回该需求，在新地点重新提交。",
):
    """The new place belongs to another pool; withdraw the need and submit it anew there."""

    need_id: UUID
    scheme: str
    area: str


@dataclass(eq=False)
class PlaceLeftBehind(
    RuleViolated, code="place-left-behind", zh="更换区划时须同时给出新的准确位置，或注明不再记录。"
):
    """An exact place belongs to its area; with another area give the new one, or null."""

    need_id: UUID


@dataclass(eq=False)
class LineNotFound(NotFound, code="line-not-found", zh="该需求没有这个需求项。"):
    """The need has no such line."""

    line_id: UUID


@dataclass(eq=False)
class LineIdTaken(Conflict, code="line-id-taken", zh="该编号已用于另一项需求的需求项。"):
    """Another need already has a line with this id."""

    line_id: UUID


@dataclass(eq=False)
class LineIdsRepeated(RuleViolated, code="line-ids-repeated", zh="同一需求中的需求项编号重复。"):
    """Two lines of one need have the same id."""

    line_id: UUID


@dataclass(eq=False)
class PlaceOfHomeGiven(
    RuleViolated, code="place-of-home-given", zh="个人或家庭的需求不记录准确位置。"
):
    """The exact place of a person or household is not kept; give its area only."""

    beneficiary: str


@dataclass(eq=False)
class ClientOfGroupGiven(
    RuleViolated, code="client-of-group-given", zh="群体或公共场所的需求不能填写服务对象代号。"
):
    """A client's pseudonym stands for a person or household, not for a group or place."""

    beneficiary: str


@dataclass(eq=False)
class MatchNotFound(NotFound, code="match-not-found", zh="该需求项没有这条已接受的对接。"):
    """This line of the need has no accepted match with this id."""

    match_id: UUID


@dataclass(eq=False)
class MatchAlreadyFulfilled(
    Conflict, code="match-already-fulfilled", zh="该对接已经完成，不再登记服务。"
):
    """All that was agreed on was given; nothing more is recorded for this match."""

    match_id: UUID


@dataclass(eq=False)
class ServiceRecordIdTaken(
    Conflict, code="service-record-id-taken", zh="该编号已用于另一条服务记录。"
):
    """Another service record already has this id."""

    record_id: UUID


@dataclass(eq=False)
class UnitDiffers(RuleViolated, code="unit-differs", zh="计量单位与对接的单位不一致。"):
    """A service is measured in the unit that was agreed on."""

    unit: str
    agreed: str


@dataclass(eq=False)
class ServiceEndsBeforeItStarts(
    RuleViolated, code="service-ends-before-it-starts", zh="服务结束时间早于开始时间。"
):
    """A service ends after it has started."""

    started_at: datetime
    ended_at: datetime


@dataclass(eq=False)
class ServiceNotOverYet(RuleViolated, code="service-not-over-yet", zh="服务尚未结束，不能登记。"):
    """A service is recorded when it is over, not before."""

    ended_at: datetime

"""What can be refused about workers, volunteers, organisations and postings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class ProfileNotFound(NotFound, code="profile-not-found", zh="该主体还没有这类档案。"):
    """Nothing of this kind was said about the party yet."""

    party_id: UUID


@dataclass(eq=False)
class ProfileDoesNotFitParty(
    RuleViolated, code="profile-does-not-fit-party", zh="该主体的类别与这类档案不符。"
):
    """Only a party of the right society, a person or not, can be described so."""

    party_id: UUID
    society: str


@dataclass(eq=False)
class ProfileChangedMeanwhile(
    Conflict, code="profile-changed-meanwhile", zh="该档案刚刚被他人更改，请重新读取后再试。"
):
    """Somebody else described the party at the same moment; read it again."""

    party_id: UUID


@dataclass(eq=False)
class CreditCodeInvalid(
    RuleViolated, code="credit-code-invalid", zh="统一社会信用代码有误（校验位不符）。"
):
    """This is no unified social credit code: GB 32100-2015 has 18 characters, the last a check."""


@dataclass(eq=False)
class CreditCodeTaken(Conflict, code="credit-code-taken", zh="该统一社会信用代码已用于另一主体。"):
    """Another party has this unified social credit code."""

    party_id: UUID


@dataclass(eq=False)
class AvailabilityOverlaps(
    RuleViolated, code="availability-overlaps", zh="每周可服务时段有重叠或起止颠倒。"
):
    """Two of the weekly hours overlap, or one ends before it begins."""

    weekday: str


@dataclass(eq=False)
class PermitDaysOutOfOrder(
    RuleViolated, code="permit-days-out-of-order", zh="公开募捐资格的有效期起止颠倒。"
):
    """A permit cannot end before it begins."""

    valid_from: date
    valid_until: date


@dataclass(eq=False)
class PostingNotFound(NotFound, code="posting-not-found", zh="没有这个岗位任职。"):
    """There is no such posting, or it is outside your area."""

    posting_id: UUID


@dataclass(eq=False)
class PostingsOverlap(Conflict, code="postings-overlap", zh="该社工在这段时间已有全职岗位。"):
    """The worker has a full-time posting on some of these days already."""

    worker_id: UUID


@dataclass(eq=False)
class PostingAlreadyEnded(Conflict, code="posting-already-ended", zh="该任职已经结束。"):
    """The posting has ended before."""

    posting_id: UUID
    ended_on: date


@dataclass(eq=False)
class PostingDaysOutOfOrder(
    RuleViolated, code="posting-days-out-of-order", zh="任职的结束日期不能早于开始日期。"
):
    """A posting cannot end before it begins."""

    starts_on: date
    ends_on: date


@dataclass(eq=False)
class StationHasClosed(Conflict, code="station-has-closed", zh="该站点已关闭，不能派驻。"):
    """The station was closed, so nobody can be posted to it."""

    station_id: UUID

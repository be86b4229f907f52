"""What matching refuses, in the words of the people who use it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from common.errors import Conflict, NotFound, RuleViolated


@dataclass(eq=False)
class OfferNotFound(NotFound, code="offer-not-found", zh="没有找到这项资源供给。"):
    """There is no such offer within your reach."""

    offer_id: UUID


@dataclass(eq=False)
class OfferIdTaken(Conflict, code="offer-id-taken", zh="该编号已用于另一项资源供给。"):
    """Another offer already has this id."""

    offer_id: UUID


@dataclass(eq=False)
class OfferAlreadyExpired(
    RuleViolated, code="offer-already-expired", zh="资源供给的有效期已经过去。"
):
    """An offer must be valid for some time to come."""

    valid_until: datetime


@dataclass(eq=False)
class OfferAlreadyWithdrawn(
    Conflict, code="offer-already-withdrawn", zh="该资源供给已经撤回，不能再次撤回。"
):
    """The offer was withdrawn before, and that is final."""

    offer_id: UUID
    withdrawn_at: datetime


@dataclass(eq=False)
class OfferChangedMeanwhile(
    Conflict, code="offer-changed-meanwhile", zh="该资源供给刚被他人改动，请刷新后重试。"
):
    """Somebody else changed the offer at the same moment; look at it again."""

    offer_id: UUID


@dataclass(eq=False)
class OfferNoLongerStands(
    Conflict, code="offer-no-longer-stands", zh="该资源供给已撤回或已过期，不能再接受。"
):
    """The offer was withdrawn or is past its time, so nothing more can be accepted on it."""

    offer_id: UUID


@dataclass(eq=False)
class OfferAlreadyModerated(
    Conflict, code="offer-already-moderated", zh="该资源供给已审核或无需审核。"
):
    """The offer was approved or refused before, or needs no approval."""

    offer_id: UUID
    moderation: str


@dataclass(eq=False)
class CalendarNotFound(NotFound, code="calendar-not-found", zh="该资源供给没有日程。"):
    """The offer has no calendar, so it can be had at any time."""

    offer_id: UUID


@dataclass(eq=False)
class NotByAppointment(RuleViolated, code="not-by-appointment", zh="物资和资金不设日程。"):
    """Goods and money are given out, and have no calendar."""

    offer_id: UUID


@dataclass(eq=False)
class OfferOfServiceList(
    Conflict, code="offer-of-service-list", zh="该供给来自服务清单，请在服务清单中修改。"
):
    """The offer stands for an entry of the service list; change the entry, and it follows."""

    offer_id: UUID
    entry_id: UUID


@dataclass(eq=False)
class EntryNotKnown(NotFound, code="entry-not-known", zh="尚未收到这条服务清单条目。"):
    """An event tells of an entry of the service list of which nobody has told before."""

    entry_id: UUID


@dataclass(eq=False)
class SessionTaken(
    Conflict, code="session-taken", zh="相应场次刚被预约，或与该主体已预约的场次冲突。"
):
    """No session that suits the line is left, or it clashes with what the giver has promised."""

    offer_id: UUID


@dataclass(eq=False)
class AllotmentNotFound(NotFound, code="allotment-not-found", zh="没有找到这笔调剂。"):
    """There is no such allotment of this offer within your reach."""

    allotment_id: UUID


@dataclass(eq=False)
class AllotmentIdTaken(Conflict, code="allotment-id-taken", zh="该编号已用于另一笔调剂或供给。"):
    """Another allotment, or an offer, already has this id."""

    allotment_id: UUID


@dataclass(eq=False)
class AllotmentWithinPool(
    RuleViolated, code="allotment-within-pool", zh="该区域与供给同属一个对接片区，无需调剂。"
):
    """The area is in the offer's own pool, whose needs it meets anyway."""

    scheme: str
    area: str


@dataclass(eq=False)
class AllotmentOutlastsOffer(
    RuleViolated, code="allotment-outlasts-offer", zh="调剂期限不能晚于供给的有效期。"
):
    """What is unused has to be back before the offer ends."""

    valid_until: datetime


@dataclass(eq=False)
class AllotmentAlreadyEnded(
    Conflict, code="allotment-already-ended", zh="该笔调剂已经收回或退还。"
):
    """The allotment was taken back before, or its time was over."""

    allotment_id: UUID


@dataclass(eq=False)
class OfferNotAllottable(
    RuleViolated,
    code="offer-not-allottable",
    zh="该供给未通过审核、有日程或本身是调剂而来，不能调剂。",
):
    """Only what is approved, has no calendar and is no allotment itself can be allotted."""

    offer_id: UUID


@dataclass(eq=False)
class AllottedByQuantity(
    Conflict, code="allotted-by-quantity", zh="该供给有按数量的调剂，不能再设日程。"
):
    """Parts of the offer went to another pool by quantity, so it cannot have a calendar."""

    offer_id: UUID


@dataclass(eq=False)
class ReturnTooEarly(NotFound, code="return-too-early", zh="该笔调剂先前的退还尚未收到。"):
    """An earlier return of the allotment has not been heard of yet."""

    allotment_id: UUID


@dataclass(eq=False)
class ScopeTooWide(RuleViolated, code="scope-too-wide", zh="供给的服务区域不能大于地级区划。"):
    """An offer serves a prefecture at most; whoever gives more publishes one for each."""

    scheme: str
    area: str


@dataclass(eq=False)
class TooManyOpenOffers(
    Conflict, code="too-many-open-offers", zh="该主体的有效供给已达上限，请先撤回不再需要的供给。"
):
    """The party has as many open offers as one may have; withdraw what is no longer true."""

    party_id: UUID
    limit: int


@dataclass(eq=False)
class TooManyOffersToday(
    Conflict, code="too-many-offers-today", zh="该主体今日发布的供给已达上限，请明日再发布。"
):
    """The party has published as many offers as one may on one day, in China."""

    party_id: UUID
    limit: int


@dataclass(eq=False)
class OfferExhausted(Conflict, code="offer-exhausted", zh="该资源供给的剩余数量不足。"):
    """Others hold so much of the offer that too little is left."""

    offer_id: UUID
    left: int
    wanted: int


@dataclass(eq=False)
class PartyNotKnown(NotFound, code="party-not-known", zh="对接服务中还没有这个主体。"):
    """Matching knows of no such party, or not yet; the registry tells it within seconds."""

    party_id: UUID


@dataclass(eq=False)
class PartyMayNotServe(
    Conflict, code="party-may-not-serve", zh="该主体已被暂停，或审核不在有效期内，暂不能接受。"
):
    """The party is suspended, or lacks a vetting that this line needs."""

    party_id: UUID


@dataclass(eq=False)
class NeedNotKnown(NotFound, code="need-not-known", zh="对接服务中没有这项需求。"):
    """Matching knows of no such need within your reach, or not yet."""

    need_id: UUID


@dataclass(eq=False)
class NeedHasEnded(Conflict, code="need-has-ended", zh="该需求已经结束，不再对接。"):
    """The need was met, closed or withdrawn, and nothing more may be matched to it."""

    need_id: UUID


@dataclass(eq=False)
class NeedRevisedMeanwhile(
    Conflict, code="need-revised-meanwhile", zh="他人刚对该需求作出决定，请刷新后重试。"
):
    """Somebody else decided something about the need at the same moment; look at it again."""

    need_id: UUID


@dataclass(eq=False)
class LineNotKnown(NotFound, code="line-not-known", zh="该需求没有这个需求项。"):
    """The need has no such line."""

    line_id: UUID


@dataclass(eq=False)
class LineAlreadyFilled(
    Conflict, code="line-already-filled", zh="该需求项已由另一方接受，不再需要您的帮助。"
):
    """Another party's acceptance holds this line; thank you all the same."""

    line_id: UUID


@dataclass(eq=False)
class MatchNotKnown(NotFound, code="match-not-known", zh="没有找到这条对接。"):
    """There is no such match within your reach."""

    match_id: UUID


@dataclass(eq=False)
class MatchNotAsked(Conflict, code="match-not-asked", zh="该对接尚未征询，暂不能答复。"):
    """The party was not asked yet, so there is nothing to answer."""

    match_id: UUID


@dataclass(eq=False)
class MatchAlreadyDecided(
    Conflict, code="match-already-decided", zh="该对接已有结果，不能再次答复。"
):
    """The match was decided before, by this party or by what happened meanwhile."""

    match_id: UUID
    state: str


@dataclass(eq=False)
class MatchChangedMeanwhile(
    Conflict, code="match-changed-meanwhile", zh="该对接刚被他人改动，请刷新后重试。"
):
    """Somebody else changed the match at the same moment; look at it again."""

    match_id: UUID


@dataclass(eq=False)
class RefusalInTheFuture(
    RuleViolated, code="refusal-in-the-future", zh="登记的答复日期不能晚于今天。"
):
    """Nobody can have said no tomorrow."""

    said_on: date


@dataclass(eq=False)
class PartyHasAccepted(
    Conflict, code="party-has-accepted", zh="该主体已接受此需求的对接，不能登记为谢绝。"
):
    """The party accepted a line of this need, which a noted refusal cannot undo."""

    party_id: UUID
    match_id: UUID


@dataclass(eq=False)
class MatchNotAccepted(
    Conflict, code="match-not-accepted", zh="该对接未被接受，没有可登记的服务。"
):
    """Nobody said yes to the match, so nothing was given that could be told of."""

    match_id: UUID
    state: str


@dataclass(eq=False)
class HoursOfVolunteersOnly(
    RuleViolated, code="hours-of-volunteers-only", zh="只有志愿者的服务才登记服务时长。"
):
    """Hours are kept for volunteers; the party of this match is of another society."""

    match_id: UUID


@dataclass(eq=False)
class ServiceDayToCome(RuleViolated, code="service-day-to-come", zh="服务日期尚未到来，不能登记。"):
    """Nobody can have served, or been missing, on a day that is still to come."""

    day: date


@dataclass(eq=False)
class ServiceDayBeforeMatch(
    RuleViolated, code="service-day-before-match", zh="服务日期早于该对接的提出日期。"
):
    """The day lies before the one on which the match was proposed."""

    day: date
    proposed_on: date


@dataclass(eq=False)
class HoursAlreadyConfirmed(
    Conflict, code="hours-already-confirmed", zh="双方已确认这一天的服务时长，不能再改。"
):
    """Both sides have confirmed this day's hours, which never change after that."""

    hours_id: UUID
    minutes: int


@dataclass(eq=False)
class OneSpeaksForBoth(Conflict, code="one-speaks-for-both", zh="同一人不能代表双方确认服务时长。"):
    """Whoever spoke for one side cannot confirm it for the other."""

    hours_id: UUID


@dataclass(eq=False)
class PolicyNotFound(NotFound, code="policy-not-found", zh="没有找到这一版策略。"):
    """There is no such version of a policy within your reach."""

    version: int


@dataclass(eq=False)
class PolicyAlreadyActive(
    Conflict, code="policy-already-active", zh="该版策略已经启用，不能再改，请另拟新版。"
):
    """The policy was activated before, and that is final; draft another version."""

    version: int
    effective_from: datetime


@dataclass(eq=False)
class PolicyFromThePast(
    RuleViolated, code="policy-from-the-past", zh="策略的生效时间不能早于现在。"
):
    """A policy cannot hold for a time that has passed."""

    effective_from: datetime


@dataclass(eq=False)
class WeightsOfPartOfPool(
    RuleViolated,
    code="weights-of-part-of-pool",
    zh="该区域小于一个对接片区，权重须与所在片区一致。",
):
    """The area is part of a pool, and a pool is planned by one set of weights; leave them out."""

    scheme: str
    area: str


@dataclass(eq=False)
class OfferingOfPartOfPool(
    RuleViolated,
    code="offering-of-part-of-pool",
    zh="该区域小于一个对接片区，供给规则须与所在片区一致。",
):
    """The area is part of a pool, and one pool asks the same of all offers; leave it out."""

    scheme: str
    area: str


@dataclass(eq=False)
class ServiceHasBegun(Conflict, code="service-has-begun", zh="服务已经开始，不能再收回接受。"):
    """Part of the service was given, so the yes cannot be taken back any more."""

    match_id: UUID
    state: str


@dataclass(eq=False)
class NoShowAlreadyRecorded(
    Conflict, code="no-show-already-recorded", zh="这一方已对当天的缺席情况作过说明。"
):
    """This side has said of the day that somebody else was missing, and that stands."""

    no_show_id: UUID
    absent: str


@dataclass(eq=False)
class AskOfAnotherParty(
    RuleViolated, code="ask-of-another-party", zh="这条对接征询的是另一个主体。"
):
    """The match asks another party, so this one cannot answer it."""

    match_id: UUID
    party_id: UUID


@dataclass(eq=False)
class WhatIfNotFound(NotFound, code="what-if-not-found", zh="没有找到这次策略推演。"):
    """There is no such try of a policy within your reach."""

    what_if_id: UUID


@dataclass(eq=False)
class PeriodNotOver(RuleViolated, code="period-not-over", zh="所选时段须已经结束，且先始后终。"):
    """A period begins before it ends, and has ended."""

    since: datetime
    until: datetime


@dataclass(eq=False)
class PeriodTooLong(RuleViolated, code="period-too-long", zh="所选时段的天数过多。"):
    """The period has more days than can be looked at together."""

    days: int
    most: int


@dataclass(eq=False)
class PeriodTooLarge(RuleViolated, code="period-too-large", zh="所选时段和区域内的需求过多。"):
    """More was asked for in this area and period than can be looked at together."""

    lines: int
    most: int


@dataclass(eq=False)
class DecisionNotKept(NotFound, code="decision-not-kept", zh="没有保存这条对接的决策依据。"):
    """What the plan knew when it proposed this match was not kept."""

    match_id: UUID

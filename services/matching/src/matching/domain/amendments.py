"""What would have to be otherwise for a rule to hold: the least change, one function a rule.

Each amendment changes one thing, by the least amount that is enough: a metre, a unit or a day less
and the rule still forbids. Rules look at different things, so what mends all that fail is the
smallest set of changes. None of this is advice; it says what stands in the way, in figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid5

from common.clock import CHINA
from common.vocabulary import Labelled, Weekday
from matching.domain import saying
from matching.domain.case import Case
from matching.domain.earmark import FOR_ANYTHING
from matching.domain.identity import SessionId
from matching.domain.lot import Lot
from matching.domain.moderation import Moderation
from matching.domain.saying import Saying
from matching.domain.session import Opening

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from common.places import AreaRef
    from matching.domain.offer import Offer
    from matching.domain.window import Window

_WHILE: Final = timedelta(microseconds=1)
"""However short a session is that would do: its seats are what counts."""


class Amended(Labelled):
    """What an amendment changes."""

    OFFER_POOL = "offer.pool_id", "供给的对接片区", "Pool of the offer"
    OFFER_SERVICE = "offer.service", "供给的服务", "Service of the offer"
    OFFER_UNIT = "offer.unit", "供给的计量单位", "Unit of the offer"
    OFFER_CAPACITY = "offer.capacity", "供给的数量", "Quantity of the offer"
    OFFER_WEEKDAYS = "offer.weekdays", "供给的日子", "Days of the offer"
    OFFER_VALID_FROM = "offer.valid_from", "供给的开始", "Beginning of the offer"
    OFFER_VALID_UNTIL = "offer.valid_until", "供给的有效期", "Validity of the offer"
    OFFER_WITHDRAWN = "offer.withdrawn_at", "供给的撤回", "Withdrawal of the offer"
    OFFER_MODERATION = "offer.moderation", "供给的审核", "Approval of the offer"
    OFFER_CONFIRMED = "offer.confirmed_at", "供给的确认", "Confirmation of the offer"
    OFFER_SESSIONS = "offer.sessions", "供给的场次", "Sessions of the offer"
    OFFER_EARMARK = "offer.earmark", "供给的限定用途", "Earmark of the offer"
    OFFER_SCOPE = "offer.scope", "供给的服务区域", "Area that the offer serves"
    OFFER_REACH = "offer.reach_metres", "供给的服务半径", "Reach of the offer"
    OFFER_TOWNSHIP = "offer.township", "供给所在街道（乡镇）", "Township of the offer"
    LINE_QUANTITY = "line.quantity", "需求的数量", "Quantity of the line"
    LINE_NOT_AFTER = "line.not_after", "需求的最晚时间", "Latest time of the line"
    LINE_WITHIN = "line.within_metres", "需求的距离限制", "Limit of distance of the line"
    OFFER_PLACE = "offer.place", "供给的地点", "Place of the offer"
    NEED_URGENCY = "need.urgency", "需求的紧急程度", "Urgency of the need"
    NEED_TOWNSHIP = "need.township", "需求所在街道（乡镇）", "Township of the need"
    PARTY_VETTED = "party.vetted_until", "主体的审核", "Vetting of the party"
    PARTY_APPROVED = "party.is_approved", "主体的核准", "Approval of the party"
    PARTY_SUSPENDED = "party.suspended_on", "主体的暂停", "Suspension of the party"
    REFUSAL = "refusal", "谢绝", "Refusal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One thing otherwise, by an amount in its own unit: metres, days, seconds, units, or just 1.

    ``says`` is a clause that follows "if", and ``does`` changes a case by any amount.
    """

    what: Amended
    amount: int
    to: str
    says: Saying
    does: Callable[[Case, int], Case]

    def on(self, case: Case) -> Case:
        """Return the case as it would be."""
        return self.does(case, self.amount)

    def short_of(self, case: Case) -> Case:
        """Return the case one unit short of that, which is not enough."""
        return self.does(case, self.amount - 1)


def applied(amendments: Iterable[Amendment], case: Case) -> Case:
    """Return a case with all of these changes."""
    for amendment in amendments:
        case = amendment.on(case)
    return case


def same_pool(case: Case) -> tuple[Amendment, ...]:
    """Let the offer belong to the pool of the need."""
    pool_id = case.need.site.pool_id

    def does(of: Case, amount: int) -> Case:
        site = replace(of.offer.site, pool_id=pool_id)
        return _with_offer(of, replace(of.offer, site=site)) if amount else of

    says = Saying("供给划到本需求的对接片区", "the offer were allotted to the pool of the need")
    return (_once(Amended.OFFER_POOL, str(pool_id), says, does),)


def service(case: Case) -> tuple[Amendment, ...]:
    """Let the offer be of the service that is asked for."""
    wanted = case.line.service
    says = Saying(f"提供的是{wanted.zh}", f"it gave {wanted.en.lower()}")
    return (
        _once(
            Amended.OFFER_SERVICE,
            wanted.value,
            says,
            lambda of, amount: _with_supply(of, service=wanted) if amount else of,
        ),
    )


def unit(case: Case) -> tuple[Amendment, ...]:
    """Let the offer be counted as the line is."""
    wanted = case.line.unit
    says = Saying(f"供给按{wanted.zh}计", f"it were counted in {wanted.en}")
    return (
        _once(
            Amended.OFFER_UNIT,
            wanted.value,
            says,
            lambda of, amount: _with_supply(of, unit=wanted) if amount else of,
        ),
    )


def quantity(case: Case) -> tuple[Amendment, ...]:
    """Let less be asked for; where nothing is left, let there be more."""
    free = case.offer.free_on(case.today)
    lacking = case.line.quantity - free
    said = saying.amount(lacking, case.line.unit)
    if free > 0:
        return (
            Amendment(
                what=Amended.LINE_QUANTITY,
                amount=lacking,
                to=str(free),
                says=Saying(f"需求减少 {said.zh}", f"{said.en} less were needed"),
                does=lambda of, amount: replace(
                    of, line=replace(of.line, quantity=of.line.quantity - amount)
                ),
            ),
        )
    return (
        Amendment(
            what=Amended.OFFER_CAPACITY,
            amount=lacking,
            to=str(case.offer.supply.capacity + lacking),
            says=Saying(f"供给增加 {said.zh}", f"it gave {said.en} more"),
            does=_with_more,
        ),
    )


def weekday(case: Case) -> tuple[Amendment, ...]:
    """Let the offer stand on the missing days too."""
    wanted = case.line.weekdays - case.offer.supply.weekdays
    missing = tuple(day for day in Weekday if day in wanted)
    said = saying.days(missing)
    return (
        Amendment(
            what=Amended.OFFER_WEEKDAYS,
            amount=len(missing),
            to=",".join(day.value for day in Weekday if day in wanted | case.offer.supply.weekdays),
            says=Saying(f"{said.zh}也有空", f"it were also free on {said.en}"),
            does=lambda of, amount: _with_supply(
                of, weekdays=of.offer.supply.weekdays | frozenset(missing[:amount])
            ),
        ),
    )


def time(case: Case) -> tuple[Amendment, ...]:
    """Let the offer stand on a day of the line's window; where that is over, let it have no end."""
    if case.line.is_too_late(at=case.at):
        return (
            _once(
                Amended.LINE_NOT_AFTER,
                "",
                Saying("需求不限最晚时间", "the need set no latest time"),
                lambda of, amount: _with_window(of, _endless(of.line.window)) if amount else of,
            ),
        )
    first = next(day for day in Weekday if day in case.line.window.weekdays(at=case.at))
    days = case.offer.supply.weekdays | {first}
    return (
        _once(
            Amended.OFFER_WEEKDAYS,
            ",".join(day.value for day in Weekday if day in days),
            Saying(f"{first.zh}也有空", f"it were also free on {first.en}"),
            lambda of, amount: _with_supply(of, weekdays=days) if amount else of,
        ),
    )


def suiting_openings(case: Case) -> tuple[Opening, ...]:
    """Return the sessions of an offer that are at a time which suits a line, full or not.

    That the line's time is over is no fault of sessions: then it counts as if it had no end.
    """
    line = case.line
    if line.is_too_late(at=case.at):
        line = replace(line, window=_endless(line.window))
    return tuple(each for each in case.offer.openings or () if each.suits(line, at=case.at))


def sessions(case: Case) -> tuple[Amendment, ...]:
    """Let the largest session that suits the line have seats enough; where none does, let one."""
    at_such_a_time = suiting_openings(case)
    if not at_such_a_time:
        return (_another_session(case),)
    largest = max(at_such_a_time, key=lambda each: each.free)
    missing = case.line.quantity - largest.free
    when = saying.moment(largest.starts_at)
    return (
        Amendment(
            what=Amended.OFFER_SESSIONS,
            amount=missing,
            to=str(case.line.quantity),
            says=Saying(
                f"{when.zh}的场次再多 {missing} 位",
                f"the session on {when.en} had {missing} seats more",
            ),
            does=lambda of, amount: _with_offer(of, _with_seats(of.offer, largest, amount)),
        ),
    )


def _another_session(case: Case) -> Amendment:
    wanted = case.line.quantity
    begins = case.line.window.begins(at=case.at)
    session = Opening(
        session_id=SessionId(uuid5(case.offer.id, "another session")),
        starts_at=begins,
        ends_at=begins + _WHILE,
        bookable_until=begins + _WHILE,
        weekday=None,
        free=0,
    )
    return Amendment(
        what=Amended.OFFER_SESSIONS,
        amount=wanted,
        to=str(wanted),
        says=Saying(
            f"在所需时间另有 {wanted} 位的场次",
            f"it had another session of {wanted} seats at such a time",
        ),
        does=lambda of, amount: _with_offer(of, _with_seats(of.offer, session, amount)),
    )


def validity(case: Case) -> tuple[Amendment, ...]:
    """Let the offer not be withdrawn, have begun, and not be over."""
    return (*_not_withdrawn(case.offer), *_begun(case), *_still_valid(case))


def approval(_case: Case) -> tuple[Amendment, ...]:
    """Let a worker of the area have approved the offer."""

    def does(of: Case, amount: int) -> Case:
        approved = replace(of.offer, moderation=Moderation.APPROVED)
        return _with_offer(of, approved) if amount else of

    says = Saying("供给通过审核", "the offer were approved")
    return (_once(Amended.OFFER_MODERATION, Moderation.APPROVED.value, says, does),)


def freshness(case: Case) -> tuple[Amendment, ...]:
    """Let the owner have confirmed the offer."""

    def does(of: Case, amount: int) -> Case:
        return _with_offer(of, replace(of.offer, confirmed_at=case.at)) if amount else of

    says = Saying("供给经发布者确认仍然有效", "its owner confirmed that it still holds")
    return (_once(Amended.OFFER_CONFIRMED, case.at.isoformat(), says, does),)


def vetting(case: Case) -> tuple[Amendment, ...]:
    """Let the party be vetted on the day."""
    said = saying.day(case.today)
    return (
        Amendment(
            what=Amended.PARTY_VETTED,
            amount=1,
            to=case.today.isoformat(),
            says=Saying(f"主体的审核在{said.zh}有效", f"the party were vetted on {said.en}"),
            does=lambda of, amount: replace(
                of, party=of.party.vetted(until=case.today - timedelta(days=1 - amount))
            ),
        ),
    )


def standing_of_party(case: Case) -> tuple[Amendment, ...]:
    """Let the party be approved and not suspended."""
    approved = _once(
        Amended.PARTY_APPROVED,
        "true",
        Saying("主体已经核准", "the party were approved"),
        lambda of, amount: replace(of, party=replace(of.party, is_approved=True)) if amount else of,
    )
    lifted = _once(
        Amended.PARTY_SUSPENDED,
        "",
        Saying("主体未被暂停", "the party were not suspended"),
        lambda of, amount: (
            replace(of, party=replace(of.party, suspended_on=None)) if amount else of
        ),
    )
    needed = (not case.party.is_approved, case.party.suspended_on is not None)
    return tuple(
        each for each, is_needed in zip((approved, lifted), needed, strict=True) if is_needed
    )


def refusal(_case: Case) -> tuple[Amendment, ...]:
    """Let the party not have said no; only another time or place brings that about."""
    says = Saying("时间或地点有变，重新征询", "it had not said no; another time or place asks anew")
    return (
        _once(
            Amended.REFUSAL,
            "",
            says,
            lambda of, amount: replace(of, refusal=None) if amount else of,
        ),
    )


def earmark(_case: Case) -> tuple[Amendment, ...]:
    """Let the gift not be earmarked to another purpose."""
    says = Saying("捐赠未限定其他用途", "it were not earmarked for something else")
    return (
        _once(
            Amended.OFFER_EARMARK,
            "",
            says,
            lambda of, amount: _with_supply(of, earmark=FOR_ANYTHING) if amount else of,
        ),
    )


def scope(case: Case) -> tuple[Amendment, ...]:
    """Let the offer serve the area of the need."""
    wanted = case.need.site.area
    says = Saying(f"供给服务区划 {wanted.code}", f"it served the area {wanted.code}")
    return (
        _once(
            Amended.OFFER_SCOPE,
            wanted.code,
            says,
            lambda of, amount: _with_supply(of, scope=wanted) if amount else of,
        ),
    )


def place(case: Case) -> tuple[Amendment, ...]:
    """Let reach and limit be wide enough; for a home, let both be in one township."""
    if case.metres is None:
        return _one_township(case)
    return (*_further(case, case.metres), *_looser(case, case.metres))


def _not_withdrawn(offer: Offer) -> tuple[Amendment, ...]:
    if offer.withdrawn_at is None:
        return ()
    return (
        _once(
            Amended.OFFER_WITHDRAWN,
            "",
            Saying("供给没有撤回", "it had not been withdrawn"),
            lambda of, amount: (
                _with_offer(of, replace(of.offer, withdrawn_at=None)) if amount else of
            ),
        ),
    )


def _begun(case: Case) -> tuple[Amendment, ...]:
    begins = case.offer.supply.valid_from
    if begins is None or case.offer.openings is not None or begins <= case.at:
        return ()
    early = int((begins - case.at).total_seconds()) + 1
    said = saying.day(case.today)
    return (
        Amendment(
            what=Amended.OFFER_VALID_FROM,
            amount=early,
            to=_later(begins, -early).isoformat(),
            says=Saying(f"供给在{said.zh}已经开始", f"it had begun by {said.en}"),
            does=lambda of, amount: _with_supply(of, valid_from=_later(begins, -amount)),
        ),
    )


def _still_valid(case: Case) -> tuple[Amendment, ...]:
    until, begins = case.offer.supply.valid_until, case.line.window.begins(at=case.at)
    if until > begins:
        return ()
    missing = int((begins - until).total_seconds()) + 1
    said = saying.day(begins.astimezone(CHINA).date())
    return (
        Amendment(
            what=Amended.OFFER_VALID_UNTIL,
            amount=missing,
            to=_later(until, missing).isoformat(),
            says=Saying(f"供给在{said.zh}仍然有效", f"it were still valid on {said.en}"),
            does=lambda of, amount: _with_supply(of, valid_until=_later(until, amount)),
        ),
    )


def _further(case: Case, metres: int) -> tuple[Amendment, ...]:
    missing = metres - case.offer.supply.reach_metres
    if missing <= 0:
        return ()
    said = saying.distance(missing)
    return (
        Amendment(
            what=Amended.OFFER_REACH,
            amount=missing,
            to=str(metres),
            says=Saying(f"供给的服务半径增加 {said.zh}", f"it reached {said.en} further"),
            does=lambda of, amount: _with_supply(
                of, reach_metres=of.offer.supply.reach_metres + amount
            ),
        ),
    )


def _looser(case: Case, metres: int) -> tuple[Amendment, ...]:
    within = case.line.within_metres
    if within is None or metres <= within:
        return ()
    said = saying.distance(metres - within)
    return (
        Amendment(
            what=Amended.LINE_WITHIN,
            amount=metres - within,
            to=str(metres),
            says=Saying(
                f"需求的距离限制放宽 {said.zh}", f"the need allowed {said.en} more of distance"
            ),
            does=lambda of, amount: replace(
                of, line=replace(of.line, within_metres=within + amount)
            ),
        ),
    )


def _one_township(case: Case) -> tuple[Amendment, ...]:
    home, offered = case.need.site.township, case.offer.site.township
    shared = home or offered or case.need.site.area
    found: list[Amendment] = []
    if offered != shared:
        found.append(_offer_in(shared))
    if home != shared:
        found.append(_need_in(shared))
    return tuple(found)


def _offer_in(township: AreaRef) -> Amendment:
    def does(of: Case, amount: int) -> Case:
        site = replace(of.offer.site, township=township)
        return _with_offer(of, replace(of.offer, site=site)) if amount else of

    says = Saying(
        "供给与服务对象同在一个街道（乡镇）", "the offer were in the township of the home"
    )
    return _once(Amended.OFFER_TOWNSHIP, township.code, says, does)


def _need_in(township: AreaRef) -> Amendment:
    def does(of: Case, amount: int) -> Case:
        site = replace(of.need.site, township=township)
        return replace(of, need=replace(of.need, site=site)) if amount else of

    says = Saying(
        "服务对象的住址精确到这个街道（乡镇）", "the home were known to be in that township"
    )
    return _once(Amended.NEED_TOWNSHIP, township.code, says, does)


def _once(what: Amended, to: str, says: Saying, does: Callable[[Case, int], Case]) -> Amendment:
    return Amendment(what=what, amount=1, to=to, says=says, does=does)


def _later(until: datetime, seconds: int) -> datetime:
    return until + timedelta(seconds=seconds)


def _with_seats(offer: Offer, session: Opening, seats: int) -> Offer:
    """Return the offer with a session that has so many seats more than before."""
    others = (each for each in offer.openings or () if each.session_id != session.session_id)
    changed = replace(session, free=session.free + seats)
    return replace(
        offer,
        openings=tuple(sorted((*others, changed), key=lambda each: each.starts_at)),
        supply=replace(offer.supply, capacity=offer.supply.capacity + seats),
    )


def _endless(window: Window) -> Window:
    return replace(window, not_after=None)


def _with_window(case: Case, window: Window) -> Case:
    return replace(case, line=replace(case.line, window=window))


def _with_more(case: Case, amount: int) -> Case:
    lots, held = case.offer.supply.lots, case.offer.lots_held
    if lots and amount:
        case = _with_offer(case, replace(case.offer, lots_held=(*held, 0)))
        lots = (*lots, Lot(amount, None))
    return _with_supply(case, capacity=case.offer.supply.capacity + amount, lots=lots)


def _with_offer(case: Case, offer: Offer) -> Case:
    return replace(case, offer=offer)


def _with_supply(case: Case, **changes: object) -> Case:
    supply = replace(case.offer.supply, **changes)  # type: ignore[arg-type]
    return _with_offer(case, replace(case.offer, supply=supply))

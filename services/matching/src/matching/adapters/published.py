"""Facts inside, events outside: what of a decision other services are told.

Titles, reach and notes stay here; readers of events need to know that something stands, not what
people wrote about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid5

from common.contracts.matching import (
    AllotmentGranted,
    AllotmentRecalled,
    AllotmentReturned,
    ApprovalOverdue,
    FeedbackGiven,
    HoursConfirmed,
    LinkagePlanProposed,
    MatchAccepted,
    MatchAsked,
    MatchDeclined,
    MatchExpired,
    MatchFulfilled,
    MatchProposed,
    MatchStarted,
    MatchSuperseded,
    MatchWithdrawn,
    MisfitFound,
    NoShowRecorded,
    OfferApproved,
    OfferConfirmationDue,
    OfferConfirmed,
    OfferPublished,
    OfferRefused,
    OfferRevised,
    OfferScheduled,
    OfferWithdrawn,
    PlannedLine,
    PoolDisturbed,
    ReminderSent,
    SearchWidened,
)
from common.contracts.registry import PlaceCode
from common.messaging.event import Message
from common.vocabulary import MatchState
from matching.domain.allotment import AllotmentWasGranted, AllotmentWasRecalled, told
from matching.domain.match import DeclineReason
from matching.domain.moderation import Moderation, ModerationReason
from matching.domain.need import SearchArea
from matching.domain.offer import (
    OfferIsToBeConfirmed,
    OfferWasApproved,
    OfferWasConfirmed,
    OfferWasHandedBack,
    OfferWasPublished,
    OfferWasRefused,
    OfferWasRevised,
    OfferWasScheduled,
    OfferWasWithdrawn,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from common.change import Change
    from common.messaging.event import Event
    from common.places import AreaRef
    from matching.app.nag import Addressee, Undecided
    from matching.domain.allotment import Allotment, AllotmentFact
    from matching.domain.feedback import FeedbackChange
    from matching.domain.hours import HoursChange
    from matching.domain.identity import MatchId, NeedId, PartyId, PoolId
    from matching.domain.linkage import LinkagePlan, Part
    from matching.domain.match import Match, MatchChange, MatchFact, Misfit
    from matching.domain.need import Need
    from matching.domain.no_show import NoShowChange
    from matching.domain.offer import FactOfOffer, Offer, OfferFact


def about_match(change: MatchChange) -> Iterator[Message]:
    """Yield the events of a match's change, each with the version that it made."""
    for fact in change.facts:
        yield Message(
            event=_match_event(fact),
            version=fact.match.version,
            partition_key=str(fact.match.pairing.pool_id),
            occurred_at=fact.at,
        )


def about_hours(change: HoursChange) -> Iterator[Message]:
    """Yield the event of hours on which both sides have agreed."""
    for fact in change.facts:
        hours = fact.hours
        event = HoursConfirmed(
            hours_id=hours.id,
            party_id=hours.party_id,
            match_id=hours.match_id,
            service=hours.service,
            served_on=hours.served_on,
            minutes=fact.minutes,
            confirmed_at=fact.at,
        )
        yield Message(
            event=event,
            version=hours.version,
            partition_key=event.subject,
            occurred_at=fact.at,
        )


def about_no_show(change: NoShowChange) -> Iterator[Message]:
    """Yield the event of what a side says of a day on which nothing happened."""
    for fact in change.facts:
        no_show = fact.no_show
        event = NoShowRecorded(
            no_show_id=no_show.id,
            match_id=no_show.match_id,
            need_id=no_show.need_id,
            party_id=no_show.party_id,
            missed_on=no_show.missed_on,
            absent=no_show.absent.value,
            said_by=no_show.said_by.value,
            recorded_at=no_show.at,
        )
        yield Message(event=event, version=1, partition_key=event.subject, occurred_at=no_show.at)


def about_reminder(
    match_id: MatchId, *, need_id: NeedId, party_id: PartyId, asked_at: datetime, at: datetime
) -> Message:
    """Return the event of a reminder; there is one for each ask."""
    event = ReminderSent(
        notice_id=uuid5(match_id, "reminder"),
        match_id=match_id,
        need_id=need_id,
        party_id=party_id,
        asked_at=asked_at,
        reminded_at=at,
    )
    return Message(event=event, version=1, partition_key=event.subject, occurred_at=at)


def about_undecided(undecided: Undecided, addressee: Addressee, *, at: datetime) -> Message:
    """Return the event that a need's proposals wait for a worker."""
    event = ApprovalOverdue(
        notice_id=uuid5(undecided.need_id, f"{addressee.value} {undecided.since.isoformat()}"),
        need_id=undecided.need_id,
        pool_id=undecided.pool_id,
        place=PlaceCode.of(undecided.area),
        waiting_since=undecided.since,
        addressed_to=addressee.value,
        told_at=at,
    )
    return Message(event=event, version=1, partition_key=event.subject, occurred_at=at)


def about_widening(need: Need, *, at: datetime) -> Message:
    """Return the event that offers are looked for farther around a need than before."""
    site, searched = need.site, need.search_area
    around = site.county if searched is SearchArea.COUNTY else site.prefecture
    event = SearchWidened(
        notice_id=uuid5(need.id, f"widened {need.revision}"),
        need_id=need.id,
        pool_id=site.pool_id,
        place=PlaceCode.of(site.area),
        searched=searched.value,
        searched_place=None if around is None else PlaceCode.of(around),
        services=tuple(sorted({line.service for line in need.lines})),
        urgency=need.urgency,
        waiting_since=need.submitted_at,
        widened_at=at,
    )
    return Message(event=event, version=1, partition_key=event.subject, occurred_at=at)


def about_misfit(match: Match, misfit: Misfit, area: AreaRef) -> Message:
    """Return the event that an accepted match fits its need no more."""
    pairing = match.pairing
    event = MisfitFound(
        notice_id=uuid5(match.id, f"misfit {misfit.since.isoformat()}"),
        match_id=match.id,
        need_id=pairing.need_id,
        line_id=pairing.line_id,
        party_id=pairing.party_id,
        pool_id=pairing.pool_id,
        place=PlaceCode.of(area),
        broken_rules=misfit.rules,
        found_at=misfit.since,
    )
    return Message(event=event, version=1, partition_key=event.subject, occurred_at=misfit.since)


def about_feedback(change: FeedbackChange) -> Iterator[Message]:
    """Yield the event of what a side thinks, without its words."""
    for fact in change.facts:
        feedback = fact.feedback
        event = FeedbackGiven(
            feedback_id=feedback.id,
            match_id=feedback.match_id,
            need_id=feedback.need_id,
            party_id=feedback.party_id,
            side=feedback.side.value,
            rating=feedback.opinion.rating,
            reasons=tuple(sorted(reason.value for reason in feedback.opinion.reasons)),
            given_at=feedback.at,
        )
        yield Message(
            event=event,
            version=feedback.version,
            partition_key=event.subject,
            occurred_at=feedback.at,
        )


def about_offer(change: Change[Offer, OfferFact]) -> Iterator[Message]:
    """Yield the events of an offer's change, each with the version that it made."""
    for fact in change.facts:
        yield _offer_message(fact)


def about_plan(plan: LinkagePlan) -> Message:
    """Return the event of a need's new linkage plan."""
    certificate = plan.certificate
    event = LinkagePlanProposed(
        need_id=plan.need_id,
        pool_id=plan.pool_id,
        plan_sequence=certificate.plan_sequence,
        lines=tuple(_planned_line(part) for part in plan.parts),
        value=certificate.value,
        bound=certificate.bound,
        gap=certificate.gap,
        status="optimal" if certificate.gap == 0 else "feasible",
        engine_version=certificate.engine_version,
        policy_version=certificate.policy_version,
        proposed_at=plan.proposed_at,
        missing=len(plan.missing),
    )
    return Message(
        event=event,
        version=plan.version,
        partition_key=str(plan.pool_id),
        occurred_at=plan.proposed_at,
    )


def about_pool(pool_id: PoolId, *, version: int, at: datetime) -> Message:
    """Return the event that wakes whoever plans a pool."""
    return Message(
        event=PoolDisturbed(pool_id=pool_id, disturbed_at=at),
        version=version,
        partition_key=str(pool_id),
        occurred_at=at,
    )


def _match_event(fact: MatchFact) -> Event:  # noqa: PLR0911 - one for each state
    match, at = fact.match, fact.at
    about = _identity(match)
    match match.state:
        case MatchState.PROPOSED:
            return _proposed(match, at)
        case MatchState.ASKED:
            return MatchAsked(**about, asked_at=at)
        case MatchState.ACCEPTED:
            return MatchAccepted(**about, accepted_at=at)
        case MatchState.IN_SERVICE:
            return MatchStarted(**about, delivered=match.delivered, started_at=at)
        case MatchState.FULFILLED:
            return _fulfilled(match, at)
        case MatchState.DECLINED:
            declined = match.reason or DeclineReason.OTHER
            return MatchDeclined(**about, reason=declined.value, declined_at=at)
        case MatchState.EXPIRED:
            return MatchExpired(**about, expired_at=at)
        case MatchState.WITHDRAWN:
            reason = None if match.reason is None else match.reason.value
            return MatchWithdrawn(**about, reason=reason, withdrawn_at=at)
        case MatchState.SUPERSEDED:
            return MatchSuperseded(**about, superseded_at=at)


def _identity(match: Match) -> dict[str, Any]:
    pairing, session = match.pairing, match.appointment
    return {
        "match_id": match.id,
        "need_id": pairing.need_id,
        "line_id": pairing.line_id,
        "offer_id": pairing.offer_id,
        "party_id": pairing.party_id,
        "pool_id": pairing.pool_id,
        "session_id": None if session is None else session.session_id,
        "starts_at": None if session is None else session.starts_at,
        "ends_at": None if session is None else session.ends_at,
    }


def _proposed(match: Match, at: datetime) -> MatchProposed:
    pairing = match.pairing
    return MatchProposed(
        **_identity(match),
        society=pairing.society,
        kind=pairing.kind,
        service=pairing.service,
        quantity=pairing.quantity,
        unit=pairing.unit,
        value=match.grounds.worth.total,
        proposed_at=at,
    )


def _fulfilled(match: Match, at: datetime) -> MatchFulfilled:
    return MatchFulfilled(
        **_identity(match),
        society=match.pairing.society,
        delivered=match.delivered,
        fulfilled_at=at,
    )


def about_allotment(change: Change[Allotment, AllotmentFact]) -> Iterator[Message]:
    """Yield the events of an allotment's change; the pool that it was granted to is told."""
    for fact in change.facts:
        event, at = _allotment_event(fact)
        yield Message(
            event=event,
            version=fact.allotment.version,
            partition_key=str(fact.allotment.pool_id),
            occurred_at=at,
        )


def _allotment_event(fact: AllotmentFact) -> tuple[Event, datetime]:
    allotment = fact.allotment
    identity: dict[str, Any] = {
        "allotment_id": allotment.id,
        "offer_id": allotment.offer_id,
        "pool_id": allotment.pool_id,
        "home_pool_id": allotment.home,
    }
    match fact:
        case AllotmentWasGranted(offer=offer):
            event = AllotmentGranted(
                **identity,
                party_id=offer.supply.party_id,
                service=offer.supply.service,
                quantity=allotment.quantity,
                unit=offer.supply.unit,
                place=PlaceCode.of(allotment.area),
                until=allotment.until,
                granted_at=allotment.granted_at,
            )
            return event, allotment.granted_at
        case AllotmentWasRecalled(at=at):
            return AllotmentRecalled(**identity, recalled_at=at), at


def _returned(fact: OfferWasHandedBack) -> Message:
    """Return the event of a return, which the home pool is told."""
    offer, returned = fact.offer, told(fact)
    assert offer.origin is not None
    event = AllotmentReturned(
        allotment_id=returned.allotment_id,
        offer_id=offer.origin.offer_id,
        pool_id=offer.origin.pool_id,
        from_pool_id=offer.site.pool_id,
        number=returned.number,
        quantity=returned.quantity,
        lots=returned.lots,
        returned_at=fact.at,
    )
    return Message(
        event=event,
        version=returned.number,
        partition_key=str(offer.origin.pool_id),
        occurred_at=fact.at,
    )


def _offer_message(fact: OfferFact) -> Message:
    if isinstance(fact, OfferWasHandedBack):
        return _returned(fact)
    offer = fact.offer
    event, at = _offer_event(fact)
    return Message(
        event=event,
        version=offer.version,
        partition_key=str(offer.site.pool_id),
        occurred_at=at,
    )


def _offer_event(fact: FactOfOffer) -> tuple[Event, datetime]:  # noqa: PLR0911 - one for each
    offer = fact.offer
    match fact:
        case OfferWasPublished():
            return _published(offer), offer.published_at
        case OfferWasWithdrawn(at=at):
            return OfferWithdrawn(**_identity_of_offer(offer), withdrawn_at=at), at
        case OfferWasApproved(at=at):
            return OfferApproved(**_identity_of_offer(offer), approved_at=at), at
        case OfferWasRefused(at=at):
            reason = offer.refused_because or ModerationReason.OTHER
            return (
                OfferRefused(**_identity_of_offer(offer), reason=reason.value, refused_at=at),
                at,
            )
        case OfferWasConfirmed(at=at):
            return OfferConfirmed(**_identity_of_offer(offer), confirmed_at=at), at
        case OfferWasScheduled(at=at):
            return OfferScheduled(**_identity_of_offer(offer), scheduled_at=at), at
        case OfferIsToBeConfirmed(at=at):
            return _to_be_confirmed(offer, at), at
        case OfferWasRevised(at=at):
            return _revised(offer, at), at


def _identity_of_offer(offer: Offer) -> dict[str, Any]:
    return {"offer_id": offer.id, "pool_id": offer.site.pool_id}


def _to_be_confirmed(offer: Offer, at: datetime) -> OfferConfirmationDue:
    return OfferConfirmationDue(
        **_identity_of_offer(offer),
        party_id=offer.supply.party_id,
        service=offer.supply.service,
        true_at=offer.true_at,
        asked_at=at,
    )


def _published(offer: Offer) -> OfferPublished:
    supply, area = offer.supply, offer.site.area
    return OfferPublished(
        offer_id=offer.id,
        pool_id=offer.site.pool_id,
        party_id=supply.party_id,
        society=offer.society,
        kind=supply.kind,
        service=supply.service,
        capacity=supply.capacity,
        unit=supply.unit,
        place=PlaceCode.of(area),
        valid_until=supply.valid_until,
        published_at=offer.published_at,
        allotted_from=None if offer.origin is None else offer.origin.offer_id,
        is_pending=offer.moderation is Moderation.PENDING,
        entry_id=None if offer.entry is None else offer.entry.id,
    )


def _revised(offer: Offer, at: datetime) -> OfferRevised:
    assert offer.entry is not None, "only what stands for an entry is revised"
    return OfferRevised(
        **_identity_of_offer(offer),
        entry_id=offer.entry.id,
        service=offer.entry.service,
        capacity=offer.entry.capacity,
        unit=offer.entry.unit,
        place=PlaceCode.of(offer.site.area),
        valid_until=offer.supply.valid_until,
        true_at=offer.true_at,
        revised_at=at,
    )


def _planned_line(part: Part) -> PlannedLine:
    line, match = part.line, part.match
    return PlannedLine(
        line_id=line.id,
        kind=line.kind,
        service=line.service,
        society=None if match is None else match.pairing.society,
        match_id=None if match is None else match.id,
        derived_from=line.derived_from,
    )

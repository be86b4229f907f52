"""What matching promises to tell: who helps whom, and why."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from typing_extensions import override

from common.contracts.registry import PlaceCode
from common.messaging.event import Event
from common.vocabulary import LineKind, ServiceCode, Society, Unit


class OfferEvent(Event):
    """Every event about one offer."""

    offer_id: UUID
    pool_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.offer_id)


class OfferPublished(OfferEvent, name="matching.offer.published.v1"):
    """A party can give something: capacity in a unit, where, when, until when."""

    party_id: UUID
    society: Society
    kind: LineKind
    service: ServiceCode
    capacity: int
    unit: Unit
    place: PlaceCode
    valid_until: AwareDatetime
    published_at: AwareDatetime
    is_pending: bool = False
    """Whether a worker of the area has to approve it before it is planned."""
    allotted_from: UUID | None = None
    """The offer of another pool that it is an allotment of; its id is that of the allotment."""
    entry_id: UUID | None = None
    """The entry of the service list whose standing offer it is."""


class OfferRevised(OfferEvent, name="matching.offer.revised.v1"):
    """The service list says of a standing offer exactly this from now on.

    ``capacity`` is what a period has, or all that there is where nothing comes again.
    """

    entry_id: UUID
    service: ServiceCode
    capacity: int
    unit: Unit
    place: PlaceCode
    valid_until: AwareDatetime
    true_at: AwareDatetime
    """When somebody last made sure of it."""
    revised_at: AwareDatetime


class OfferApproved(OfferEvent, name="matching.offer.approved.v1"):
    """A worker of the area approved a pending offer; it may be planned from now on."""

    approved_at: AwareDatetime


class OfferRefused(OfferEvent, name="matching.offer.refused.v1"):
    """A worker of the area refused a pending offer; it is never planned."""

    reason: str
    refused_at: AwareDatetime


class OfferConfirmed(OfferEvent, name="matching.offer.confirmed.v1"):
    """The owner said that the offer still holds; it counts as new."""

    confirmed_at: AwareDatetime


class OfferScheduled(OfferEvent, name="matching.offer.scheduled.v1"):
    """The offer can be had at other times than before; its sessions say which are free."""

    scheduled_at: AwareDatetime


class OfferConfirmationDue(OfferEvent, name="matching.offer.confirmation_due.v1"):
    """The owner is asked whether an offer still holds; unconfirmed, it leaves the plans later."""

    party_id: UUID
    service: ServiceCode
    true_at: AwareDatetime
    asked_at: AwareDatetime


class OfferWithdrawn(OfferEvent, name="matching.offer.withdrawn.v1"):
    """The offer stands no longer; accepted matches stay."""

    withdrawn_at: AwareDatetime


class AllotmentEvent(Event):
    """Every event from an offer's home to the pool that was granted a part of it."""

    allotment_id: UUID
    offer_id: UUID
    pool_id: UUID
    """The pool that it was granted to, which the event is keyed by."""
    home_pool_id: UUID

    @property
    @override
    def subject(self) -> str:
        # The offer that it becomes has the id of the allotment, and versions of its own.
        return str(uuid5(self.allotment_id, "allotted"))


class AllotmentGranted(AllotmentEvent, name="matching.offer.allotted.v1"):
    """Part of an offer is another pool's until an instant; it becomes an offer there."""

    party_id: UUID
    service: ServiceCode
    quantity: int = Field(ge=1)
    unit: Unit
    place: PlaceCode
    until: AwareDatetime
    granted_at: AwareDatetime


class AllotmentRecalled(AllotmentEvent, name="matching.offer.recalled.v1"):
    """What is left of an allotment is asked for; what was accepted there stays."""

    recalled_at: AwareDatetime


class AllotmentReturned(Event, name="matching.offer.returned.v1"):
    """What nobody holds of an allotment is its home's again, the ``number``-th time.

    ``lots`` are parts of the quantity by lot, in the order in which they were granted. The event is
    keyed by the home pool, ``pool_id``, and numbered by itself, beside what the home has told.
    """

    allotment_id: UUID
    offer_id: UUID
    pool_id: UUID
    from_pool_id: UUID
    number: int = Field(ge=1)
    quantity: int = Field(ge=0)
    lots: tuple[int, ...]
    returned_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(uuid5(self.allotment_id, "returned"))


class MatchEvent(Event):
    """Every event about one match of a need line with an offer.

    Where the offer has a calendar, it is for the session that begins at ``starts_at``.
    """

    match_id: UUID
    need_id: UUID
    line_id: UUID
    offer_id: UUID
    party_id: UUID
    pool_id: UUID
    session_id: UUID | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None

    @property
    @override
    def subject(self) -> str:
        return str(self.match_id)


class MatchProposed(MatchEvent, name="matching.match.proposed.v1"):
    """The standing plan gives this offer to this line."""

    society: Society
    kind: LineKind
    service: ServiceCode
    quantity: int
    unit: Unit
    value: int
    proposed_at: AwareDatetime


class MatchAsked(MatchEvent, name="matching.match.asked.v1"):
    """A worker approved the line, and the party is asked; an ask holds nothing."""

    asked_at: AwareDatetime


class MatchAccepted(MatchEvent, name="matching.match.accepted.v1"):
    """The party said yes; the capacity is held."""

    accepted_at: AwareDatetime


class MatchDeclined(MatchEvent, name="matching.match.declined.v1"):
    """The party said no; final until time or place changes."""

    reason: str
    declined_at: AwareDatetime


class MatchExpired(MatchEvent, name="matching.match.expired.v1"):
    """The party did not answer in time; the next best is asked."""

    expired_at: AwareDatetime


class MatchSuperseded(MatchEvent, name="matching.match.superseded.v1"):
    """A better plan, or another's answer, took the place of this match."""

    superseded_at: AwareDatetime


class MatchWithdrawn(MatchEvent, name="matching.match.withdrawn.v1"):
    """The need or the offer ended before the service was given, or the party did not keep its yes.

    Only in the latter case there is a ``reason``; the line is open again.
    """

    withdrawn_at: AwareDatetime
    reason: str | None = None


class MatchStarted(MatchEvent, name="matching.match.started.v1"):
    """The first service for this match was recorded, but not all of it yet."""

    delivered: int
    started_at: AwareDatetime


class MatchFulfilled(MatchEvent, name="matching.match.fulfilled.v1"):
    """All that the line asked for was delivered."""

    society: Society
    delivered: int
    fulfilled_at: AwareDatetime


class PlannedLine(BaseModel):
    """What one line of a need gets in the plan; without a match it is missing."""

    model_config = ConfigDict(frozen=True)

    line_id: UUID
    kind: LineKind
    service: ServiceCode
    society: Society | None = None
    match_id: UUID | None = None
    derived_from: UUID | None = None


class LinkagePlanProposed(Event, name="matching.linkage_plan.proposed.v1"):
    """The linkage plan (联动方案) of one need changed: which society does what, what is missing.

    ``value``, ``bound`` and ``gap`` certify the pool's plan at ``plan_sequence``.
    """

    need_id: UUID
    pool_id: UUID
    plan_sequence: int
    lines: tuple[PlannedLine, ...]
    value: int
    bound: int
    gap: int
    status: Literal["optimal", "feasible"]
    engine_version: str
    policy_version: int
    proposed_at: AwareDatetime
    missing: int = Field(ge=0)

    @property
    @override
    def subject(self) -> str:
        return str(self.need_id)


class PoolDisturbed(Event, name="matching.pool.disturbed.v1"):
    """Internal to matching: something outside the pool's topics changed what may be planned."""

    pool_id: UUID
    disturbed_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.pool_id)


class HoursConfirmed(Event, name="matching.hours.confirmed.v1"):
    """A volunteer's time on one day for one match, confirmed by both sides; it never changes.

    ``hours_id`` names the confirmation. ``confirmed_at`` is when the later of the two said so.
    """

    hours_id: UUID
    party_id: UUID
    match_id: UUID
    service: ServiceCode
    served_on: date
    minutes: int = Field(ge=1, le=1440)
    confirmed_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.hours_id)


class NoShowRecorded(Event, name="matching.notice.no_show_recorded.v1"):
    """One side says that a service did not happen on its day, and who was missing.

    ``said_by`` may be wrong about ``absent``; the other side may say otherwise, under another id.
    """

    no_show_id: UUID
    match_id: UUID
    need_id: UUID
    party_id: UUID
    missed_on: date
    absent: Literal["giver", "receiver", "nobody_told"]
    said_by: Literal["giver", "receiver"]
    recorded_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.no_show_id)


class FeedbackGiven(Event, name="matching.notice.feedback_given.v1"):
    """One side says what it thinks of a match, from 1 to 5; a later one takes its place."""

    feedback_id: UUID
    match_id: UUID
    need_id: UUID
    party_id: UUID
    side: Literal["giver", "receiver"]
    rating: int = Field(ge=1, le=5)
    reasons: tuple[str, ...]
    given_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.feedback_id)


class ReminderSent(Event, name="matching.notice.reminder_sent.v1"):
    """A party was reminded, once, of an ask that it has not answered; nothing else has changed."""

    notice_id: UUID
    match_id: UUID
    need_id: UUID
    party_id: UUID
    asked_at: AwareDatetime
    reminded_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.notice_id)


class ApprovalOverdue(Event, name="matching.notice.approval_overdue.v1"):
    """Proposals for a need wait for a worker's decision since an instant, longer than they should.

    It is told to the station of the place first, and after as long again to the one above.
    """

    notice_id: UUID
    need_id: UUID
    pool_id: UUID
    place: PlaceCode
    waiting_since: AwareDatetime
    addressed_to: Literal["station", "station_above"]
    told_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.notice_id)


class SearchWidened(Event, name="matching.notice.search_widened.v1"):
    """Nobody was found for a home for so long that offers of a wider area count from now on.

    It is told once for each widening: to the workers of the need's ``place``, and to the stations
    of ``searched_place``. ``services`` are all that the need asks for.
    """

    notice_id: UUID
    need_id: UUID
    pool_id: UUID
    place: PlaceCode
    searched: Literal["county", "prefecture"]
    searched_place: PlaceCode | None = None
    """None where the list of areas knows of no such area around the place."""
    services: tuple[ServiceCode, ...]
    urgency: int = Field(ge=1, le=4)
    waiting_since: AwareDatetime
    widened_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.notice_id)


class MisfitFound(Event, name="matching.notice.misfit_found.v1"):
    """An accepted match breaks rules since the time or place of its need changed.

    It stands, and whoever said yes is still bound; the workers of the place decide what becomes of
    it. ``broken_rules`` are codes, as an explanation names them.
    """

    notice_id: UUID
    match_id: UUID
    need_id: UUID
    line_id: UUID
    party_id: UUID
    pool_id: UUID
    place: PlaceCode
    broken_rules: tuple[str, ...]
    found_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.notice_id)

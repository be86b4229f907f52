"""Every ability of the service in one place."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from common.errors import DomainError
from common.grants import Scope
from common.paging import Slice, Window
from common.places import AreaRef
from matching.app.allot_offers import GrantAllotment, Granted, RecallAllotment
from matching.app.answer_match import AcceptMatch, DeclineMatch, TakeAnswer
from matching.app.confirm_hours import SeenHours, StateHours
from matching.app.confirm_offers import ConfirmOffer
from matching.app.count_shortages import CountedShortage, FindShortages
from matching.app.decide_plan import ApprovePlan, NoteRefusal
from matching.app.end_acceptance import DropOut
from matching.app.find_fairness import FindFairness
from matching.app.follow_entries import StateEntry, VerifyEntry
from matching.app.follow_needs import ChangeNeed, CountService, ReceiveNeed
from matching.app.follow_parties import SuspendParty, VetParty
from matching.app.keep_policies import ActivatePolicy, DraftPolicy
from matching.app.moderate_offers import ModerateOffer
from matching.app.offer_ports import Scheduled
from matching.app.plan_pool import Planning
from matching.app.planning_ports import Epoch
from matching.app.policy_ports import FindPolicies
from matching.app.ports import Refusal
from matching.app.publish_offers import Published, PublishOffer
from matching.app.queries import (
    FindMatches,
    FindNeeds,
    FindOffers,
    QueuedNeed,
    SeenMatch,
    SeenOffer,
    SeenPlan,
)
from matching.app.schedule_offers import PutCalendar
from matching.app.tell_outcome import GiveFeedback, Outcome, TellNoShow
from matching.app.try_policy import TryPolicy, WhatIf
from matching.app.watch_proposals import Proposal
from matching.app.withdraw_offer import WithdrawOffer
from matching.domain.allotment import Allotment, Returned
from matching.domain.decision import Replayed
from matching.domain.explanation import Explanation
from matching.domain.fairness import Fairness
from matching.domain.feedback import Feedback
from matching.domain.identity import AllotmentId, EntryId, MatchId, NeedId, OfferId, PartyId, PoolId
from matching.domain.need import Need
from matching.domain.no_show import NoShow
from matching.domain.party import Party
from matching.domain.policy_document import PolicyDocument
from matching.domain.reliability import Reliability
from matching.domain.session import Session
from matching.domain.usage import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the service can do, each ability bound to what it needs; entry points call only these.

    People's abilities take what is wanted and the scope within which the caller may want it.
    Those that follow other services take what was told. Those of the planner take epochs.
    """

    publish_offer: Callable[[PublishOffer, Scope], Awaitable[Published]]
    publish_offers: Callable[
        [Sequence[PublishOffer], Scope], Awaitable[Sequence[Published | DomainError]]
    ]
    withdraw_offer: Callable[[WithdrawOffer, Scope], Awaitable[SeenOffer]]
    confirm_offer: Callable[[ConfirmOffer, Scope], Awaitable[SeenOffer]]
    moderate_offer: Callable[[ModerateOffer, Scope], Awaitable[SeenOffer]]
    put_calendar: Callable[[PutCalendar, Scope], Awaitable[Scheduled]]
    find_calendar: Callable[[OfferId, Scope], Awaitable[Scheduled]]
    find_sessions: Callable[[OfferId, Window, Scope], Awaitable[Slice[Session]]]
    grant_allotment: Callable[[GrantAllotment, Scope], Awaitable[Granted]]
    recall_allotment: Callable[[RecallAllotment, Scope], Awaitable[Allotment]]
    find_allotments: Callable[[OfferId, Window, Scope], Awaitable[Slice[Allotment]]]
    find_offer: Callable[[OfferId, Scope], Awaitable[SeenOffer]]
    find_offers: Callable[[FindOffers, Scope], Awaitable[Slice[SeenOffer]]]
    find_usage: Callable[[OfferId, Scope], Awaitable[Usage]]

    find_needs: Callable[[FindNeeds, Scope], Awaitable[Slice[QueuedNeed]]]
    find_plan: Callable[[NeedId, Scope], Awaitable[SeenPlan]]
    explain_offer: Callable[[NeedId, OfferId, Scope], Awaitable[Sequence[Explanation]]]
    find_candidates: Callable[[NeedId, Scope], Awaitable[tuple[Need, Sequence[Explanation]]]]
    approve_plan: Callable[[ApprovePlan, Scope], Awaitable[SeenPlan]]
    note_refusal: Callable[[NoteRefusal, Scope], Awaitable[Refusal]]

    find_matches: Callable[[FindMatches, Scope], Awaitable[Slice[SeenMatch]]]
    find_match: Callable[[MatchId, Scope], Awaitable[SeenMatch]]
    accept_match: Callable[[AcceptMatch, Scope], Awaitable[SeenMatch]]
    decline_match: Callable[[DeclineMatch, Scope], Awaitable[SeenMatch]]
    state_hours: Callable[[StateHours, Scope], Awaitable[SeenHours]]
    list_hours: Callable[[MatchId, Scope], Awaitable[Sequence[SeenHours]]]
    drop_out: Callable[[DropOut, Scope], Awaitable[SeenMatch]]
    tell_no_show: Callable[[TellNoShow, Scope], Awaitable[NoShow]]
    give_feedback: Callable[[GiveFeedback, Scope], Awaitable[Feedback]]
    find_outcome: Callable[[MatchId, Scope], Awaitable[Outcome]]
    find_reliability: Callable[[PartyId, Scope], Awaitable[Reliability]]
    watch_proposals: Callable[[Scope, int | None], AsyncGenerator[Proposal]]

    take_answer: Callable[[TakeAnswer], Awaitable[None]]
    receive_needs: Callable[[Sequence[ReceiveNeed]], Awaitable[None]]
    change_need: Callable[[ChangeNeed], Awaitable[None]]
    end_need: Callable[[NeedId], Awaitable[None]]
    count_service: Callable[[CountService], Awaitable[None]]
    remember_party: Callable[[Party], Awaitable[None]]
    vet_party: Callable[[VetParty], Awaitable[None]]
    suspend_party: Callable[[SuspendParty], Awaitable[None]]
    approve_party: Callable[[PartyId], Awaitable[None]]
    mark_pool: Callable[[PoolId], Awaitable[None]]
    state_entry: Callable[[StateEntry], Awaitable[None]]
    verify_entry: Callable[[VerifyEntry], Awaitable[None]]
    withdraw_entry: Callable[[EntryId], Awaitable[None]]
    receive_allotment: Callable[[AllotmentId], Awaitable[None]]
    close_allotment: Callable[[AllotmentId], Awaitable[None]]
    have_back: Callable[[OfferId, Returned], Awaitable[None]]

    own_partitions: Callable[[Collection[int]], Awaitable[Sequence[Epoch]]]
    dirty_pools: Callable[[Collection[int]], Awaitable[Sequence[PoolId]]]
    partition_of: Callable[[PoolId], int]
    plan_pool: Callable[[PoolId, Epoch], Awaitable[Planning]]
    forget_pools_but: Callable[[Collection[int]], None]
    remind_asks: Callable[[Collection[int]], Awaitable[int]]
    tell_undecided: Callable[[Collection[int]], Awaitable[int]]
    expire_asks: Callable[[Collection[int]], Awaitable[int]]

    draft_policy: Callable[[DraftPolicy, Scope], Awaitable[PolicyDocument]]
    activate_policy: Callable[[ActivatePolicy, Scope], Awaitable[PolicyDocument]]
    find_policy: Callable[[int], Awaitable[PolicyDocument]]
    find_policies: Callable[[FindPolicies], Awaitable[Slice[PolicyDocument]]]
    policy_in_force: Callable[[AreaRef | None], Awaitable[PolicyDocument]]
    ask_confirmations: Callable[[Collection[int]], Awaitable[int]]
    extend_sessions: Callable[[Collection[int]], Awaitable[int]]
    return_allotments: Callable[[Collection[int]], Awaitable[int]]
    remember_policy: Callable[[], Awaitable[None]]
    begin_policies: Callable[[], Awaitable[int]]
    replay_match: Callable[[MatchId, Scope], Awaitable[Replayed]]
    find_fairness: Callable[[FindFairness, Scope], Awaitable[Fairness]]
    try_policy: Callable[[TryPolicy, Scope], Awaitable[WhatIf]]
    find_what_if: Callable[[UUID, Scope], Awaitable[WhatIf]]
    try_policies: Callable[[], Awaitable[bool]]
    count_shortages: Callable[[], Awaitable[bool]]
    find_shortages: Callable[[FindShortages, Scope], Awaitable[Slice[CountedShortage]]]

"""A match (对接): one line of a need with one offer, from proposal to fulfilment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeAlias

from common.change import Change
from common.vocabulary import Labelled, LineKind, MatchState, ServiceCode, Society, Unit
from matching.domain.errors import (
    MatchAlreadyDecided,
    MatchNotAccepted,
    MatchNotAsked,
    ServiceHasBegun,
)
from matching.domain.identity import (
    LineId,
    MatchId,
    NeedId,
    OfferId,
    PartyId,
    PoolId,
    SessionId,
)
from matching.domain.worth import Worth

STANDING: Final = frozenset({MatchState.PROPOSED, MatchState.ASKED})
"""States that a better plan may end; they hold nothing."""

HOLDING: Final = frozenset({MatchState.ACCEPTED, MatchState.IN_SERVICE, MatchState.FULFILLED})
"""States that hold capacity of the offer and fill the line."""


class DeclineReason(Labelled):
    """Why a party said no; a list, because free text about a person has no place here."""

    NO_TIME = "no_time", "没有时间", "No time"
    NO_CAPACITY = "no_capacity", "余量不足", "No capacity left"
    TOO_FAR = "too_far", "距离太远", "Too far"
    NOT_SUITABLE = "not_suitable", "不合适", "Not suitable"
    NO_SHOW = "no_show", "未到场", "Did not come"
    NO_ANSWER = "no_answer", "未答复", "No answer"
    OTHER = "other", "其他", "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidNo:
    """A party's no to a need; it counts no more once it is lifted, see decision 47."""

    reason: DeclineReason
    said_on: date
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """Who is matched with what: everything about a match that never changes."""

    need_id: NeedId
    line_id: LineId
    offer_id: OfferId
    party_id: PartyId
    pool_id: PoolId
    society: Society
    kind: LineKind
    service: ServiceCode
    quantity: int
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why the plan chose the pair: its worth, and which plan, policy and engine said so."""

    worth: Worth
    plan_sequence: int
    policy_version: int
    engine_version: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """Since when an accepted match does not fit its need, and the codes of the rules it breaks.

    The match stands: people end a promise. A worker sees it and decides what becomes of it.
    """

    since: datetime
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """The session of an offer with a calendar that a match is for."""

    session_id: SessionId
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One line of a need with one offer.

    Proposals and asks hold nothing and may be superseded. An acceptance is the party's own and
    nobody else's: it holds the capacity until the service is given or the need ends. What was
    declined, superseded, withdrawn or expired never comes back; it would be another match.
    """

    id: MatchId
    version: int
    pairing: Pairing
    grounds: Grounds
    state: MatchState
    proposed_at: datetime
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    reason: DeclineReason | None = None
    delivered: int = 0
    appointment: Appointment | None = None
    """None where the offer can be had at any time."""
    reminded_at: datetime | None = None
    """When the party was reminded of the ask; no decision, so no new version."""
    misfit: Misfit | None = None
    """Why it does not fit any more though it was accepted; no decision either."""

    @classmethod
    def propose(
        cls,
        match_id: MatchId,
        pairing: Pairing,
        grounds: Grounds,
        *,
        at: datetime,
        appointment: Appointment | None = None,
    ) -> Change[Match, MatchFact]:
        """Let the plan give an offer to a line."""
        match = cls(
            id=match_id,
            version=1,
            pairing=pairing,
            grounds=grounds,
            state=MatchState.PROPOSED,
            proposed_at=at,
            appointment=appointment,
        )
        return Change(match, (MatchFact(match, at),))

    def ask(self, *, at: datetime) -> Change[Match, MatchFact]:
        """Put the question to the party.

        Raises:
            MatchAlreadyDecided: It is past being asked.
        """
        if self.state is not MatchState.PROPOSED:
            raise MatchAlreadyDecided(match_id=self.id, state=self.state)
        return _become(self, MatchState.ASKED, at=at, asked_at=at)

    def accept(self, *, at: datetime) -> Change[Match, MatchFact]:
        """Take the party's yes.

        Raises:
            MatchNotAsked: Nobody asked yet.
            MatchAlreadyDecided: There is an outcome, whoever caused it.
        """
        self._refuse_unless_asked()
        return _become(self, MatchState.ACCEPTED, at=at, decided_at=at)

    def booked(self, appointment: Appointment) -> Match:
        """Return the match for the session that is held for it, be it another than was told."""
        return replace(self, appointment=appointment)

    def decline(self, reason: DeclineReason, *, at: datetime) -> Change[Match, MatchFact]:
        """Take the party's no.

        Raises:
            MatchNotAsked: Nobody asked yet.
            MatchAlreadyDecided: There is an outcome, whoever caused it.
        """
        self._refuse_unless_asked()
        return _become(self, MatchState.DECLINED, at=at, decided_at=at, reason=reason)

    def refuse(self, reason: DeclineReason, *, at: datetime) -> Change[Match, MatchFact]:
        """Take a no that a worker heard, perhaps before anybody asked in writing.

        Raises:
            MatchAlreadyDecided: There is an outcome, whoever caused it.
        """
        self._refuse_unless_standing()
        return _become(self, MatchState.DECLINED, at=at, decided_at=at, reason=reason)

    def supersede(self, *, at: datetime) -> Change[Match, MatchFact]:
        """Let a better plan, or another's answer, take its place.

        Raises:
            MatchAlreadyDecided: It holds something, or has ended.
        """
        self._refuse_unless_standing()
        return _become(self, MatchState.SUPERSEDED, at=at, decided_at=at)

    def expire(self, *, at: datetime) -> Change[Match, MatchFact]:
        """Stop waiting for an answer.

        Raises:
            MatchNotAsked: Nobody asked yet.
            MatchAlreadyDecided: There is an outcome, whoever caused it.
        """
        self._refuse_unless_asked()
        return _become(
            self, MatchState.EXPIRED, at=at, decided_at=at, reason=DeclineReason.NO_ANSWER
        )

    def withdraw(self, *, at: datetime) -> Change[Match, MatchFact]:
        """End the match because the need, or the offer before any yes, has ended.

        Raises:
            MatchAlreadyDecided: All was given, or it has ended.
        """
        if self.state not in STANDING | HOLDING - {MatchState.FULFILLED}:
            raise MatchAlreadyDecided(match_id=self.id, state=self.state)
        return _become(self, MatchState.WITHDRAWN, at=at, decided_at=at)

    def drop_out(self, reason: DeclineReason, *, at: datetime) -> Change[Match, MatchFact]:
        """Take the party's yes back before its service has begun.

        Raises:
            ServiceHasBegun: Part of it was given.
            MatchNotAccepted: Nobody said yes, or it has ended.
        """
        if self.state in HOLDING - {MatchState.ACCEPTED}:
            raise ServiceHasBegun(match_id=self.id, state=self.state)
        if self.state is not MatchState.ACCEPTED:
            raise MatchNotAccepted(match_id=self.id, state=self.state)
        return _become(self, MatchState.WITHDRAWN, at=at, decided_at=at, reason=reason)

    def miss(self, *, at: datetime) -> Change[Match, MatchFact]:
        """End an acceptance whose party did not come.

        Raises:
            ServiceHasBegun: Part of it was given.
            MatchNotAccepted: Nobody said yes, or it has ended.
        """
        return self.drop_out(DeclineReason.NO_SHOW, at=at)

    def record(self, quantity: int, *, at: datetime) -> Change[Match, MatchFact]:
        """Count a service that was given.

        The first one starts the service and the last one fulfils the match; more than was asked
        for, or a record that arrives after the end, is counted and changes nothing else.
        """
        delivered = self.delivered + quantity
        counted = replace(self, delivered=delivered)
        if self.state in {MatchState.ACCEPTED, MatchState.IN_SERVICE}:
            if delivered >= self.pairing.quantity:
                return _become(counted, MatchState.FULFILLED, at=at)
            if self.state is MatchState.ACCEPTED:
                return _become(counted, MatchState.IN_SERVICE, at=at)
        return Change(counted, ())

    @property
    def holds(self) -> int:
        """How much of the offer's capacity it keeps from others."""
        return self.pairing.quantity if self.state in HOLDING else 0

    @property
    def was_accepted(self) -> bool:
        """Whether the party said yes at some time; only a yes is taken back for a reason."""
        is_taken_back = self.state is MatchState.WITHDRAWN and self.reason is not None
        return self.state in HOLDING or is_taken_back or self.delivered > 0

    @property
    def counted(self) -> int:
        """How much of what it takes was delivered; more than that is beside the point."""
        return min(self.delivered, self.pairing.quantity)

    @property
    def is_known_to_party(self) -> bool:
        """Whether the party has been asked; before that, a match is a worker's draft."""
        return self.asked_at is not None

    def _refuse_unless_standing(self) -> None:
        if self.state not in STANDING:
            raise MatchAlreadyDecided(match_id=self.id, state=self.state)

    def _refuse_unless_asked(self) -> None:
        if self.state is MatchState.PROPOSED:
            raise MatchNotAsked(match_id=self.id)
        self._refuse_unless_standing()


@dataclass(frozen=True, slots=True)
class MatchFact:
    """A match came into the state that it shows, at an instant."""

    match: Match
    at: datetime


MatchChange: TypeAlias = Change[Match, MatchFact]


def proposed_and_asked(proposal: MatchChange) -> MatchChange:
    """Ask at once what was proposed for an approved line: two facts in one change."""
    asked = proposal.state.ask(at=proposal.state.proposed_at)
    return Change(asked.state, (*proposal.facts, *asked.facts))


def _become(
    match: Match,
    state: MatchState,
    *,
    at: datetime,
    asked_at: datetime | None = None,
    decided_at: datetime | None = None,
    reason: DeclineReason | None = None,
) -> MatchChange:
    become = replace(
        match,
        version=match.version + 1,
        state=state,
        asked_at=asked_at or match.asked_at,
        decided_at=decided_at or match.decided_at,
        reason=reason or match.reason,
    )
    return Change(become, (MatchFact(become, at),))

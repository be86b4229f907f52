"""A pool in memory: everything that its plan is made from, and the plan itself.

The database is the truth and this is a cache of it. What is heard changes what depends on it and
nothing else: the candidates of the lines and offers that changed, and the plan around them. Lines
that take one unit are a flow, whose plan is the best there is after every step; lines that take a
whole load from one offer are reserved first, and the flow is planned around them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from matching.domain import score
from matching.domain.appointments import Appointments
from matching.domain.asks import AskBook
from matching.domain.candidates import Around, CandidateBook
from matching.domain.identity import LineId, NeedId, OfferId
from matching.domain.local_policies import LocalPolicies
from matching.domain.match import HOLDING, STANDING, Appointment
from matching.domain.session import clashes
from matching.domain.standing import NEVER_PLANNED, Planned
from matching.domain.timetable import Timetable
from matching.domain.two_plans import LINES_AT_ONCE, TwoPlans
from matching.engine import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from common.places import AreaRef
    from matching.domain.identity import MatchId, PartyId, PoolId
    from matching.domain.match import Match
    from matching.domain.need import Line, Need
    from matching.domain.offer import Offer
    from matching.domain.party import Party
    from matching.domain.policy import Policy
    from matching.domain.standing import News
    from matching.domain.two_plans import Known, Proof
    from matching.domain.worth import Worth


Pair: TypeAlias = tuple[LineId, OfferId]


class Pool:
    """What stands in one pool, as of ``at`` and under one policy."""

    def __init__(
        self,
        pool_id: PoolId,
        policy: Policy,
        *,
        at: datetime,
        limits: Limits = DEFAULT_LIMITS,
        lines_at_once: int = LINES_AT_ONCE,
        of_areas: Mapping[AreaRef, Policy] | None = None,
    ) -> None:
        self.pool_id: Final = pool_id
        self.policy: Final = policy
        self.policies: Final = LocalPolicies(policy, of_areas or {})
        self.at = at
        self.sequence = 0
        self.needs: Final[dict[NeedId, Need]] = {}
        self.offers: Final[dict[OfferId, Offer]] = {}
        self._parties: Final[dict[PartyId, Party]] = {}
        self._offers_of: Final[defaultdict[PartyId, set[OfferId]]] = defaultdict(set)
        self._matches: Final[defaultdict[NeedId, dict[MatchId, Match]]] = defaultdict(dict)
        self._matches_on: Final[defaultdict[OfferId, dict[MatchId, Match]]] = defaultdict(dict)
        self._refusals: Final[dict[NeedId, frozenset[PartyId]]] = {}
        self._planned: Final[dict[NeedId, Planned]] = {}
        self._need_of: Final[dict[LineId, NeedId]] = {}
        self._ends: Final[Timetable[OfferId]] = Timetable()
        self._windows: Final[Timetable[NeedId]] = Timetable()
        self._patience: Final[Timetable[NeedId]] = Timetable()
        self._impatient: Final[set[NeedId]] = set()
        self._otherwise: Final[set[NeedId]] = set()
        self._widened: Final[dict[NeedId, int]] = {}
        self._book: Final = CandidateBook(policy, at=at)
        self._plan: Final = TwoPlans(self._book, limits, lines_at_once=lines_at_once)
        self._moved: Final[set[PartyId]] = set()
        self._appointments: Final[dict[PartyId, Mapping[LineId, UUID]]] = {}
        self._touched: Final[set[NeedId]] = set()
        self.asks: Final = AskBook()

    def hear(self, news: News, *, at: datetime) -> None:
        """Take in what has changed, and bring the plan up to it."""
        self.at = at
        self.sequence = news.wanted_sequence
        self._parties.update(news.parties)
        self.asks.hear(news.asked)
        for need_id in news.needs:
            self._forget(need_id)
        self._hear_offers(
            {**self._offers_of_parties(news.parties), **self._ended(at), **news.offers}
        )
        self._hear_needs(news)
        self._close_windows()
        self._plan.settle()
        self._note_changed()
        self._widen()
        for party_id in self._moved:
            self._touch_giver(party_id)
        self._moved.clear()
        self._touched.update(self.asks.take_due(at=at) & self.needs.keys())
        self._note_changed()

    def offer_for(self, line_id: LineId) -> OfferId | None:
        """Return the offer that the plan has for a line."""
        return self._plan.offer_for(line_id) if line_id in self._need_of else None

    def source_for(self, line: Line) -> UUID | None:
        """Return what a line has its offer from: the offer itself, or one of its sessions."""
        offer_id = self.offer_for(line.id)
        if offer_id is None or self.offers[offer_id].openings is None:
            return offer_id
        party_id = self.offers[offer_id].supply.party_id
        if party_id not in self._appointments:
            self._appointments[party_id] = self._appointed(party_id)
        return self._appointments[party_id][line.id]

    def appointment_for(self, line: Line, offer_id: OfferId) -> Appointment | None:
        """Return the session for which an offer is proposed to a line; none without a calendar.

        Of what is not the plan's choice it is the first session that suits.
        """
        coming = self.offers[offer_id].coming(at=self.at)
        wanted = self.source_for(line)
        suiting = [each for each in coming if self._plan.suits(line.id, each.session_id)]
        chosen = [each for each in coming if each.session_id == wanted] or suiting
        if not chosen:
            return None
        first = min(chosen, key=lambda each: (each.starts_at, each.session_id))
        return Appointment(
            session_id=first.session_id, starts_at=first.starts_at, ends_at=first.ends_at
        )

    def _appointed(self, party_id: PartyId) -> Mapping[LineId, UUID]:
        theirs = [self.offers[offer_id] for offer_id in sorted(self._offers_of[party_id])]
        matches = [
            match for offer in theirs for match in self._matches_on.get(offer.id, {}).values()
        ]
        return Appointments(
            self._plan,
            [offer.coming(at=self.at) for offer in theirs],
            {
                line.id: line.quantity
                for offer in theirs
                for each in offer.coming(at=self.at)
                for line_id in self._plan.lines_served_from(each.session_id)
                for line in self.needs[self._need_of[line_id]].lines
                if line.id == line_id
            },
            {
                match.pairing.line_id: match.appointment.session_id
                for match in matches
                if match.appointment is not None and match.state in STANDING
            },
        ).settled()

    def touched(self) -> Sequence[Need]:
        """Return the needs of which the plan may say something else than what stands, by id."""
        return [self.needs[need_id] for need_id in sorted(self._touched & self.needs.keys())]

    def matches_of(self, need_id: NeedId) -> Sequence[Match]:
        """Return what stands between a need and offers, by id."""
        return [match for _, match in sorted(self._matches.get(need_id, {}).items())]

    def planned(self, need_id: NeedId) -> Planned:
        """Return what the last linkage plan of a need says."""
        return self._planned.get(need_id, NEVER_PLANNED)

    def may_have(self, line_id: LineId, offer_id: OfferId) -> bool:
        """Tell whether a line that waits may have an offer, by the rules and what is left of it."""
        is_known = line_id in self._need_of and offer_id in self.offers
        return is_known and self._plan.may_have(line_id, offer_id)

    def losses(self, line_id: LineId) -> Mapping[OfferId, int]:
        """Return how much worse each offer is that a line may have, at the prices of the plan."""
        return self._plan.losses(line_id) if line_id in self._need_of else {}

    def worths(self, pairs: Collection[Pair]) -> Mapping[Pair, Worth]:
        """Return what each of these pairs is worth, term by term."""
        if not pairs:
            return {}
        around = self._around({self._need_of[line_id] for line_id, _ in pairs})
        lines, offers = zip(*pairs, strict=True)
        return dict(zip(pairs, self._book.worths(lines, offers, around), strict=True))

    def known(self, line_ids: Iterable[LineId]) -> Mapping[LineId, Known]:
        """Return what led to the offers of some lines."""
        return self._plan.known(line_ids)

    def proof(self) -> Proof:
        """Return what the plan is worth, and what any could be."""
        return self._plan.proof()

    def widened(self) -> Sequence[Need]:
        """Return the needs for which the plan looks farther around than was written, by id."""
        return [self.needs[need_id] for need_id in sorted(self._widened)]

    def seen(self, need: Need) -> int:
        """Return the revision at which a need was last heard of."""
        return self._widened.get(need.id, need.revision)

    def next_change(self) -> datetime | None:
        """Return when something changes by itself: an offer ends, patience does, a wave is due."""
        tables = (self._ends, self._windows, self._patience, self.asks)
        times = (table.next_due() for table in tables)
        return min((when for when in times if when is not None), default=None)

    def wrote(
        self,
        matches: Iterable[Match],
        planned: Mapping[NeedId, Planned],
        *,
        left_out: Collection[NeedId] = (),
    ) -> None:
        """Know what was written of the plan, and of which needs nothing was.

        What stands from now on is worth its stability.
        """
        self._touched.intersection_update(left_out)
        for need_id in self._widened.keys() - set(left_out):
            del self._widened[need_id]
        for match in matches:
            before = self._know(match)
            line_id, offer_id = match.pairing.line_id, match.pairing.offer_id
            if line_id in self._need_of and offer_id in self.offers:
                self._plan.add_values(line_id, self._more(before, match))
        self._planned.update(planned)
        self._plan.settle()
        self._note_changed()

    def _more(self, before: Match | None, match: Match) -> Mapping[UUID, int]:
        """Return what each source is worth more, or less, by what stands of a match now."""
        return {
            source: score.keeping(match, self.policy, source)
            - score.keeping(before, self.policy, source)
            for source in self.offers[match.pairing.offer_id].sources(at=self.at)
        }

    def _know(self, match: Match) -> Match | None:
        """Keep a match while it stands; return what was known of it."""
        of_need = self._matches[match.pairing.need_id]
        on_offer = self._matches_on[match.pairing.offer_id]
        before = of_need.pop(match.id, None)
        on_offer.pop(match.id, None)
        self.asks.know(before, match)
        if match.state in STANDING | HOLDING:
            of_need[match.id] = on_offer[match.id] = match
        return before

    def _note_changed(self) -> None:
        changed = [LineId(line) for line in self._plan.changed() if line in self._need_of]
        needs = {self._need_of[line] for line in changed}
        self._touched.update(needs)
        self._otherwise.update(needs)
        self._appointments.clear()
        for line in changed:
            offer_id = self._plan.offer_for(line)
            if offer_id is not None and self.offers[offer_id].openings is not None:
                self._touch_giver(self.offers[offer_id].supply.party_id)

    def _touch_giver(self, party_id: PartyId) -> None:
        """Look again at whoever has a session of a giver: it may have to be another one."""
        self._touched.update(
            self._need_of[line]
            for offer_id in self._offers_of.get(party_id, ())
            for each in self.offers[offer_id].coming(at=self.at)
            for line in self._plan.lines_served_from(each.session_id)
        )

    def _offers_of_parties(self, party_ids: Iterable[PartyId]) -> Mapping[OfferId, Offer]:
        ids = [offer_id for each in party_ids for offer_id in self._offers_of.get(each, ())]
        return {offer_id: self.offers[offer_id] for offer_id in ids}

    def _ended(self, at: datetime) -> Mapping[OfferId, Offer]:
        due = self._ends.take_due(at)
        return {each: self.offers[each] for each in due if each in self.offers}

    def _forget(self, need_id: NeedId) -> None:
        need = self.needs.pop(need_id, None)
        for line in () if need is None else need.lines:
            if self._need_of.pop(line.id, None) is not None:
                self._plan.drop_line(line.id)
                self._book.drop_line(line.id)
        for match in self._matches.pop(need_id, {}).values():
            self._matches_on[match.pairing.offer_id].pop(match.id, None)
            self.asks.know(match, None)
        for kept in (self._refusals, self._planned):
            kept.pop(need_id, None)
        for noted in (self._touched, self._impatient, self._otherwise):
            noted.discard(need_id)
        self._widened.pop(need_id, None)

    def _hear_offers(self, offers: Mapping[OfferId, Offer | None]) -> None:
        givers = {
            offer.supply.party_id
            for offer_id in offers
            for offer in (self.offers.get(offer_id), offers[offer_id])
            if offer is not None and offer.openings is not None
        }
        for offer_id, offer in offers.items():
            self._replace(offer_id, offer)
        self._put_offers(offers)
        for party_id in sorted(givers):
            self._let_clash(party_id)

    def _let_clash(self, party_id: PartyId) -> None:
        """Let of the sessions of a giver that overlap and exclude each other one be used."""
        theirs = (self.offers[offer_id] for offer_id in self._offers_of.get(party_id, ()))
        coming = [each for offer in theirs for each in offer.coming(at=self.at) if each.free]
        for source, others in clashes(coming).items():
            self._plan.set_clashes(source, others)
        self._moved.add(party_id)

    def _put_offers(self, offers: Mapping[OfferId, Offer | None]) -> None:
        known = sorted((each for each in offers.values() if each), key=lambda offer: offer.id)
        if not known:
            return
        rows = self._book.put_offers(known, self._parties, at=self.at)
        found = self._book.for_offers(rows, self._around_offers(known))
        self._plan.put_offers({offer.id: offer.sources(at=self.at) for offer in known}, found)

    def _replace(self, offer_id: OfferId, offer: Offer | None) -> None:
        # Whoever was asked by it may have to be told that it can no longer be had.
        asked = self._matches_on.get(offer_id, {}).values()
        self._touched.update(match.pairing.need_id for match in asked if match.state in STANDING)
        before = self.offers.pop(offer_id, None)
        if before is not None:
            self._offers_of[before.supply.party_id].discard(offer_id)
        if offer is not None:
            self.offers[offer_id] = offer
            self._offers_of[offer.supply.party_id].add(offer_id)
            for end in _ends_of(offer, self.at):
                self._ends.note(end, offer_id)
        elif before is not None:
            self._plan.drop_offer(offer_id)
            self._book.drop_offer(offer_id)

    def _hear_needs(self, news: News) -> None:
        self._hear_about(news)
        needs = [need for need in news.needs.values() if need is not None]
        for need in needs:
            self._await(need)
        self._let_wait(needs)

    def _let_wait(self, needs: Sequence[Need]) -> None:
        waiting = sorted(self._open_lines(needs), key=lambda pair: pair[1].id)
        if not waiting:
            return
        self._need_of.update({line.id: need.id for need, line in waiting})
        rows = self._book.put_lines(waiting, at=self.at)
        found = self._book.for_lines(rows, self._around({need.id for need in needs}))
        self._plan.put_lines(waiting, rows, found, dict(self._had(needs)))

    def _had(self, needs: Iterable[Need]) -> Iterator[tuple[LineId, UUID]]:
        """Yield the lines for which a plan of before still stands, and from which source."""
        for need in needs:
            stands = self._matches.get(need.id, {})
            for line_id, match_id in self.planned(need.id).matches.items():
                match = None if match_id is None else stands.get(match_id)
                if match is not None and match.state in STANDING:
                    named = match.appointment
                    yield line_id, match.pairing.offer_id if named is None else named.session_id

    def _await(self, need: Need) -> None:
        """Note when the time of a line is over, and when to look farther around for a home."""
        for line in need.lines:
            if line.window.not_after is not None and line.window.not_after > self.at:
                self._windows.note(line.window.not_after, need.id)
        seconds = self.policies.around(need.site).escalation.until(need.search_area)
        if need.site.point is None and seconds is not None:
            self._patience.note(need.submitted_at + timedelta(seconds=seconds), need.id)

    def _widen(self) -> None:
        """Look farther around for who has waited so long and waits in vain, now or from now on."""
        while ripe := self._take_ripe():
            for need_id in ripe:
                self._widen_one(need_id)
            self._note_changed()

    def _take_ripe(self) -> list[NeedId]:
        """Return whose patience has ended just now, or had when the plan last changed for them."""
        due = self._patience.take_due(self.at)
        self._impatient.update(due)
        ripe = {*due, *(self._otherwise & self._impatient)}
        self._otherwise.clear()
        return sorted(ripe)

    def _widen_one(self, need_id: NeedId) -> None:
        need = self.needs.get(need_id)
        if need is None or not self._waits_in_vain(need):
            return
        self._impatient.discard(need_id)
        self._widened.setdefault(need_id, need.revision)
        wider = self.needs[need_id] = need.widened()
        self._touched.add(need_id)
        self._await(wider)
        self._wait_anew(wider)
        self._plan.settle()

    def _wait_anew(self, need: Need) -> None:
        for line in need.lines:
            if line.id in self._need_of:
                self._plan.drop_line(line.id)
                self._book.drop_line(line.id)
        self._let_wait([need])

    def _close_windows(self) -> None:
        """Let nothing be had by lines whose time is over."""
        for need_id in self._windows.take_due(self.at):
            need = self.needs.get(need_id)
            if need is not None:
                self._touched.add(need_id)
                self._wait_anew(need)

    def _waits_in_vain(self, need: Need) -> bool:
        return any(
            line.id in self._need_of and self._plan.offer_for(line.id) is None
            for line in need.lines
        )

    def _hear_about(self, news: News) -> None:
        for need_id, need in news.needs.items():
            if need is not None:
                self.needs[need_id] = need
                self._touched.add(need_id)
        for match in news.matches:
            self._know(match)
        refusing: defaultdict[NeedId, set[PartyId]] = defaultdict(set)
        for need_id, party_id in news.refusals:
            refusing[need_id].add(party_id)
        self._refusals.update({need: frozenset(parties) for need, parties in refusing.items()})
        self._planned.update(news.planned)

    def _open_lines(self, needs: Iterable[Need]) -> Iterator[tuple[Need, Line]]:
        for need in needs:
            live = self._matches.get(need.id, {}).values()
            filled = {match.pairing.line_id for match in live if match.state in HOLDING}
            yield from ((need, line) for line in need.lines if line.id not in filled)

    def _around(self, need_ids: Collection[NeedId]) -> Around:
        return Around(
            refusals=frozenset(
                (need_id, party_id)
                for need_id in need_ids
                for party_id in self._refusals.get(need_id, ())
            ),
            matches=[
                match for need_id in need_ids for match in self._matches.get(need_id, {}).values()
            ],
        )

    def _around_offers(self, offers: Sequence[Offer]) -> Around:
        """Return what is known of pairs with some offers; what stands is little, needs are many."""
        parties = {offer.supply.party_id for offer in offers}
        return Around(
            refusals=frozenset(
                (need_id, party_id)
                for need_id, refusing in self._refusals.items()
                for party_id in refusing & parties
            ),
            matches=[
                match for offer in offers for match in self._matches_on.get(offer.id, {}).values()
            ],
        )


def _ends_of(offer: Offer, at: datetime) -> Iterator[datetime]:
    """Yield when less of an offer may be had though nobody changes it."""
    if offer.supply.valid_until > at:
        yield offer.supply.valid_until
    coming = offer.coming(at=at)
    if coming:
        yield min(each.bookable_until for each in coming)

"""SQL for what is only to be shown; every statement carries the caller's scope."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import DateTime, Select, and_, case, func, inspect, literal, or_, select
from sqlmodel import col
from typing_extensions import override

from common.clearance import cleared, system
from common.clock import CHINA
from common.paging import cut
from common.persistence.keyset import after, before
from matching.adapters.postgres.reading import among, fetch, rows_of
from matching.adapters.postgres.rows import (
    to_match,
    to_need,
    to_offer,
    to_party,
)
from matching.adapters.postgres.schedules import to_session
from matching.adapters.postgres.tables import (
    LinkagePlanRow,
    MatchingRow,
    MatchRow,
    NeedLineRow,
    NeedRow,
    OfferRow,
    PartyRow,
    SessionRow,
)
from matching.adapters.postgres.undecided import waits, waits_since
from matching.app.ports import Views
from matching.app.queries import (
    FindMatches,
    FindNeeds,
    FindOffers,
    QueuedNeed,
    SeenMatch,
    SeenPart,
    SeenPlan,
)
from matching.domain.case import Case
from matching.domain.errors import MatchNotKnown, NeedNotKnown
from matching.domain.explanation import reason_of
from matching.domain.linkage import Certificate
from matching.domain.match import HOLDING, STANDING
from matching.domain.moderation import Moderation
from matching.domain.offer import OfferState

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.grants import Scope
    from common.paging import Key, Slice, Window
    from common.persistence.unit_of_work import UnitOfWork
    from common.places import AreaRef
    from common.vocabulary import AreaScheme
    from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PoolId
    from matching.domain.match import Match
    from matching.domain.need import Need
    from matching.domain.offer import Offer
    from matching.domain.offering import Offering, Offerings
    from matching.domain.party import Party
    from matching.domain.session import Session

R = TypeVar("R", bound=MatchingRow)

_LIVE: Final = sorted(state.value for state in STANDING | HOLDING)


class PostgresViews(Views):
    """Reads in transactions of its own, or in the one that is open."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def needs(self, query: FindNeeds, within: Scope) -> Slice[QueuedNeed]:
        if query.awaits_approval:
            return await self._undecided(query, within)
        order = (-col(NeedRow.urgency), col(NeedRow.submitted_at), col(NeedRow.id))
        wanted = (
            rows_of(NeedRow)
            .where(
                self._in_area(within),
                col(NeedRow.state) == query.state.value,
                *self._lies(query.scheme, query.within, NeedRow),
                after(query.window, *order),
            )
            .order_by(*order)
            .limit(query.window.probe)
        )
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, NeedRow)
            queued = await _queued(session, rows)
        return cut(queued, query.window, _place_in_queue)

    async def _undecided(self, query: FindNeeds, within: Scope) -> Slice[QueuedNeed]:
        since = waits_since()
        order = (since, col(NeedRow.id))
        wanted = (
            rows_of(NeedRow)
            .where(
                self._in_area(within),
                col(NeedRow.state) == query.state.value,
                since.is_not(None),
                *self._lies(query.scheme, query.within, NeedRow),
                after(query.window, *order),
            )
            .order_by(*order)
            .limit(query.window.probe)
        )
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, NeedRow)
            queued = await _queued(session, rows)
        return cut(queued, query.window, _place_among_undecided)

    @override
    async def plan(self, need_id: NeedId, within: Scope, *, at: datetime) -> SeenPlan:
        wanted = rows_of(NeedRow).where(col(NeedRow.id) == need_id, self._in_area(within))
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, NeedRow)
            if not rows:
                raise NeedNotKnown(need_id=need_id)
            needs = await _needs(session, rows)
            seen = await self._seen(await _live_matches(session, [need_id]), at)
            certificate = await _certificate(session, need_id)
        current = _current(seen)
        need = needs[need_id]
        return SeenPlan(
            need=need,
            version=rows[0].plan_version,
            parts=tuple(SeenPart(line, current.get(line.id)) for line in need.lines),
            certificate=certificate,
        )

    @override
    async def offers(
        self, query: FindOffers, within: Scope, offerings: Offerings, *, at: datetime
    ) -> Slice[Offer]:
        in_area = self._areas.within(within, col(OfferRow.scheme), col(OfferRow.area))
        is_own = among(col(OfferRow.party_id), within.orgs)
        order = (col(OfferRow.published_at), col(OfferRow.id))
        wanted = (
            rows_of(OfferRow)
            .where(
                or_(in_area, is_own),
                *self._lies(query.scheme, query.within, OfferRow),
                *_claims_on_offers(query),
                *_claims_on_sight(query, is_own, offerings, at=at),
                before(query.window, *order),
            )
            .order_by(*(column.desc() for column in order))
            .limit(query.window.probe)
        )
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, OfferRow)
        return cut([to_offer(row) for row in rows], query.window, _time_of_offer)

    @override
    async def matches(self, query: FindMatches, within: Scope, *, at: datetime) -> Slice[SeenMatch]:
        order = (col(MatchRow.proposed_at), col(MatchRow.id))
        wanted = (
            self._visible_matches(within)
            .where(*_claims_on_matches(query), before(query.window, *order))
            .order_by(*(column.desc() for column in order))
            .limit(query.window.probe)
        )
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, MatchRow)
            seen = await self._seen([to_match(row) for row in rows], at)
        return cut(seen, query.window, _time_of_match)

    @override
    async def sessions(self, offer_id: OfferId, window: Window) -> Slice[Session]:
        order = (col(SessionRow.starts_at), col(SessionRow.id))
        wanted = (
            rows_of(SessionRow)
            .where(col(SessionRow.offer_id) == offer_id, after(window, *order))
            .order_by(*order)
            .limit(window.probe)
        )
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, SessionRow)
        return cut([to_session(row) for row in rows], window, _time_of_session)

    @override
    async def match(self, match_id: MatchId, within: Scope, *, at: datetime) -> SeenMatch:
        wanted = self._visible_matches(within).where(col(MatchRow.id) == match_id)
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, MatchRow)
            seen = await self._seen([to_match(row) for row in rows], at)
        if not seen:
            raise MatchNotKnown(match_id=match_id)
        return seen[0]

    async def _seen(self, matches: Sequence[Match], at: datetime) -> list[SeenMatch]:
        """Add to matches that the caller may see what they join.

        A party's need lies in no area of the party, and a worker's need may be met by an offer
        from the next county: who may see a match may see both of its ends.
        """
        if not matches:
            return []
        with cleared(system("both ends of a match")):
            async with self._unit_of_work.transaction() as session:
                return await _seen(session, matches, at)

    def _visible_matches(self, within: Scope) -> Select[Any]:
        """Return the matches of needs in the scope, and a party's own once it was asked.

        For a station speaks whoever works in its area.
        """
        needs = select(col(NeedRow.id)).where(self._in_area(within))
        was_asked = col(MatchRow.asked_at).is_not(None)
        in_area = self._areas.within(within, col(PartyRow.scheme), col(PartyRow.area))
        stations = select(col(PartyRow.id)).where(col(PartyRow.is_station), in_area)
        is_given = or_(
            among(col(MatchRow.party_id), within.orgs), col(MatchRow.party_id).in_(stations)
        )
        is_own = and_(is_given, was_asked)
        return rows_of(MatchRow).where(or_(col(MatchRow.need_id).in_(needs), is_own))

    def _in_area(self, within: Scope) -> ColumnElement[bool]:
        return self._areas.within(within, col(NeedRow.scheme), col(NeedRow.area))

    def _lies(
        self,
        scheme: AreaScheme | None,
        within: AreaRef | None,
        kind: type[NeedRow | OfferRow],
    ) -> Iterator[ColumnElement[bool]]:
        if scheme is not None:
            yield col(kind.scheme) == scheme.value
        if within is not None:
            yield self._areas.under(frozenset({within}), col(kind.scheme), col(kind.area))


def _claims_on_offers(query: FindOffers) -> Iterator[ColumnElement[bool]]:
    if query.party_id is not None:
        yield col(OfferRow.party_id) == query.party_id
    if query.service is not None:
        yield col(OfferRow.service) == query.service.value
    if query.state is not None:
        is_open = col(OfferRow.withdrawn_at).is_(None)
        yield is_open if query.state is OfferState.OPEN else ~is_open


def _claims_on_sight(
    query: FindOffers, is_own: ColumnElement[bool], offerings: Offerings, *, at: datetime
) -> Iterator[ColumnElement[bool]]:
    true_at = func.coalesce(col(OfferRow.confirmed_at), col(OfferRow.published_at))
    is_listed = col(OfferRow.entry_id).is_not(None)
    is_fresh = true_at >= _since(offerings, lambda asked: asked.hide_after_days, at=at)
    is_shown = and_(
        col(OfferRow.is_giver_active),
        col(OfferRow.moderation) == Moderation.APPROVED.value,
        or_(is_listed, is_fresh),
    )
    if query.moderation is not None:
        yield col(OfferRow.moderation) == query.moderation.value
    if query.is_to_be_confirmed is not None:
        is_due = and_(
            ~is_listed,
            true_at < _since(offerings, lambda asked: asked.confirm_after_days, at=at),
            col(OfferRow.withdrawn_at).is_(None),
            col(OfferRow.valid_until) > at,
        )
        yield is_due if query.is_to_be_confirmed else ~is_due
    if query.is_hidden is not None:
        yield ~is_shown if query.is_hidden else is_shown
    elif query.moderation is None and query.is_to_be_confirmed is None:
        yield or_(is_own, is_shown)


def _since(
    offerings: Offerings, days: Callable[[Offering], int], *, at: datetime
) -> ColumnElement[datetime]:
    """Return the first instant of so many days, today among them, as each offer's pool has it."""
    midnight = at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)

    def since(offering: Offering) -> ColumnElement[datetime]:
        return literal(midnight - timedelta(days=days(offering) - 1), DateTime(timezone=True))

    pools: defaultdict[Offering, list[PoolId]] = defaultdict(list)
    for pool_id, offering in offerings.elsewhere.items():
        pools[offering].append(pool_id)
    usual = since(offerings.usual)
    if not pools:
        return usual
    return case(
        *((among(col(OfferRow.pool_id), ids), since(each)) for each, ids in pools.items()),
        else_=usual,
    )


def _claims_on_matches(query: FindMatches) -> Iterator[ColumnElement[bool]]:
    if query.need_id is not None:
        yield col(MatchRow.need_id) == query.need_id
    if query.party_id is not None:
        yield col(MatchRow.party_id) == query.party_id
    if query.state is not None:
        yield col(MatchRow.state) == query.state.value
    if query.is_misfit is not None:
        yield col(MatchRow.misfit_since).is_not(None) == query.is_misfit


async def _queued(session: AsyncSession, rows: Sequence[NeedRow]) -> list[QueuedNeed]:
    needs = await _needs(session, rows)
    matches = await _live_matches(session, [row.id for row in rows])
    states = {match.pairing.line_id: match.state for match in _held_last(matches)}
    waiting = await waits(session, [row.id for row in rows])
    return [
        QueuedNeed(
            need=needs[row.id],
            states=tuple((line, states.get(line.id)) for line in needs[row.id].lines),
            plan_version=row.plan_version,
            waits_for_approval_since=waiting[row.id][0],
            told=waiting[row.id][1],
        )
        for row in rows
    ]


async def _needs(session: AsyncSession, rows: Sequence[NeedRow]) -> Mapping[UUID, Need]:
    wanted = (
        rows_of(NeedLineRow)
        .where(among(col(NeedLineRow.need_id), [row.id for row in rows]))
        .order_by(col(NeedLineRow.position))
    )
    lines: defaultdict[UUID, list[NeedLineRow]] = defaultdict(list)
    for line in await fetch(session, wanted, NeedLineRow):
        lines[line.need_id].append(line)
    return {row.id: to_need(row, lines[row.id]) for row in rows}


async def _live_matches(session: AsyncSession, need_ids: Collection[UUID]) -> list[Match]:
    wanted = (
        rows_of(MatchRow)
        .where(among(col(MatchRow.need_id), need_ids), col(MatchRow.state).in_(_LIVE))
        .order_by(col(MatchRow.id))
    )
    return [to_match(row) for row in await fetch(session, wanted, MatchRow)]


def _held_last(matches: Sequence[Match]) -> list[Match]:
    return sorted(matches, key=lambda match: match.state in HOLDING)


async def _seen(session: AsyncSession, matches: Sequence[Match], at: datetime) -> list[SeenMatch]:
    pairings = [match.pairing for match in matches]
    needs = await _by_id(session, NeedRow, {pairing.need_id for pairing in pairings})
    with_lines = await _needs(session, list(needs.values()))
    offers = await _by_id(session, OfferRow, {pairing.offer_id for pairing in pairings})
    parties = await _by_id(session, PartyRow, {pairing.party_id for pairing in pairings})
    return [
        _see(
            match,
            with_lines[match.pairing.need_id],
            to_offer(offers[match.pairing.offer_id]),
            to_party(parties[match.pairing.party_id]),
            at,
        )
        for match in matches
    ]


def _see(match: Match, need: Need, offer: Offer, party: Party, at: datetime) -> SeenMatch:
    line = next(line for line in need.lines if line.id == match.pairing.line_id)
    case = Case(
        need=need,
        line=line,
        offer=offer,
        party=party,
        metres=match.grounds.worth.metres,
        refusal=None,
        at=at,
    )
    return SeenMatch(
        match=match,
        need=need,
        line=line,
        offer=offer,
        party=party,
        reason=reason_of(match, case),
    )


def _current(seen: Sequence[SeenMatch]) -> Mapping[LineId, SeenMatch]:
    in_order = sorted(seen, key=lambda each: each.match.state in HOLDING)
    return {each.line.id: each for each in in_order}


async def _by_id(session: AsyncSession, kind: type[R], ids: Collection[UUID]) -> Mapping[UUID, R]:
    key = inspect(kind).columns["id"]
    rows: Sequence[Any] = await fetch(session, rows_of(kind).where(among(key, ids)), kind)
    return {row.id: row for row in rows}


async def _certificate(session: AsyncSession, need_id: NeedId) -> Certificate | None:
    wanted = (
        rows_of(LinkagePlanRow)
        .where(col(LinkagePlanRow.need_id) == need_id)
        .order_by(col(LinkagePlanRow.version).desc())
        .limit(1)
    )
    rows = await fetch(session, wanted, LinkagePlanRow)
    if not rows:
        return None
    return Certificate(
        plan_sequence=rows[0].plan_sequence,
        value=rows[0].value,
        bound=rows[0].bound,
        engine_version=rows[0].engine_version,
        policy_version=rows[0].policy_version,
    )


def _place_in_queue(queued: QueuedNeed) -> Key:
    return (-queued.need.urgency, queued.need.submitted_at, queued.need.id)


def _place_among_undecided(queued: QueuedNeed) -> Key:
    assert queued.waits_for_approval_since is not None, "only those that wait were read"
    return (queued.waits_for_approval_since, queued.need.id)


def _time_of_offer(offer: Offer) -> Key:
    return (offer.published_at, offer.id)


def _time_of_session(session: Session) -> Key:
    return (session.starts_at, session.id)


def _time_of_match(seen: SeenMatch) -> Key:
    return (seen.match.proposed_at, seen.match.id)

"""Matches in PostgreSQL: written by version, with their events and their rows of the feed.

Many matches change in one plan, so they are written in a handful of statements however many there
are. Rows are locked in the order of their ids before they are changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col
from typing_extensions import override

from matching.adapters.postgres.reading import fetch, rows_of
from matching.adapters.postgres.rows import appointment_values, match_values, to_match
from matching.adapters.postgres.tables import MatchRow
from matching.adapters.published import about_match, about_misfit
from matching.app.ports import Matches
from matching.domain.errors import LineAlreadyFilled, MatchChangedMeanwhile, MatchNotKnown
from matching.domain.match import STANDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Message
    from common.persistence.outbox import Outbox
    from common.places import AreaRef
    from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PartyId
    from matching.domain.match import Match, MatchChange, MatchFact, Misfit

FEED_CHANNEL: Final = "proposal_feed"

_LOCK: Final = text("""
    select id from match where id = any(cast(:ids as uuid[])) order by id for no key update
""")

_UPDATE: Final = text("""
    update match set
        version = new.version, state = new.state, asked_at = new.asked_at,
        decided_at = new.decided_at, reason = new.reason, delivered = new.delivered,
        session_id = new.session_id, starts_at = new.starts_at, ends_at = new.ends_at,
        note = coalesce(:note, match.note)
    from unnest(
        cast(:ids as uuid[]), cast(:before as bigint[]), cast(:versions as bigint[]),
        cast(:states as text[]), cast(:asked as timestamptz[]), cast(:decided as timestamptz[]),
        cast(:reasons as text[]), cast(:delivered as integer[]), cast(:sessions as uuid[]),
        cast(:starts as timestamptz[]), cast(:ends as timestamptz[])
    ) as new (
        id, before, version, state, asked_at, decided_at, reason, delivered, session_id, starts_at,
        ends_at
    )
    where match.id = new.id and match.version = new.before
    returning match.id
""")

# The rows above were written first: whoever takes a sequence has a transaction id by then, which
# is what readers of the feed rely on. The notification goes out with the commit.
_FEED: Final = text("""
    with fed as (
        insert into proposal_feed (
            match_id, version, need_id, line_id, offer_id, party_id, scheme, area, state, society,
            service, quantity, unit, value, is_known_to_party, at
        )
        select
            match.id, fact.version, match.need_id, match.line_id, match.offer_id, match.party_id,
            need.scheme, need.area, fact.state, match.society, match.service, match.quantity,
            match.unit, match.value, fact.is_known_to_party, fact.at
        from unnest(
            cast(:ids as uuid[]), cast(:versions as bigint[]), cast(:states as text[]),
            cast(:known as boolean[]), cast(:times as timestamptz[])
        ) with ordinality as fact (match_id, version, state, is_known_to_party, at, place)
        join match on match.id = fact.match_id
        join need on need.id = match.need_id
        order by fact.place
    )
    select pg_notify(:channel, '')
""")


class PostgresMatches(Matches):
    """The matches of the transaction that is open."""

    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session: Final = session
        self._outbox: Final = outbox

    @override
    async def get(self, match_id: MatchId) -> Match:
        return _only(await self._read(col(MatchRow.id) == match_id), match_id)

    @override
    async def lock(self, match_id: MatchId) -> Match:
        return _only(await self._lock(col(MatchRow.id) == match_id), match_id)

    @override
    async def lock_line(self, line_id: LineId) -> Sequence[Match]:
        return await self._lock(col(MatchRow.line_id) == line_id)

    @override
    async def lock_need(self, need_id: NeedId) -> Sequence[Match]:
        return await self._lock(col(MatchRow.need_id) == need_id)

    @override
    async def lock_offer(self, offer_id: OfferId) -> Sequence[Match]:
        return await self._lock(col(MatchRow.offer_id) == offer_id)

    @override
    async def lock_standing(self, party_id: PartyId) -> Sequence[Match]:
        is_standing = col(MatchRow.state).in_(sorted(state.value for state in STANDING))
        return await self._lock((col(MatchRow.party_id) == party_id) & is_standing)

    @override
    async def of_need(self, need_id: NeedId) -> Sequence[Match]:
        return await self._read(col(MatchRow.need_id) == need_id)

    @override
    async def save(self, changes: Sequence[MatchChange], *, note: str | None = None) -> None:
        await self._outbox.stage(self._session, await self.write(changes, note=note))

    async def write(
        self, changes: Sequence[MatchChange], *, note: str | None = None
    ) -> Sequence[Message]:
        """Write changes and their rows of the feed; return the events that are to be staged."""
        if not changes:
            return ()
        new = [change for change in changes if _is_new(change)]
        old = [change for change in changes if not _is_new(change)]
        await self._update(old, note)
        await self._insert(new)
        facts = [fact for change in changes for fact in change.facts]
        await self._feed(facts)
        return [message for change in changes for message in about_match(change)]

    @override
    async def mark_misfit(self, match: Match, misfit: Misfit | None, *, area: AreaRef) -> None:
        values = {
            "misfit_since": None if misfit is None else misfit.since,
            "misfit_rules": None if misfit is None else " ".join(misfit.rules),
        }
        connection = await self._session.connection()
        await connection.execute(
            update(MatchRow).where(col(MatchRow.id) == match.id).values(values)
        )
        if misfit is not None:
            await self._outbox.stage(self._session, [about_misfit(match, misfit, area)])

    async def _read(self, condition: ColumnElement[bool]) -> Sequence[Match]:
        wanted = rows_of(MatchRow).where(condition).order_by(col(MatchRow.id))
        return [to_match(row) for row in await fetch(self._session, wanted, MatchRow)]

    async def _lock(self, condition: ColumnElement[bool]) -> Sequence[Match]:
        wanted = (
            rows_of(MatchRow)
            .where(condition)
            .order_by(col(MatchRow.id))
            .with_for_update(key_share=True)
        )
        return [to_match(row) for row in await fetch(self._session, wanted, MatchRow)]

    async def _insert(self, changes: Sequence[MatchChange]) -> None:
        if not changes:
            return
        connection = await self._session.connection()
        rows = [{**match_values(change.state), "note": None} for change in changes]
        await connection.execute(insert(MatchRow), rows)

    async def _update(self, changes: Sequence[MatchChange], note: str | None) -> None:
        if not changes:
            return
        connection = await self._session.connection()
        values = _columns(changes)
        await connection.execute(_LOCK, {"ids": values["ids"]})
        try:
            result = await connection.execute(_UPDATE, {**values, "note": note})
        except IntegrityError as error:
            raise LineAlreadyFilled(line_id=changes[0].state.pairing.line_id) from error
        written = {row.id for row in result}
        for change in changes:
            if change.state.id not in written:
                raise MatchChangedMeanwhile(match_id=change.state.id)

    async def _feed(self, facts: Sequence[MatchFact]) -> None:
        if not facts:
            return
        connection = await self._session.connection()
        await connection.execute(
            _FEED,
            {
                "channel": FEED_CHANNEL,
                "ids": [fact.match.id for fact in facts],
                "versions": [fact.match.version for fact in facts],
                "states": [fact.match.state.value for fact in facts],
                "known": [fact.match.is_known_to_party for fact in facts],
                "times": [fact.at for fact in facts],
            },
        )


def _is_new(change: MatchChange) -> bool:
    return change.state.version == len(change.facts)


def _columns(changes: Sequence[MatchChange]) -> dict[str, list[Any]]:
    matches = [change.state for change in changes]
    appointments = [appointment_values(match) for match in matches]
    return {
        "ids": [match.id for match in matches],
        "before": [change.state.version - len(change.facts) for change in changes],
        "versions": [match.version for match in matches],
        "states": [match.state.value for match in matches],
        "asked": [match.asked_at for match in matches],
        "decided": [match.decided_at for match in matches],
        "reasons": [None if match.reason is None else match.reason.value for match in matches],
        "delivered": [match.delivered for match in matches],
        "sessions": [each["session_id"] for each in appointments],
        "starts": [each["starts_at"] for each in appointments],
        "ends": [each["ends_at"] for each in appointments],
    }


def _only(found: Sequence[Match], match_id: MatchId) -> Match:
    if not found:
        raise MatchNotKnown(match_id=match_id)
    return found[0]

"""No-shows and feedback in PostgreSQL, and what they amount to for each party."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col
from typing_extensions import override

from matching.adapters.postgres.asking_tables import FeedbackRow, NoShowRow
from matching.adapters.postgres.reading import fetch, rows_of
from matching.adapters.postgres.reliabilities import reliabilities
from matching.adapters.published import about_feedback, about_no_show
from matching.app.outcome_ports import FeedbackBook, NoShows, Reliabilities
from matching.domain.feedback import Feedback, FeedbackReason, Opinion, feedback_id
from matching.domain.identity import FeedbackId, MatchId, NeedId, NoShowId, PartyId
from matching.domain.no_show import Absent, NoShow, no_show_id
from matching.domain.side import Side

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.persistence.outbox import Outbox
    from matching.domain.feedback import FeedbackChange
    from matching.domain.no_show import NoShowChange
    from matching.domain.reliability import Reliability


class PostgresNoShows(NoShows):
    """The no-shows of the transaction that is open."""

    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session: Final = session
        self._outbox: Final = outbox

    @override
    async def find(self, match_id: MatchId, missed_on: date, side: Side) -> NoShow | None:
        wanted = rows_of(NoShowRow).where(
            col(NoShowRow.id) == no_show_id(match_id, missed_on, side)
        )
        rows = await fetch(self._session, wanted, NoShowRow)
        return _to_no_show(rows[0]) if rows else None

    @override
    async def of_match(self, match_id: MatchId) -> Sequence[NoShow]:
        wanted = (
            rows_of(NoShowRow)
            .where(col(NoShowRow.match_id) == match_id)
            .order_by(col(NoShowRow.missed_on), col(NoShowRow.said_by))
        )
        return [_to_no_show(row) for row in await fetch(self._session, wanted, NoShowRow)]

    @override
    async def save(self, change: NoShowChange) -> None:
        if not change.facts:
            return
        connection = await self._session.connection()
        await connection.execute(insert(NoShowRow), [_no_show_values(change.state)])
        await self._outbox.stage(self._session, list(about_no_show(change)))


class PostgresFeedbackBook(FeedbackBook):
    """The feedback of the transaction that is open."""

    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._session: Final = session
        self._outbox: Final = outbox

    @override
    async def find(self, match_id: MatchId, side: Side) -> Feedback | None:
        wanted = rows_of(FeedbackRow).where(col(FeedbackRow.id) == feedback_id(match_id, side))
        rows = await fetch(self._session, wanted, FeedbackRow)
        return _to_feedback(rows[0]) if rows else None

    @override
    async def of_match(self, match_id: MatchId) -> Sequence[Feedback]:
        wanted = (
            rows_of(FeedbackRow)
            .where(col(FeedbackRow.match_id) == match_id)
            .order_by(col(FeedbackRow.side))
        )
        return [_to_feedback(row) for row in await fetch(self._session, wanted, FeedbackRow)]

    @override
    async def save(self, change: FeedbackChange) -> None:
        if not change.facts:
            return
        values = _feedback_values(change.state)
        connection = await self._session.connection()
        await connection.execute(
            upsert(FeedbackRow)
            .values(values)
            .on_conflict_do_update(index_elements=["id"], set_=values)
        )
        await self._outbox.stage(self._session, list(about_feedback(change)))


class PostgresReliabilities(Reliabilities):
    """How parties have kept their word, in the transaction that is open."""

    def __init__(self, session: AsyncSession) -> None:
        self._session: Final = session

    @override
    async def of_parties(
        self, party_ids: Collection[PartyId], *, since: datetime
    ) -> Mapping[PartyId, Reliability]:
        return await reliabilities(self._session, party_ids, since=since)


def _to_no_show(row: NoShowRow) -> NoShow:
    return NoShow(
        id=NoShowId(row.id),
        match_id=MatchId(row.match_id),
        need_id=NeedId(row.need_id),
        party_id=PartyId(row.party_id),
        missed_on=row.missed_on,
        absent=Absent(row.absent),
        said_by=Side(row.said_by),
        by=row.by,
        at=row.at,
    )


def _no_show_values(no_show: NoShow) -> dict[str, Any]:
    return {
        "id": no_show.id,
        "match_id": no_show.match_id,
        "need_id": no_show.need_id,
        "party_id": no_show.party_id,
        "missed_on": no_show.missed_on,
        "absent": no_show.absent.value,
        "said_by": no_show.said_by.value,
        "by": no_show.by,
        "at": no_show.at,
    }


def _to_feedback(row: FeedbackRow) -> Feedback:
    return Feedback(
        id=FeedbackId(row.id),
        version=row.version,
        match_id=MatchId(row.match_id),
        need_id=NeedId(row.need_id),
        party_id=PartyId(row.party_id),
        side=Side(row.side),
        opinion=Opinion(
            rating=row.rating,
            reasons=frozenset(FeedbackReason(code) for code in row.reasons.split()),
            note=row.note,
        ),
        by=row.by,
        at=row.at,
    )


def _feedback_values(feedback: Feedback) -> dict[str, Any]:
    opinion = feedback.opinion
    return {
        "id": feedback.id,
        "version": feedback.version,
        "match_id": feedback.match_id,
        "need_id": feedback.need_id,
        "party_id": feedback.party_id,
        "side": feedback.side.value,
        "rating": opinion.rating,
        "reasons": " ".join(sorted(reason.value for reason in opinion.reasons)),
        "note": opinion.note,
        "by": feedback.by,
        "at": feedback.at,
    }

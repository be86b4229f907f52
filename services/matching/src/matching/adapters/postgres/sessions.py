"""Calendars and sessions in PostgreSQL; whatever the code does, nobody is booked twice at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col
from typing_extensions import override

from common.ids import new_id
from matching.adapters.postgres.partitions import pools_of
from matching.adapters.postgres.reading import fetch, rows_of
from matching.adapters.postgres.schedules import to_calendar, to_session, written
from matching.adapters.postgres.tables import CalendarRow, SessionRow
from matching.app.offer_ports import Scheduled, Sessions
from matching.domain.errors import SessionTaken
from matching.domain.identity import MatchId, OfferId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date, datetime

    from sqlmodel.ext.asyncio.session import AsyncSession

    from matching.domain.calendar import Span
    from matching.domain.offer import Offer
    from matching.domain.session import Session

_BEHIND: Final = text("""
    select calendar.id, calendar.version, calendar.hours, calendar.published_until
    from calendar join offer on offer.id = calendar.id
    where calendar.published_until < :last and offer.withdrawn_at is null
        and offer.pool_id = any(cast(:pools as uuid[]))
    order by calendar.id limit 200
""")

# What was ever booked stays, closed: a match says so for good, though it gave its seats back. What
# is at the same time as before keeps its id: whoever was asked for it goes on being asked.
_DROP: Final = text("""
    delete from session
    where offer_id = :offer and bookable_until > :at and held = 0
        and (starts_at, ends_at) not in (
            select * from unnest(cast(:starts as timestamptz[]), cast(:ends as timestamptz[]))
        )
        and not exists (select from session_hold where session_hold.session_id = session.id)
""")

_CLOSE: Final = text("""
    update session set is_closed = true where offer_id = :offer and bookable_until > :at
""")

_PUBLISH: Final = text("""
    insert into session (
        id, offer_id, party_id, starts_at, ends_at, bookable_until, weekday, seats, held,
        is_exclusive, is_closed
    )
    select
        id, :offer, :party, starts_at, ends_at, bookable_until, weekday, seats, 0, :is_exclusive,
        false
    from unnest(
        cast(:ids as uuid[]), cast(:starts as timestamptz[]), cast(:ends as timestamptz[]),
        cast(:until as timestamptz[]), cast(:days as text[]), cast(:seats as integer[])
    ) as span (id, starts_at, ends_at, bookable_until, weekday, seats)
    on conflict (offer_id, starts_at, ends_at) do update set
        seats = greatest(excluded.seats, session.held), is_closed = false,
        is_exclusive = excluded.is_exclusive, bookable_until = excluded.bookable_until,
        weekday = excluded.weekday
""")

_FORGET: Final = text("""
    delete from calendar where id = :offer
""")

_BESIDE: Final = text("""
    select id from offer
    where id = :offer or (
        openings is not null and party_id = (select party_id from offer where id = :offer)
    )
    order by id
""")

_BOOK: Final = text("""
    with booked as (update session set held = held + :quantity where id = :session)
    insert into session_hold (match_id, session_id, quantity)
    values (:match, :session, :quantity)
""")

_BOOKED: Final = text("""
    select match_id, session_id from session_hold
    where match_id = any(cast(:matches as uuid[])) and quantity > 0
""")

_GIVE_BACK: Final = text("""
    with given as (
        update session_hold set quantity = session_hold.quantity - :quantity
        where match_id = :match returning session_id
    )
    update session set held = held - :quantity from given where session.id = given.session_id
""")

# What clashes with something booked of the same giver is as good as full.
_REFRESH: Final = text("""
    with coming as (
        select
            session.offer_id, session.weekday, session.id, session.is_exclusive,
            extract(epoch from session.starts_at)::bigint as starts,
            extract(epoch from session.ends_at)::bigint as ends,
            extract(epoch from session.bookable_until)::bigint as until,
            case when session.is_closed or (session.is_exclusive and exists (
                select from session as other
                where other.party_id = session.party_id and other.id <> session.id
                    and other.is_exclusive and other.held > 0
                    and tstzrange(other.starts_at, other.ends_at)
                        && tstzrange(session.starts_at, session.ends_at)
            )) then 0 else session.seats - session.held end as free
        from session
        where session.offer_id = any(cast(:offers as uuid[])) and session.bookable_until > :at
    ), found as (
        select offer.id, offer.held + coalesce(
                (select sum(free) from coming where coming.offer_id = offer.id), 0
            ) as capacity, (
                select array_agg(coalesce((
                    select max(free) from coming
                    where coming.offer_id = offer.id
                        and (coming.weekday is null or coming.weekday = day.code)
                ), 0) order by day.number)
                from unnest(array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])
                    with ordinality as day (code, number)
            ) as openings, coalesce((
                select jsonb_agg(
                    jsonb_build_array(id, starts, ends, until, weekday, free, is_exclusive)
                    order by starts, id
                ) from coming where coming.offer_id = offer.id
            ), '[]'::jsonb) as sessions
        from offer join calendar on calendar.id = offer.id
        where offer.id = any(cast(:offers as uuid[]))
    )
    update offer set
        capacity = greatest(1, found.capacity), openings = found.openings,
        coming_sessions = found.sessions,
        revision = offer.revision + 1
    from found
    where offer.id = found.id
        and (offer.capacity, offer.openings, offer.coming_sessions) is distinct from
            (greatest(1, found.capacity), found.openings, found.sessions)
""")


class PostgresSessions(Sessions):
    """The calendars and sessions of the transaction that is open."""

    def __init__(self, session: AsyncSession) -> None:
        self._session: Final = session

    @override
    async def calendar(self, offer_id: OfferId) -> Scheduled | None:
        wanted = rows_of(CalendarRow).where(col(CalendarRow.id) == offer_id)
        rows = await fetch(self._session, wanted, CalendarRow)
        return _to_scheduled(rows[0]) if rows else None

    @override
    async def put(self, scheduled: Scheduled) -> None:
        values = {
            "version": scheduled.version,
            "hours": written(scheduled.calendar),
            "published_until": scheduled.published_until,
        }
        new = upsert(CalendarRow).values(id=scheduled.offer_id, **values)
        connection = await self._session.connection()
        await connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=values))

    @override
    async def behind(self, partitions: Collection[int], *, last: date) -> Sequence[Scheduled]:
        connection = await self._session.connection()
        values = {"last": last, "pools": await pools_of(connection, partitions)}
        return [_to_scheduled(row) for row in await connection.execute(_BEHIND, values)]

    @override
    async def publish(
        self, offer: Offer, spans: Sequence[Span], *, is_exclusive: bool, at: datetime
    ) -> None:
        connection = await self._session.connection()
        values = {"offer": offer.id, "at": at}
        coming = [span for span in spans if span.bookable_until > at]
        times = {
            "starts": [span.starts_at for span in coming],
            "ends": [span.ends_at for span in coming],
        }
        await connection.execute(_DROP, values | times)
        await connection.execute(_CLOSE, values)
        await connection.execute(
            _PUBLISH,
            {
                "offer": offer.id,
                "party": offer.supply.party_id,
                "is_exclusive": is_exclusive,
                **times,
                "ids": [new_id() for _ in coming],
                "until": [span.bookable_until for span in coming],
                "days": [None if span.weekday is None else span.weekday.value for span in coming],
                "seats": [span.seats for span in coming],
            },
        )

    @override
    async def forget(self, offer_id: OfferId, *, at: datetime) -> None:
        connection = await self._session.connection()
        values = {"offer": offer_id, "at": at}
        await connection.execute(_DROP, values | {"starts": [], "ends": []})
        await connection.execute(_CLOSE, values)
        await connection.execute(_FORGET, {"offer": offer_id})

    @override
    async def beside(self, offer_id: OfferId) -> Sequence[OfferId]:
        connection = await self._session.connection()
        rows = await connection.execute(_BESIDE, {"offer": offer_id})
        return [OfferId(row.id) for row in rows]

    @override
    async def of_giver(self, offer_id: OfferId, *, at: datetime) -> Sequence[Session]:
        giver = text("party_id = (select party_id from offer where id = :offer)")
        wanted = (
            rows_of(SessionRow)
            .where(giver.bindparams(offer=offer_id), col(SessionRow.ends_at) > at)
            .order_by(col(SessionRow.starts_at), col(SessionRow.id))
        )
        return [to_session(row) for row in await fetch(self._session, wanted, SessionRow)]

    @override
    async def book(self, match_id: MatchId, session: Session, quantity: int) -> None:
        connection = await self._session.connection()
        values = {"match": match_id, "session": session.id, "quantity": quantity}
        try:
            await connection.execute(_BOOK, values)
        except IntegrityError as error:
            raise SessionTaken(offer_id=session.offer_id) from error

    @override
    async def booked(self, match_ids: Collection[MatchId]) -> Mapping[MatchId, Session]:
        connection = await self._session.connection()
        rows = (await connection.execute(_BOOKED, {"matches": list(match_ids)})).all()
        wanted = rows_of(SessionRow).where(col(SessionRow.id).in_({row.session_id for row in rows}))
        known = {row.id: to_session(row) for row in await fetch(self._session, wanted, SessionRow)}
        return {MatchId(row.match_id): known[row.session_id] for row in rows}

    @override
    async def give_back(self, match_id: MatchId, quantity: int) -> None:
        connection = await self._session.connection()
        await connection.execute(_GIVE_BACK, {"match": match_id, "quantity": quantity})

    @override
    async def refresh(self, offer_ids: Collection[OfferId], *, at: datetime) -> None:
        connection = await self._session.connection()
        await connection.execute(_REFRESH, {"offers": list(offer_ids), "at": at})


def _to_scheduled(row: Any) -> Scheduled:  # noqa: ANN401 - a row of the table, or of a join with it
    return Scheduled(OfferId(row.id), row.version, to_calendar(row.hours), row.published_until)

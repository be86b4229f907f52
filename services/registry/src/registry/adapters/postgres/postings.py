"""Postings in PostgreSQL: an exclusion constraint keeps full-time ones apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import distinct, exists, func, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from typing_extensions import override

from common.clearance import cleared, system
from common.paging import cut
from registry.adapters.postgres.integrity import broken_rule
from registry.adapters.postgres.many_rows import insert_many, is_among
from registry.adapters.postgres.profile_tables import PostingRow, SocialWorkerRow
from registry.adapters.postgres.station_tables import StationRow
from registry.adapters.postgres.tables import PartyRow
from registry.app.ports.mergers import Following
from registry.app.ports.postings import PostingFilter, Postings
from registry.domain.errors.profiles import (
    PostingNotFound,
    PostingsOverlap,
    ProfileChangedMeanwhile,
)
from registry.domain.party import PartyId
from registry.domain.posting import Posting, PostingId
from registry.domain.staffing import Posted
from registry.domain.station import StationId

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from typing import Any
    from uuid import UUID

    from sqlalchemy import ColumnElement

    from common.areas import Areas
    from common.grants import Scope
    from common.paging import Key, Slice, Window
    from common.persistence.unit_of_work import UnitOfWork

RULE: Final = "one_full_time_posting_a_day"


class PostgresPostings(Postings, Following):
    """The postings of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def people(self, station_id: StationId, /, *, on: date) -> Posted | None:
        is_there = or_(col(PostingRow.ends_on).is_(None), col(PostingRow.ends_on) >= on)
        workers = func.count(distinct(col(PostingRow.worker_id)))
        wanted = (
            select(
                func.count(),
                workers.filter(is_there, col(PostingRow.is_full_time)),
                workers.filter(is_there),
                workers.filter(is_there, col(SocialWorkerRow.level).is_not(None)),
            )
            .select_from(PostingRow)
            .outerjoin(SocialWorkerRow, col(SocialWorkerRow.party_id) == col(PostingRow.worker_id))
            .where(col(PostingRow.station_id) == station_id, col(PostingRow.starts_on) <= on)
        )
        # The rule of a station counts everybody there, wherever the caller may look.
        with cleared(system("postings of a station")):
            async with self._unit_of_work.transaction() as session:
                ever, full_time, staff, certified = (await session.exec(wanted)).one()
        if not ever:
            return None
        return Posted(full_time=full_time, part_time=staff - full_time, certified=certified)

    @override
    async def not_ended_by(self, station_id: StationId, /, *, day: date) -> int:
        goes_on = or_(col(PostingRow.ends_on).is_(None), col(PostingRow.ends_on) > day)
        counted = select(func.count()).where(col(PostingRow.station_id) == station_id, goes_on)
        with cleared(system("postings of a station")):
            async with self._unit_of_work.transaction() as session:
                return (await session.exec(counted)).one()

    @override
    async def get(self, posting_id: PostingId, /) -> Posting:
        wanted = select(PostingRow).where(col(PostingRow.id) == posting_id)
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(wanted)).first()
        if row is None:
            raise PostingNotFound(posting_id=posting_id)
        return _to_posting(row)

    @override
    async def find(self, posting_id: PostingId, scope: Scope, /) -> Posting | None:
        wanted = select(PostingRow).where(col(PostingRow.id) == posting_id, self._reached_by(scope))
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(wanted)).first()
        return None if row is None else _to_posting(row)

    @override
    async def among(self, *, ids: Collection[UUID], workers: Collection[UUID]) -> Sequence[Posting]:
        is_meant = or_(
            is_among(col(PostingRow.id), ids), is_among(col(PostingRow.worker_id), workers)
        )
        wanted = select(PostingRow).where(is_meant).order_by(col(PostingRow.id))
        async with self._unit_of_work.transaction() as session:
            return [_to_posting(row) for row in await session.exec(wanted)]

    @override
    async def add_all(self, postings: Sequence[Posting], /) -> None:
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    await insert_many(session, PostingRow, [_to_values(each) for each in postings])
            except IntegrityError as error:
                raise _refusal(error, postings[0].worker_id) from error

    @override
    async def add(self, posting: Posting, /) -> None:
        await self.add_all([posting])

    @override
    async def save(self, posting: Posting, /) -> None:
        unchanged = (col(PostingRow.id) == posting.id) & (
            col(PostingRow.version) == posting.version - 1
        )
        statement = update(PostingRow).where(unchanged).values(**_to_values(posting))
        if await self._write(posting, statement) == 0:
            raise ProfileChangedMeanwhile(party_id=posting.worker_id)

    @override
    async def page(self, wanted: PostingFilter, scope: Scope, window: Window, /) -> Slice[Posting]:
        statement = (
            select(PostingRow)
            .where(self._reached_by(scope))
            .order_by(col(PostingRow.id))
            .limit(window.probe)
        )
        if wanted.station_id is not None:
            statement = statement.where(col(PostingRow.station_id) == wanted.station_id)
        if wanted.worker_id is not None:
            statement = statement.where(col(PostingRow.worker_id) == wanted.worker_id)
        if window.after is not None:
            statement = statement.where(col(PostingRow.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        return cut([_to_posting(row) for row in rows], window, _key)

    @override
    async def follow(self, merged_id: PartyId, survivor_id: PartyId, /) -> None:
        moved = (
            update(PostingRow)
            .where(col(PostingRow.worker_id) == merged_id)
            .values(worker_id=survivor_id, version=col(PostingRow.version) + 1)
        )
        await self._run(survivor_id, moved)

    def _reached_by(self, scope: Scope) -> ColumnElement[bool]:
        at_station = exists().where(
            col(StationRow.id) == col(PostingRow.station_id),
            self._areas.within(scope, col(StationRow.scheme), col(StationRow.area)),
        )
        of_worker = exists().where(
            col(PartyRow.id) == col(PostingRow.worker_id),
            or_(
                self._areas.within(scope, col(PartyRow.scheme), col(PartyRow.area)),
                col(PartyRow.id).in_(scope.orgs),
            ),
        )
        return or_(at_station, of_worker)

    async def _write(self, posting: Posting, statement: Any) -> int:  # noqa: ANN401 - of any kind
        return await self._run(posting.worker_id, statement)

    async def _run(self, worker_id: PartyId, statement: Any) -> int:  # noqa: ANN401
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    written = await session.exec(statement)
            except IntegrityError as error:
                raise _refusal(error, worker_id) from error
        return int(written.rowcount)


def _refusal(
    error: IntegrityError, worker_id: PartyId
) -> PostingsOverlap | ProfileChangedMeanwhile:
    if broken_rule(error) == RULE:
        return PostingsOverlap(worker_id=worker_id)
    return ProfileChangedMeanwhile(party_id=worker_id)


def _key(posting: Posting) -> Key:
    return (posting.id,)


def _to_posting(row: PostingRow) -> Posting:
    return Posting(
        id=PostingId(row.id),
        version=row.version,
        worker_id=PartyId(row.worker_id),
        station_id=StationId(row.station_id),
        is_full_time=row.is_full_time,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _to_values(posting: Posting) -> dict[str, object]:
    return {
        "id": posting.id,
        "version": posting.version,
        "worker_id": posting.worker_id,
        "station_id": posting.station_id,
        "is_full_time": posting.is_full_time,
        "starts_on": posting.starts_on,
        "ends_on": posting.ends_on,
    }

"""Stations in PostgreSQL: the row is guarded by its version, its events go with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from typing_extensions import override

from common.paging import cut
from registry.adapters.postgres.integrity import broken_rule
from registry.adapters.postgres.many_rows import insert_many, is_among
from registry.adapters.postgres.station_records import record
from registry.adapters.postgres.station_rows import to_station, to_values
from registry.adapters.postgres.station_tables import StationRow
from registry.adapters.published_stations import about_station
from registry.app.ports.stations import StationFilter, Stations
from registry.domain.errors.stations import (
    AreaAlreadyServed,
    StationChangedMeanwhile,
    StationIdTaken,
    StationNotFound,
)
from registry.domain.station import Station, StationFact, StationId, StationStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.change import Change
    from common.grants import Scope
    from common.paging import Key, Slice, Window
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork

ONE_OPEN: Final = "one_open_station_for_each_tier_and_area"


class PostgresStations(Stations):
    """The stations of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox
        self._areas: Final = areas

    @override
    async def get(self, station_id: StationId, /) -> Station:
        found = await self.find_many([station_id])
        if station_id not in found:
            raise StationNotFound(station_id=station_id)
        return found[station_id]

    @override
    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, Station]:
        return await self._read(is_among(col(StationRow.id), ids))

    @override
    async def hold(self, ids: Collection[UUID], /) -> Mapping[UUID, Station]:
        return await self._read(is_among(col(StationRow.id), ids), is_held=True)

    @override
    async def below(self, station_id: StationId, /) -> Sequence[Station]:
        is_left = (col(StationRow.parent_id) == station_id) & col(StationRow.closed_on).is_(None)
        return tuple((await self._read(is_left, is_held=True)).values())

    @override
    async def add_all(self, changes: Sequence[Change[Station, StationFact]], /) -> None:
        if not changes:
            return
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    await self._insert(session, changes)
            except IntegrityError as error:
                raise _refusal(error, changes[0].state) from error

    @override
    async def save(self, change: Change[Station, StationFact], /) -> None:
        station = change.state
        before = station.version - len(change.facts)
        unchanged = (col(StationRow.id) == station.id) & (col(StationRow.version) == before)
        statement = update(StationRow).where(unchanged).values(**to_values(station))
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    written = await session.exec(statement)
            except IntegrityError as error:
                raise _refusal(error, station) from error
            if written.rowcount == 0:
                raise StationChangedMeanwhile(station_id=station.id)
            await self._tell(session, change.facts)

    @override
    async def page(self, wanted: StationFilter, scope: Scope, window: Window, /) -> Slice[Station]:
        statement = (
            select(StationRow)
            .where(self._lie_within(scope), *self._claims(wanted))
            .order_by(col(StationRow.id))
            .limit(window.probe)
        )
        if window.after is not None:
            statement = statement.where(col(StationRow.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        return cut([to_station(row) for row in rows], window, _key)

    async def _read(
        self, claim: ColumnElement[bool], *, is_held: bool = False
    ) -> Mapping[UUID, Station]:
        wanted = select(StationRow).where(claim).order_by(col(StationRow.id))
        if is_held:
            # What this session has read before may be otherwise by the time the lock is had.
            wanted = wanted.with_for_update().execution_options(populate_existing=True)
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted)).all()
        return {row.id: to_station(row) for row in rows}

    async def _insert(
        self, session: AsyncSession, changes: Sequence[Change[Station, StationFact]]
    ) -> None:
        rows = [to_values(change.state) for change in changes]
        await insert_many(session, StationRow, rows)
        await self._tell(session, [fact for change in changes for fact in change.facts])

    async def _tell(self, session: AsyncSession, facts: Sequence[StationFact]) -> None:
        messages = [about_station(fact) for fact in facts]
        await record(session, facts, messages)
        await self._outbox.stage(session, messages)

    def _lie_within(self, scope: Scope) -> ColumnElement[bool]:
        return self._areas.within(scope, col(StationRow.scheme), col(StationRow.area))

    def _claims(self, wanted: StationFilter) -> Iterator[ColumnElement[bool]]:
        if wanted.within is not None:
            roots = frozenset({wanted.within})
            yield self._areas.under(roots, col(StationRow.scheme), col(StationRow.area))
        if wanted.scheme is not None:
            yield col(StationRow.scheme) == wanted.scheme.value
        if wanted.tier is not None:
            yield col(StationRow.tier) == wanted.tier.value
        if wanted.status is not None:
            yield _stands(wanted.status)
        if wanted.kind is not None:
            yield col(StationRow.kind) == wanted.kind.value
        if wanted.mode is not None:
            yield col(StationRow.operating_mode) == wanted.mode.value
        for column, station_id in (
            (StationRow.parent_id, wanted.parent),
            (StationRow.merged_into, wanted.merged_into),
            (StationRow.split_from, wanted.split_from),
        ):
            if station_id is not None:
                yield col(column) == station_id
        if wanted.operator is not None:
            yield col(StationRow.operator_id) == wanted.operator


def _stands(status: StationStatus) -> ColumnElement[bool]:
    is_begun = col(StationRow.building_on).is_not(None)
    has_opened = col(StationRow.opened_on).is_not(None)
    has_closed = col(StationRow.closed_on).is_not(None)
    has_merged = col(StationRow.merged_into).is_not(None)
    match status:
        case StationStatus.PLANNED:
            return ~has_opened & ~is_begun
        case StationStatus.BUILDING:
            return ~has_opened & is_begun
        case StationStatus.OPEN:
            return has_opened & ~has_closed
        case StationStatus.MERGED:
            return has_closed & has_merged
        case StationStatus.CLOSED:
            return has_closed & ~has_merged


def _key(station: Station) -> Key:
    return (station.id,)


def _refusal(error: IntegrityError, station: Station) -> AreaAlreadyServed | StationIdTaken:
    if broken_rule(error) == ONE_OPEN:
        return AreaAlreadyServed(
            tier=station.tier, scheme=station.area.scheme, area=station.area.code
        )
    return StationIdTaken(station_id=station.id)

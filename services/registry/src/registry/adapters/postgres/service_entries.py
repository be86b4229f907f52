"""The service list in PostgreSQL: what is confidential stands in rows with a wall of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import exists, insert, or_, true, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from typing_extensions import override

from common.paging import cut
from common.persistence.keyset import after
from registry.adapters.postgres.service_rows import entry_values, site_values, to_entry
from registry.adapters.postgres.service_tables import ServiceEntryRow, ServiceSiteRow
from registry.adapters.postgres.station_tables import StationRow
from registry.adapters.postgres.tables import PartyRow
from registry.adapters.published_services import about_service_entry
from registry.app.ports.service_entries import EntryFilter, ServiceEntries
from registry.domain.errors.service_list import (
    ServiceEntryChangedMeanwhile,
    ServiceEntryIdTaken,
    ServiceEntryNotFound,
)
from registry.domain.service_entry import EntryId, EntryStatus, ServiceEntry, ServiceEntryFact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from sqlalchemy import ColumnElement

    from common.areas import Areas
    from common.change import Change
    from common.grants import Scope
    from common.paging import Key, Slice, Window
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork


class PostgresServiceEntries(ServiceEntries):
    """The entries of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox
        self._areas: Final = areas

    @override
    async def get(self, entry_id: EntryId, /) -> ServiceEntry:
        found = await self.find(entry_id)
        if found is None:
            raise ServiceEntryNotFound(entry_id=entry_id)
        return found

    @override
    async def find(self, entry_id: EntryId, /) -> ServiceEntry | None:
        found = await self._read([col(ServiceEntryRow.id) == entry_id], None)
        return found[0] if found else None

    @override
    async def among(
        self, *, ids: Collection[UUID], providers: Collection[UUID]
    ) -> Sequence[ServiceEntry]:
        is_meant = or_(
            col(ServiceEntryRow.id).in_(ids),
            col(ServiceEntryRow.station_id).in_(providers),
            col(ServiceEntryRow.party_id).in_(providers),
        )
        return await self._read([is_meant], None)

    @override
    async def of_station(self, station_id: UUID, /) -> Sequence[ServiceEntry]:
        is_left = col(ServiceEntryRow.withdrawn_on).is_(None)
        return await self._read([col(ServiceEntryRow.station_id) == station_id, is_left], None)

    @override
    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, ServiceEntry]:
        if not ids:
            return {}
        found = await self._read([col(ServiceEntryRow.id).in_(ids)], None)
        return {entry.id: entry for entry in found}

    @override
    async def add(self, change: Change[ServiceEntry, ServiceEntryFact], /) -> None:
        await self.add_all([change])

    @override
    async def add_all(self, changes: Sequence[Change[ServiceEntry, ServiceEntryFact]], /) -> None:
        if not changes:
            return
        new = [change.state for change in changes]
        rows = insert(ServiceEntryRow).values([entry_values(entry) for entry in new])
        sites = insert(ServiceSiteRow).values([site_values(entry) for entry in new])
        facts = [about_service_entry(fact) for change in changes for fact in change.facts]
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    await session.exec(rows)
                    await session.exec(sites)
            except IntegrityError as error:
                raise ServiceEntryIdTaken(entry_id=new[0].id) from error
            await self._outbox.stage(session, facts)

    @override
    async def save(self, change: Change[ServiceEntry, ServiceEntryFact], /) -> None:
        entry = change.state
        before = entry.version - len(change.facts)
        unchanged = (col(ServiceEntryRow.id) == entry.id) & (col(ServiceEntryRow.version) == before)
        statement = update(ServiceEntryRow).where(unchanged).values(**entry_values(entry))
        of_entry = col(ServiceSiteRow.service_entry_id) == entry.id
        async with self._unit_of_work.transaction() as session:
            written = await session.exec(statement)
            if written.rowcount == 0:
                raise ServiceEntryChangedMeanwhile(entry_id=entry.id)
            await session.exec(update(ServiceSiteRow).where(of_entry).values(**site_values(entry)))
            await self._outbox.stage(session, [about_service_entry(fact) for fact in change.facts])

    @override
    async def page(
        self, wanted: EntryFilter, scope: Scope, window: Window, /
    ) -> Slice[ServiceEntry]:
        found = await self._read([self._is_of(scope), *self._claims(wanted)], window)
        return cut(found, window, _key)

    @override
    async def page_for_everybody(
        self, wanted: EntryFilter, window: Window, /
    ) -> Slice[ServiceEntry]:
        claims = [_is_shown(wanted.on), *self._claims(wanted)]
        return cut(await self._read(claims, window), window, _key)

    @override
    async def find_for_everybody(self, entry_id: EntryId, /, *, on: date) -> ServiceEntry | None:
        found = await self._read([col(ServiceEntryRow.id) == entry_id, _is_shown(on)], None)
        return found[0] if found else None

    async def _read(
        self, claims: Sequence[ColumnElement[bool]], window: Window | None
    ) -> list[ServiceEntry]:
        of_entry = col(ServiceSiteRow.service_entry_id) == col(ServiceEntryRow.id)
        statement = (
            select(ServiceEntryRow, ServiceSiteRow)
            .outerjoin(ServiceSiteRow, of_entry)
            .where(*claims)
            .order_by(col(ServiceEntryRow.id))
            .execution_options(populate_existing=True)
        )
        if window is not None:
            following = after(window, col(ServiceEntryRow.id))
            statement = statement.where(following).limit(window.probe)
        async with self._unit_of_work.transaction() as session:
            rows: Sequence[Any] = (await session.exec(statement)).all()
        return [to_entry(entry, site) for entry, site in rows]

    def _is_of(self, scope: Scope) -> ColumnElement[bool]:
        if scope.is_everywhere:
            return true()
        station_in = self._areas.within(scope, col(StationRow.scheme), col(StationRow.area))
        party_in = self._areas.within(scope, col(PartyRow.scheme), col(PartyRow.area))
        of_station = col(StationRow.id) == col(ServiceEntryRow.station_id)
        of_party = col(PartyRow.id) == col(ServiceEntryRow.party_id)
        return or_(
            col(ServiceEntryRow.party_id).in_(scope.orgs),
            exists().where(of_station, station_in),
            exists().where(of_party, party_in),
        )

    def _claims(self, wanted: EntryFilter) -> Iterator[ColumnElement[bool]]:
        if wanted.within is not None:
            roots = frozenset({wanted.within})
            yield self._areas.under(roots, col(ServiceEntryRow.scheme), col(ServiceEntryRow.area))
        if wanted.status is not None:
            yield _stands(wanted.status, wanted.on)
        if wanted.station is not None:
            yield col(ServiceEntryRow.station_id) == wanted.station
        if wanted.party is not None:
            yield col(ServiceEntryRow.party_id) == wanted.party
        if wanted.service is not None:
            yield col(ServiceEntryRow.service) == wanted.service.value
        if wanted.cost is not None:
            yield col(ServiceEntryRow.cost) == wanted.cost.value
        if wanted.audience is not None:
            named: Any = ServiceEntryRow.audiences
            # Whoever names nobody means everybody.
            yield or_(named == [], named.contains([wanted.audience.value]))


def _stands(status: EntryStatus, on: date) -> ColumnElement[bool]:
    is_left = col(ServiceEntryRow.withdrawn_on).is_(None)
    is_fresh = col(ServiceEntryRow.lapses_on) >= on
    match status:
        case EntryStatus.LISTED:
            return is_left & is_fresh
        case EntryStatus.LAPSED:
            return is_left & ~is_fresh
        case EntryStatus.WITHDRAWN:
            return ~is_left


def _is_shown(on: date) -> ColumnElement[bool]:
    last = col(ServiceEntryRow.offered_until)
    is_open = (
        (col(StationRow.id) == col(ServiceEntryRow.station_id))
        & col(StationRow.opened_on).is_not(None)
        & col(StationRow.closed_on).is_(None)
    )
    is_active = (col(PartyRow.id) == col(ServiceEntryRow.party_id)) & col(
        PartyRow.suspended_on
    ).is_(None)
    return (
        _stands(EntryStatus.LISTED, on)
        & or_(last.is_(None), last >= on)
        & or_(exists().where(is_open), exists().where(is_active))
    )


def _key(entry: ServiceEntry) -> Key:
    return (entry.id,)

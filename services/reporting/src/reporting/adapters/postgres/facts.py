"""The facts in PostgreSQL."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy
from sqlalchemy import ARRAY, Uuid, any_, cast
from sqlmodel import col, select
from typing_extensions import override

from common.areas import AreaListRow, AreaRow
from common.paging import Window, cut
from common.persistence.keyset import after
from common.vocabulary import AreaLevel
from reporting.adapters.postgres.intake import puts_of
from reporting.adapters.postgres.puts import put_in
from reporting.adapters.postgres.readings import to_need, to_span
from reporting.adapters.postgres.tables import (
    LineRow,
    MatchRow,
    NeedRow,
    ReportRow,
    ServiceRow,
    StationRow,
)
from reporting.app.ports import Edition, Facts
from reporting.domain.coverage import Township
from reporting.domain.errors import NeedNotReported
from reporting.domain.timeline import NeedState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement, Row, Select
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.grants import Scope
    from common.messaging.event import Envelope, Event
    from common.paging import Slice
    from common.places import AreaRef
    from reporting.app.ports import NeedFilter
    from reporting.domain.coverage import StationSpan
    from reporting.domain.facts import NeedFacts


AT_ONCE: Final = 500

_is_closed = col(NeedRow.closed_at).is_not(None)
_is_withdrawn = col(NeedRow.withdrawn_at).is_not(None)
_IS_IN_STATE: Final[Mapping[NeedState, ColumnElement[bool]]] = {
    NeedState.OPEN: ~_is_closed & ~_is_withdrawn,
    NeedState.WITHDRAWN: ~_is_closed & _is_withdrawn,
    NeedState.MET: _is_closed & col(NeedRow.is_met),
    NeedState.UNMET: _is_closed & ~col(NeedRow.is_met),
}


class PostgresFacts(Facts):
    """Takes facts in and gives them out whole."""

    def __init__(self, session: AsyncSession, areas: Areas) -> None:
        self._session: Final = session
        self._areas: Final = areas

    @override
    async def take(self, events: Sequence[Envelope[Event]], /) -> None:
        puts = (put for event in events for put in puts_of(event))
        await put_in(await self._session.connection(), puts)

    @override
    async def need(self, need_id: UUID, /, *, within: Scope) -> NeedFacts:
        inside = self._areas.within(within, col(NeedRow.scheme), col(NeedRow.area))
        found = await self._needs(col(NeedRow.need_id) == need_id, inside)
        if not found:
            raise NeedNotReported(need_id=need_id)
        return found[0]

    @override
    async def needs_of(self, area: AreaRef, /, *, by: datetime) -> AsyncIterator[NeedFacts]:
        inside = self._areas.under(frozenset({area}), col(NeedRow.scheme), col(NeedRow.area))
        window: Window | None = Window(limit=AT_ONCE)
        # A part at a time: the event loop serves others in between, and memory stays small.
        while window is not None:
            start = after(window, col(NeedRow.need_id))
            found = await self._needs(
                inside, col(NeedRow.submitted_at) <= by, start, limit=window.limit
            )
            for need in found:
                yield need
            is_last = len(found) < window.limit
            window = None if is_last else Window(limit=AT_ONCE, after=(found[-1].need_id,))

    @override
    async def page_of_needs(
        self, wanted: NeedFilter, window: Window, /, *, within: Scope
    ) -> Slice[NeedFacts]:
        found = await self._needs(
            *self._matching(wanted),
            self._areas.within(within, col(NeedRow.scheme), col(NeedRow.area)),
            after(window, col(NeedRow.need_id)),
            limit=window.probe,
        )
        return cut(found, window, lambda need: (need.need_id,))

    @override
    async def townships_of(self, area: AreaRef, /) -> Sequence[Township]:
        inside = self._areas.under(frozenset({area}), col(AreaRow.scheme), col(AreaRow.code))
        formal = (
            select(AreaRow.code, AreaRow.name)
            .where(inside, col(AreaRow.level) == AreaLevel.TOWNSHIP.value, col(AreaRow.is_formal))
            .order_by(col(AreaRow.code))
        )
        return [Township(code, name) for code, name in (await self._session.exec(formal)).all()]

    @override
    async def stations_of(self, area: AreaRef, /) -> Sequence[StationSpan]:
        inside = self._areas.under(frozenset({area}), col(StationRow.scheme), col(StationRow.area))
        opened = _columns(StationRow).where(inside, col(StationRow.opened_on).is_not(None))
        return [to_span(row) for row in await self._rows(opened)]

    @override
    async def edition_of(self, area: AreaRef, /) -> Edition:
        listed = (
            select(col(AreaListRow.edition))
            .join(AreaRow, col(AreaRow.list_id) == col(AreaListRow.list_id))
            .where(col(AreaRow.scheme) == area.scheme.value, col(AreaRow.code) == area.code)
        )
        edition = (await self._session.exec(listed)).first()
        return Edition(scheme=area.scheme, edition=edition)

    def _matching(self, wanted: NeedFilter) -> Iterable[ColumnElement[bool]]:
        if wanted.scheme is not None:
            yield col(NeedRow.scheme) == wanted.scheme.value
        if wanted.state is not None:
            yield _IS_IN_STATE[wanted.state]
        if wanted.within is not None:
            roots = frozenset({wanted.within})
            yield self._areas.under(roots, col(NeedRow.scheme), col(NeedRow.area))

    async def _needs(
        self, *conditions: ColumnElement[bool], limit: int | None = None
    ) -> Sequence[NeedFacts]:
        # A need of which only matches are known so far is not a need yet.
        known = (
            _columns(NeedRow)
            .where(col(NeedRow.submitted_at).is_not(None), *conditions)
            .order_by(col(NeedRow.need_id))
            .limit(limit)
        )
        rows = await self._rows(known)
        ids = [row.need_id for row in rows]
        lines = await self._children(LineRow, ids, LineRow.place, LineRow.line_id)
        matches = await self._children(MatchRow, ids, MatchRow.proposed_at, MatchRow.match_id)
        services = await self._children(ServiceRow, ids, ServiceRow.recorded_at)
        return [
            to_need(row, lines[row.need_id], matches[row.need_id], services[row.need_id])
            for row in rows
        ]

    async def _children(
        self,
        child: type[LineRow | MatchRow | ServiceRow],
        need_ids: Sequence[UUID],
        *order: Any,  # noqa: ANN401 - columns of whichever kind
    ) -> Mapping[UUID, Sequence[Row[Any]]]:
        by_need: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
        if need_ids:
            wanted = any_(cast(need_ids, ARRAY(Uuid)))
            of_these = _columns(child).where(col(child.need_id) == wanted).order_by(*order)
            for row in await self._rows(of_these):
                by_need[row.need_id].append(row)
        return by_need

    async def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        connection = await self._session.connection()
        rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
        return rows


def _columns(table: type[ReportRow]) -> Select[Any]:
    """Return a query for plain rows: figures read many thousands, and objects would cost more."""
    return sqlalchemy.select(table.__table__)  # type: ignore[attr-defined]

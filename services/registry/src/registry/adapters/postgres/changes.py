"""What changed, in PostgreSQL, in the order of transactions.

A row's place is the id of its transaction, and within that a number. A reader goes as far as the
oldest transaction that still runs and no farther: all with lower ids have ended, so nothing will
ever appear before the place that was read. Ids of transactions begin anew in a database that was
restored from a dump; so the identity of the database cluster, which grows with time, comes first.
The price is that any long write in the database server holds the record back for as long as it
takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, text, tuple_
from sqlmodel import col, select
from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.adapters.postgres.change_tables import ChangeRow
from registry.app.ports.changes import Changes, Stretch
from registry.domain.change import ThingChanged, ThingKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

    from common.areas import Areas
    from common.grants import Scope
    from common.paging import Window
    from common.persistence.unit_of_work import UnitOfWork
    from registry.app.ports.changes import ChangeFilter

_HORIZON: Final = text("""
    select system_identifier as cluster,
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint as txid
    from pg_control_system()
""")
_PLACE: Final = (col(ChangeRow.cluster), col(ChangeRow.txid), col(ChangeRow.place))
_TOPICS: Final = {f"registry.{kind.value}": kind for kind in ThingKind}


class PostgresChanges(Changes):
    """What changed, as of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def after(self, wanted: ChangeFilter, scope: Scope, window: Window, /) -> Stretch:
        async with self._unit_of_work.transaction() as session:
            # Before the rows are read: what had ended by then they show.
            horizon = (await (await session.connection()).execute(_HORIZON)).one()
            final = or_(
                col(ChangeRow.cluster) != horizon.cluster, col(ChangeRow.txid) < horizon.txid
            )
            statement = (
                select(ChangeRow)
                .where(final, *self._claims(wanted, scope))
                .order_by(*_PLACE)
                .limit(window.probe)
            )
            if window.after is not None:
                statement = statement.where(tuple_(*_PLACE) > tuple_(*window.after))
            rows = (await session.exec(statement)).all()
        items = rows[: window.limit]
        is_more = len(rows) > window.limit
        last = items[-1] if is_more else None
        return Stretch(
            items=tuple(_to_change(row) for row in items),
            # Nobody with rows to read is sent back to the beginning of what they may not see.
            until=(last.cluster, last.txid, last.place)
            if last
            else (horizon.cluster, horizon.txid, 0),
            is_more=is_more,
        )

    def _claims(self, wanted: ChangeFilter, scope: Scope) -> Iterator[ColumnElement[bool]]:
        scheme, area, topic = (
            col(each) for each in (ChangeRow.scheme, ChangeRow.area, ChangeRow.topic)
        )
        yield self._areas.within(scope, scheme, area)
        if wanted.within is not None:
            yield self._areas.under(frozenset({wanted.within}), scheme, area)
        if wanted.scheme is not None:
            yield scheme == wanted.scheme.value
        yield topic.in_([name for name, kind in _TOPICS.items() if wanted.kind in {None, kind}])


def _to_change(row: ChangeRow) -> ThingChanged:
    return ThingChanged(
        kind=_TOPICS[row.topic],
        id=row.thing_id,
        version=row.version,
        area=AreaRef(AreaScheme(row.scheme), row.area),
        at=row.at,
        is_gone=row.is_over or row.has_left,
    )

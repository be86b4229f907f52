"""Supervisions in PostgreSQL; that nobody is supervised twice by one is kept by the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select
from sqlmodel import col
from typing_extensions import override

from common.paging import cut
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.adapters.postgres.records import PostgresRecords
from registry.adapters.postgres.supervision_tables import SupervisionRow
from registry.adapters.published_profession import about_supervision
from registry.app.ports.supervisions import Loads, SupervisionFilter
from registry.domain.errors.supervisions import (
    SupervisionChangedMeanwhile,
    SupervisionIdTaken,
    SupervisionOverlaps,
)
from registry.domain.supervision import (
    Supervision,
    SupervisionFact,
    SupervisionId,
    SupervisorLoad,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import ColumnElement

    from common.errors import Conflict
    from common.grants import Scope
    from common.messaging.event import Message
    from common.paging import Slice, Window

ONCE_AT_A_TIME: Final = "one_supervision_of_two_people_at_a_time"


class PostgresSupervisions(
    PostgresRecords[Supervision, SupervisionFact, SupervisionFilter, SupervisionRow], Loads
):
    """The supervisions of the transaction that is open."""

    row = SupervisionRow

    @property
    @override
    def rules(self) -> Mapping[str, Callable[[Supervision], Conflict]]:
        return {
            "": lambda supervision: SupervisionIdTaken(supervision_id=supervision.id),
            ONCE_AT_A_TIME: lambda supervision: SupervisionOverlaps(supervision_id=supervision.id),
        }

    @override
    def changed(self, record: Supervision) -> Conflict:
        return SupervisionChangedMeanwhile(supervision_id=record.id)

    @override
    def told(self, fact: SupervisionFact) -> Message:
        return about_supervision(fact)

    @override
    def claims(self, wanted: SupervisionFilter) -> Iterator[ColumnElement[bool]]:
        yield from self.placed(wanted)
        if wanted.supervisor is not None:
            yield col(SupervisionRow.supervisor_id) == wanted.supervisor
        if wanted.worker is not None:
            yield col(SupervisionRow.worker_id) == wanted.worker
        if wanted.station is not None:
            yield col(SupervisionRow.station_id) == wanted.station
        if wanted.on is not None:
            ended = col(SupervisionRow.ended_on)
            yield col(SupervisionRow.began_on) <= wanted.on
            yield or_(ended.is_(None), ended >= wanted.on)

    @override
    async def loads(
        self, wanted: SupervisionFilter, scope: Scope, window: Window, /
    ) -> Slice[SupervisorLoad]:
        supervisor: Any = col(SupervisionRow.supervisor_id)
        statement = (
            select(
                supervisor.label("supervisor"),
                func.count(col(SupervisionRow.worker_id).distinct()).label("workers"),
                func.count(col(SupervisionRow.station_id).distinct()).label("stations"),
            )
            .where(self.lies_within(scope), *self.claims(wanted))
            .group_by(supervisor)
            .order_by(supervisor)
            .limit(window.probe)
        )
        if window.after is not None:
            statement = statement.where(supervisor > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await (await session.connection()).execute(statement)).all()
        found = [
            SupervisorLoad(supervisor=row.supervisor, workers=row.workers, stations=row.stations)
            for row in rows
        ]
        return cut(found, window, lambda load: (load.supervisor,))

    @override
    def to_record(self, row: SupervisionRow) -> Supervision:
        return Supervision(
            id=SupervisionId(row.id),
            version=row.version,
            supervisor=row.supervisor_id,
            worker=row.worker_id,
            station=row.station_id,
            area=AreaRef(AreaScheme(row.scheme), row.area),
            began_on=row.began_on,
            ended_on=row.ended_on,
        )

    @override
    def to_row(self, record: Supervision) -> SupervisionRow:
        return SupervisionRow(
            id=record.id,
            version=record.version,
            supervisor_id=record.supervisor,
            worker_id=record.worker,
            station_id=record.station,
            scheme=record.area.scheme.value,
            area=record.area.code,
            began_on=record.began_on,
            ended_on=record.ended_on,
        )

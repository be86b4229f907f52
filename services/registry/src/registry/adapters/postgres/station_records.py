"""What is recorded about a station beside its row: its steps, its money, its headcounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from typing_extensions import override

from common.paging import cut
from common.persistence.keyset import after
from common.stations import FundingKind, FundingSource
from registry.adapters.postgres.many_rows import insert_many
from registry.adapters.postgres.station_tables import (
    StationFundingRow,
    StationHeadcountRow,
    StationStepRow,
)
from registry.app.ports.station_records import FundingFilter, StationRecords, StationStep
from registry.domain.errors.station_profile import FundingIdTaken
from registry.domain.staffing import Headcount
from registry.domain.station_facts import (
    FundingWasCancelled,
    HeadcountWasStated,
    StationWasFunded,
)
from registry.domain.station_money import (
    Cancellation,
    CancellationReason,
    Funding,
    FundingId,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Message
    from common.paging import Key, Slice, Window
    from common.persistence.unit_of_work import UnitOfWork
    from registry.domain.station import StationFact, StationId


async def record(
    session: AsyncSession, facts: Sequence[StationFact], messages: Sequence[Message]
) -> None:
    """Keep what facts leave behind: each a step of the station, some an entry of their own.

    Args:
        session: Of the transaction in which the stations are written.
        facts: What happened.
        messages: What others are told of each of the facts.
    """
    if not facts:
        return
    steps = [_step_values(fact, message) for fact, message in zip(facts, messages, strict=True)]
    await insert_many(session, StationStepRow, steps)
    for fact in facts:
        await _keep(session, fact)


class PostgresStationRecords(StationRecords):
    """The records of stations, as of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def steps(self, station_id: StationId, window: Window, /) -> Slice[StationStep]:
        statement = (
            select(StationStepRow)
            .where(
                col(StationStepRow.station_id) == station_id,
                after(window, col(StationStepRow.version)),
            )
            .order_by(col(StationStepRow.version))
            .limit(window.probe)
        )
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        found = [
            StationStep(version=row.version, type=row.type, at=row.at, data=row.data)
            for row in rows
        ]
        return cut(found, window, _version_of)

    @override
    async def fundings(
        self, station_id: StationId, wanted: FundingFilter, window: Window, /
    ) -> Slice[Funding]:
        statement = (
            select(StationFundingRow)
            .where(
                col(StationFundingRow.station_id) == station_id,
                after(window, col(StationFundingRow.id)),
                *_claims(wanted),
            )
            .order_by(col(StationFundingRow.id))
            .limit(window.probe)
        )
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(statement)).all()
        return cut([_to_funding(row) for row in rows], window, _funding_key)

    @override
    async def funding(self, station_id: StationId, funding_id: FundingId, /) -> Funding | None:
        async with self._unit_of_work.transaction() as session:
            row = await session.get(StationFundingRow, funding_id, populate_existing=True)
        return _to_funding(row) if row is not None and row.station_id == station_id else None

    @override
    async def headcount(self, station_id: StationId, /, *, by: date | None) -> Headcount | None:
        statement = (
            select(StationHeadcountRow)
            .where(col(StationHeadcountRow.station_id) == station_id)
            .order_by(col(StationHeadcountRow.counted_on).desc())
            .limit(1)
        )
        if by is not None:
            statement = statement.where(col(StationHeadcountRow.counted_on) <= by)
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(statement)).first()
        return None if row is None else _to_headcount(row)


def _version_of(step: StationStep) -> Key:
    return (step.version,)


def _funding_key(funding: Funding) -> Key:
    return (funding.id,)


def _claims(wanted: FundingFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.kind is not None:
        yield col(StationFundingRow.kind) == wanted.kind.value
    if wanted.source is not None:
        yield col(StationFundingRow.source) == wanted.source.value
    if wanted.received_from is not None:
        yield col(StationFundingRow.received_on) >= wanted.received_from
    if wanted.received_to is not None:
        yield col(StationFundingRow.received_on) <= wanted.received_to


async def _keep(session: AsyncSession, fact: StationFact) -> None:
    match fact:
        case StationWasFunded(station=station, funding=funding):
            await _add_funding(session, _funding_values(station.id, funding))
        case FundingWasCancelled(station=station, funding=funding):
            is_it = col(StationFundingRow.id) == funding.id
            values = _funding_values(station.id, funding)
            await session.exec(update(StationFundingRow).where(is_it).values(**values))
        case HeadcountWasStated(station=station, headcount=headcount):
            await _put_headcount(session, _headcount_values(station.id, headcount))
        case _:
            return


async def _add_funding(session: AsyncSession, values: dict[str, Any]) -> None:
    try:
        async with session.begin_nested():
            await session.exec(insert(StationFundingRow).values(**values))
    except IntegrityError as error:
        raise FundingIdTaken(funding_id=values["id"]) from error


async def _put_headcount(session: AsyncSession, values: dict[str, Any]) -> None:
    statement = upsert(StationHeadcountRow).values(**values)
    await session.exec(
        statement.on_conflict_do_update(
            index_elements=["station_id", "counted_on"],
            set_={name: statement.excluded[name] for name in values},
        )
    )


def _step_values(fact: StationFact, message: Message) -> dict[str, Any]:
    return StationStepRow(
        station_id=fact.station.id,
        version=message.version,
        type=message.event.name,
        at=message.occurred_at,
        data=message.event.model_dump(mode="json"),
    ).model_dump()


def _funding_values(station_id: StationId, funding: Funding) -> dict[str, Any]:
    cancellation = funding.cancellation
    return StationFundingRow(
        id=funding.id,
        station_id=station_id,
        kind=funding.kind.value,
        source=funding.source.value,
        amount_fen=funding.amount_fen,
        received_on=funding.received_on,
        document=funding.document,
        cancelled_on=cancellation.cancelled_on if cancellation else None,
        cancellation_reason=cancellation.reason.value if cancellation else None,
    ).model_dump()


def _to_funding(row: StationFundingRow) -> Funding:
    return Funding(
        id=FundingId(row.id),
        kind=FundingKind(row.kind),
        source=FundingSource(row.source),
        amount_fen=row.amount_fen,
        received_on=row.received_on,
        document=row.document,
        cancellation=_to_cancellation(row),
    )


def _to_cancellation(row: StationFundingRow) -> Cancellation | None:
    if row.cancelled_on is None or row.cancellation_reason is None:
        return None
    reason = CancellationReason(row.cancellation_reason)
    return Cancellation(cancelled_on=row.cancelled_on, reason=reason)


def _headcount_values(station_id: StationId, headcount: Headcount) -> dict[str, Any]:
    return StationHeadcountRow(
        station_id=station_id,
        counted_on=headcount.counted_on,
        full_time=headcount.full_time,
        part_time=headcount.part_time,
        certified=headcount.certified,
    ).model_dump()


def _to_headcount(row: StationHeadcountRow) -> Headcount:
    return Headcount(
        counted_on=row.counted_on,
        full_time=row.full_time,
        part_time=row.part_time,
        certified=row.certified,
    )

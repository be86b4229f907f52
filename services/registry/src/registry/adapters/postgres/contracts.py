"""Service contracts in PostgreSQL; that no two of a station overlap is kept by the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert
from sqlmodel import col, select
from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.adapters.postgres.contract_tables import ContractRow, ContractStationRow
from registry.adapters.postgres.records import PostgresRecords
from registry.adapters.published_profession import about_contract
from registry.app.ports.contracts import ContractFilter
from registry.domain.contract import (
    Contract,
    ContractFact,
    ContractId,
    Termination,
    TerminationReason,
)
from registry.domain.errors.contracts import (
    ContractAlreadyRenewed,
    ContractChangedMeanwhile,
    ContractIdTaken,
    ContractOverlaps,
)
from registry.domain.term import Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.errors import Conflict
    from common.messaging.event import Message

ONE_AT_A_TIME: Final = "one_contract_of_a_station_at_a_time"
ONE_RENEWAL: Final = "one_renewal_of_a_contract"


class PostgresContracts(PostgresRecords[Contract, ContractFact, ContractFilter, ContractRow]):
    """The contracts of the transaction that is open."""

    row = ContractRow
    row_org = "agency_id"

    @property
    @override
    def rules(self) -> Mapping[str, Callable[[Contract], Conflict]]:
        return {
            "": lambda contract: ContractIdTaken(contract_id=contract.id),
            ONE_AT_A_TIME: lambda contract: ContractOverlaps(contract_id=contract.id),
            ONE_RENEWAL: _renewed_before,
        }

    @override
    def changed(self, record: Contract) -> Conflict:
        return ContractChangedMeanwhile(contract_id=record.id)

    @override
    def told(self, fact: ContractFact) -> Message:
        return about_contract(fact)

    @override
    def claims(self, wanted: ContractFilter) -> Iterator[ColumnElement[bool]]:
        yield from self.placed(wanted)
        if wanted.agency is not None:
            yield col(ContractRow.agency_id) == wanted.agency
        parts = select(col(ContractStationRow.contract_id))
        if wanted.station is not None:
            of_station = parts.where(col(ContractStationRow.station_id) == wanted.station)
            yield col(ContractRow.id).in_(of_station)
        if wanted.on is not None:
            begins, last = col(ContractStationRow.begins_on), col(ContractStationRow.last_on)
            yield col(ContractRow.id).in_(parts.where(begins <= wanted.on, last >= wanted.on))

    @override
    async def write_parts(self, session: AsyncSession, records: Sequence[Contract]) -> None:
        ids = [record.id for record in records]
        await session.exec(
            delete(ContractStationRow).where(col(ContractStationRow.contract_id).in_(ids))
        )
        parts = [
            {
                "contract_id": record.id,
                "station_id": station_id,
                "begins_on": record.term.begins_on,
                "last_on": record.last_on,
            }
            for record in records
            for station_id in record.stations
        ]
        await session.exec(insert(ContractStationRow).values(parts))

    @override
    def to_record(self, row: ContractRow) -> Contract:
        return Contract(
            id=ContractId(row.id),
            version=row.version,
            buyer=row.buyer,
            agency=row.agency_id,
            area=AreaRef(AreaScheme(row.scheme), row.area),
            stations=tuple(row.station_ids),
            amount_fen=row.amount_fen,
            term=Term(begins_on=row.begins_on, ends_on=row.ends_on),
            renews=None if row.renews is None else ContractId(row.renews),
            termination=_to_termination(row),
        )

    @override
    def to_row(self, record: Contract) -> ContractRow:
        termination = record.termination
        return ContractRow(
            id=record.id,
            version=record.version,
            buyer=record.buyer,
            agency_id=record.agency,
            scheme=record.area.scheme.value,
            area=record.area.code,
            station_ids=list(record.stations),
            amount_fen=record.amount_fen,
            begins_on=record.term.begins_on,
            ends_on=record.term.ends_on,
            renews=record.renews,
            terminated_on=termination.ended_on if termination else None,
            termination_reason=termination.reason.value if termination else None,
        )


def _renewed_before(contract: Contract) -> Conflict:
    assert contract.renews is not None, "only a renewal can break the rule"
    return ContractAlreadyRenewed(contract_id=contract.renews)


def _to_termination(row: ContractRow) -> Termination | None:
    if row.terminated_on is None or row.termination_reason is None:
        return None
    reason = TerminationReason(row.termination_reason)
    return Termination(ended_on=row.terminated_on, reason=reason)

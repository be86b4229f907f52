"""Counting rows in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from typing_extensions import override

from common.vocabulary import PartyStanding, Society, StationTier
from registry.app.ports.stock import Counting, Stock
from registry.domain.service_entry import EntryStatus
from registry.domain.station import StationStatus

if TYPE_CHECKING:
    from datetime import date

    from common.persistence.unit_of_work import UnitOfWork

_COUNT: Final = text("""
    select 'station' as what, tier as kind,
        case
            when merged_into is not null then 'merged'
            when closed_on is not null then 'closed'
            when opened_on is not null then 'open'
            when building_on is not null then 'building'
            else 'planned'
        end as state,
        count(*) as number
    from station group by 1, 2, 3
    union all
    select 'party', society,
        case
            when merged_into is not null then 'merged'
            when suspended_on is not null then 'suspended'
            else standing
        end,
        count(*)
    from party group by 1, 2, 3
    union all
    select 'service_entry', '',
        case
            when withdrawn_on is not null then 'withdrawn'
            when lapses_on < :day then 'lapsed'
            else 'listed'
        end,
        count(*)
    from service_entry group by 1, 2, 3
""")


class PostgresCounting(Counting):
    """Counts in the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def stock(self, on: date, /) -> Stock:
        async with self._unit_of_work.transaction() as session:
            rows = (await (await session.connection()).execute(_COUNT, {"day": on})).all()
        counted = {(row.what, row.kind, row.state): int(row.number) for row in rows}
        return Stock(
            stations={
                (StationTier(kind), StationStatus(state)): number
                for (what, kind, state), number in counted.items()
                if what == "station"
            },
            parties={
                (Society(kind), PartyStanding(state)): number
                for (what, kind, state), number in counted.items()
                if what == "party"
            },
            service_entries={
                EntryStatus(state): number
                for (what, _, state), number in counted.items()
                if what == "service_entry"
            },
        )

"""What is counted about one offer: the lines that wait in its pool, and the matches on it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlmodel import col
from typing_extensions import override

from matching.adapters.postgres.reading import among, fetch, rows_of
from matching.adapters.postgres.rows import to_need
from matching.adapters.postgres.tables import NeedLineRow, NeedRow, RefusalRow
from matching.app.offer_ports import Usages
from matching.domain.identity import NeedId, PartyId
from matching.domain.usage import Ends, Quantities, Waiting

if TYPE_CHECKING:
    from uuid import UUID

    from common.persistence.unit_of_work import UnitOfWork
    from matching.domain.offer import Offer

_IS_WAITING: Final = """
    need.pool_id = :pool and need.state = 'open' and not exists (
        select from match where match.line_id = need_line.id
            and match.state in ('accepted', 'in_service', 'fulfilled')
    )
"""

_COUNT: Final = text(f"""
    select count(*) from need_line join need on need.id = need_line.need_id where {_IS_WAITING}
""")  # noqa: S608 - made of constants

_OF_SERVICE: Final = text(f"""
    select need_line.id, need.id as need_id
    from need_line join need on need.id = need_line.need_id
    where {_IS_WAITING} and need_line.service = :service
    order by need_line.id
""")  # noqa: S608 - made of constants

_MATCHES: Final = text("""
    select
        count(*) as proposed,
        count(asked_at) as asked,
        count(*) filter (where state in ('accepted', 'in_service', 'fulfilled')) as accepted,
        count(*) filter (where state = 'declined') as declined,
        count(*) filter (where state = 'expired') as expired,
        coalesce(sum(quantity) filter (where state in ('proposed', 'asked')), 0) as requested
    from match where offer_id = :offer
""")


class PostgresUsages(Usages):
    """Counts in transactions of its own, or in the one that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def waiting(self, offer: Offer) -> Waiting:
        values = {"pool": offer.site.pool_id, "service": offer.supply.service.value}
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            lines: int = (await connection.execute(_COUNT, {"pool": values["pool"]})).scalar_one()
            found = (await connection.execute(_OF_SERVICE, values)).all()
            waiting, need_ids = {row.id for row in found}, {row.need_id for row in found}
            needs = await fetch(
                session, rows_of(NeedRow).where(among(col(NeedRow.id), need_ids)), NeedRow
            )
            of_need: defaultdict[UUID, list[NeedLineRow]] = defaultdict(list)
            wanted = rows_of(NeedLineRow).where(among(col(NeedLineRow.need_id), need_ids))
            in_order = wanted.order_by(col(NeedLineRow.need_id), col(NeedLineRow.position))
            for line in await fetch(session, in_order, NeedLineRow):
                of_need[line.need_id].append(line)
            refused = rows_of(RefusalRow).where(
                col(RefusalRow.party_id) == offer.supply.party_id,
                among(col(RefusalRow.need_id), need_ids),
            )
            refusals = await fetch(session, refused, RefusalRow)
        return Waiting(
            lines=lines,
            of_service=tuple(
                (need, line)
                for need in (to_need(row, of_need[row.id]) for row in needs)
                for line in need.lines
                if line.id in waiting
            ),
            refusals=frozenset((NeedId(row.need_id), PartyId(row.party_id)) for row in refusals),
        )

    @override
    async def matches(self, offer: Offer) -> tuple[Ends, Quantities]:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            row = (await connection.execute(_MATCHES, {"offer": offer.id})).one()
        ends = Ends(
            proposed=row.proposed,
            asked=row.asked,
            accepted=row.accepted,
            declined=row.declined,
            expired=row.expired,
        )
        quantities = Quantities(
            requested=int(row.requested),
            committed=offer.committed,
            delivered=offer.delivered,
            free=offer.free,
            allotted=offer.allotted,
        )
        return ends, quantities

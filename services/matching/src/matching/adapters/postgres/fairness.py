"""What became of lines and how often parties were asked, read from PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, func, select
from sqlmodel import col
from typing_extensions import override

from matching.adapters.postgres.tables import MatchRow, NeedLineRow, NeedRow, OfferRow
from matching.app.find_fairness import Records
from matching.domain.fairness import Waited
from matching.domain.match import HOLDING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement

    from common.areas import Areas
    from common.grants import Scope
    from common.persistence.unit_of_work import UnitOfWork
    from matching.app.find_fairness import FindFairness

_HELD: Final = sorted(state.value for state in HOLDING)
_HOUR: Final = timedelta(hours=1)


class PostgresFairness(Records):
    """Reads in transactions of its own."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def waited(
        self, query: FindFairness, within: Scope, *, until: datetime, most: int
    ) -> Sequence[Waited]:
        need, line, match = NeedRow, NeedLineRow, MatchRow
        fills = and_(
            col(match.line_id) == col(line.id),
            col(match.state).in_(_HELD),
            col(match.decided_at) <= until,
        )
        wanted = (
            select(
                func.coalesce(col(need.county), col(need.area)).label("district"),
                col(need.beneficiary),
                col(need.submitted_at),
                col(match.decided_at),
            )
            .select_from(line)
            .join(need, col(need.id) == col(line.need_id))
            .outerjoin(match, fills)
            .where(
                col(need.submitted_at) >= query.since,
                col(need.submitted_at) < until,
                *self._lies(query, within, need),
            )
            .limit(most)
        )
        async with self._unit_of_work.transaction() as session:
            rows = (await (await session.connection()).execute(wanted)).all()
        return [
            Waited(
                district=row.district,
                group=row.beneficiary,
                hours=((row.decided_at or until) - row.submitted_at) / _HOUR,
                is_filled=row.decided_at is not None,
            )
            for row in rows
        ]

    @override
    async def asks(self, query: FindFairness, within: Scope) -> Sequence[int]:
        offer, match = OfferRow, MatchRow
        offering = (
            select(col(offer.party_id))
            .where(
                col(offer.published_at) < query.until,
                col(offer.valid_until) > query.since,
                *self._lies(query, within, offer),
            )
            .distinct()
            .subquery()
        )
        asked = and_(
            col(match.party_id) == offering.c.party_id,
            col(match.asked_at) >= query.since,
            col(match.asked_at) < query.until,
        )
        wanted = (
            select(func.count(col(match.id)))
            .select_from(offering)
            .outerjoin(match, asked)
            .group_by(offering.c.party_id)
        )
        async with self._unit_of_work.transaction() as session:
            return list((await (await session.connection()).execute(wanted)).scalars())

    def _lies(
        self, query: FindFairness, within: Scope, kind: type[NeedRow | OfferRow]
    ) -> Iterator[ColumnElement[bool]]:
        yield self._areas.within(within, col(kind.scheme), col(kind.area))
        if query.scheme is not None:
            yield col(kind.scheme) == query.scheme.value
        if query.within is not None:
            yield self._areas.under(frozenset({query.within}), col(kind.scheme), col(kind.area))

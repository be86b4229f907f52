"""SQL for needs whose proposals wait for a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from common.vocabulary import MatchState
from matching.adapters.postgres.asking_tables import UndecidedToldRow
from matching.adapters.postgres.reading import among
from matching.adapters.postgres.tables import MatchRow, NeedLineRow, NeedRow
from matching.app.nag import Addressee

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ScalarSelect
    from sqlmodel.ext.asyncio.session import AsyncSession


def waits_since() -> ScalarSelect[datetime]:
    """Return since when a line of a need has had proposals, and no worker's decision."""
    any_match, proposed = aliased(MatchRow), aliased(MatchRow)
    is_proposed = exists().where(
        col(proposed.line_id) == col(NeedLineRow.id),
        col(proposed.state) == MatchState.PROPOSED.value,
    )
    return (
        select(func.min(col(any_match.proposed_at)))
        .join(NeedLineRow, col(NeedLineRow.id) == col(any_match.line_id))
        .where(col(NeedLineRow.need_id) == col(NeedRow.id), col(NeedLineRow.approved_at).is_(None))
        .where(is_proposed)
        .correlate(NeedRow)
        .scalar_subquery()
    )


async def waits(
    session: AsyncSession, need_ids: Collection[UUID]
) -> Mapping[UUID, tuple[datetime | None, Addressee | None]]:
    """Return since when each of these needs waits for a worker, and who was told of it."""
    since = waits_since()
    told = and_(
        col(UndecidedToldRow.need_id) == col(NeedRow.id), col(UndecidedToldRow.since) == since
    )
    wanted = (
        select(col(NeedRow.id), since.label("since"), col(UndecidedToldRow.addressee))
        .outerjoin(UndecidedToldRow, told)
        .where(among(col(NeedRow.id), need_ids))
    )
    rows = (await (await session.connection()).execute(wanted)).all()
    return {
        row.id: (row.since, None if row.addressee is None else Addressee(row.addressee))
        for row in rows
    }

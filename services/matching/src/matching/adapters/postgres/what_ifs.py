"""Policies that are tried, in PostgreSQL, and the past that they are tried on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter
from sqlalchemy import and_, func, insert, or_, select, text, update
from sqlmodel import col
from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import AreaScheme
from matching.adapters.postgres.explaining_tables import WhatIfRow
from matching.adapters.postgres.gathering import (
    allotments_of,
    needs_where,
    offers_where,
    openings_of,
    parties_of,
    refusals_of,
)
from matching.adapters.postgres.reading import fetch, rows_of
from matching.adapters.postgres.tables import NeedLineRow, NeedRow, OfferRow
from matching.app.try_policy import TryPolicy, WhatIf, WhatIfs
from matching.domain.identity import PoolId
from matching.domain.match import DeclineReason
from matching.domain.what_if import Compared, Past, WhatIfState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement

    from common.areas import Areas
    from common.persistence.unit_of_work import UnitOfWork

_COMPARED: Final = TypeAdapter(Compared)

_CLAIM: Final = text("""
    update what_if set state = 'running', attempts = attempts + 1, claimed_until = :until
    where id = (
        select id from what_if
        where state = 'waiting' or (state = 'running' and claimed_until < :at)
        order by asked_at, id limit 1
        for update skip locked
    )
    returning *
""")


class PostgresWhatIfs(WhatIfs):
    """Each ability is a transaction of its own."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def add(self, what_if: WhatIf) -> None:
        command = what_if.command
        values = {
            "id": what_if.id,
            "scheme": command.area.scheme.value,
            "area": command.area.code,
            "policy_version": command.version,
            "since": command.since,
            "until": command.until,
            "asked_by": what_if.asked_by,
            "asked_at": what_if.asked_at,
            **_progress(what_if),
        }
        async with self._unit_of_work.transaction() as session:
            await (await session.connection()).execute(insert(WhatIfRow).values(**values))

    @override
    async def find(self, what_if_id: UUID) -> WhatIf | None:
        wanted = rows_of(WhatIfRow).where(col(WhatIfRow.id) == what_if_id)
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, wanted, WhatIfRow)
        return _to_what_if(rows[0]) if rows else None

    @override
    async def count_lines(self, command: TryPolicy) -> int:
        wanted = (
            select(func.count())
            .select_from(NeedLineRow)
            .join(NeedRow, col(NeedRow.id) == col(NeedLineRow.need_id))
            .where(self._asked_for(command))
        )
        async with self._unit_of_work.transaction() as session:
            return int((await (await session.connection()).execute(wanted)).scalar_one())

    @override
    async def claim(self, *, at: datetime, until: datetime) -> WhatIf | None:
        values = {"at": at, "until": until}
        async with self._unit_of_work.transaction() as session:
            rows = await fetch(session, _CLAIM.bindparams(**values), WhatIfRow)
        return _to_what_if(rows[0]) if rows else None

    @override
    async def pools(self, command: TryPolicy) -> Sequence[PoolId]:
        wanted = select(col(NeedRow.pool_id)).where(self._asked_for(command)).distinct()
        async with self._unit_of_work.transaction() as session:
            found = (await (await session.connection()).execute(wanted)).scalars()
            return sorted(PoolId(pool_id) for pool_id in found)

    @override
    async def past(self, pool_id: PoolId, command: TryPolicy) -> Past:
        # One instant for all reads, so that both policies play the same past.
        async with self._unit_of_work.snapshot() as session:
            needs = await needs_where(
                session, col(NeedRow.pool_id) == pool_id, self._asked_for(command)
            )
            offers = await offers_where(session, col(OfferRow.pool_id) == pool_id, _stood(command))
            return Past(
                pool_id=pool_id,
                needs=needs,
                offers=offers,
                parties=await parties_of(session, offers, at=command.until),
                refusals=await refusals_of(session, needs),
                silent=await refusals_of(session, needs, because=DeclineReason.NO_ANSWER),
                allotments=await allotments_of(session, offers),
                openings=await openings_of(session, offers, since=command.since),
            )

    @override
    async def note(self, what_if: WhatIf, *, claimed_until: datetime | None) -> None:
        values = {**_progress(what_if), "claimed_until": claimed_until}
        same = and_(col(WhatIfRow.id) == what_if.id, col(WhatIfRow.attempts) == what_if.attempts)
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            await connection.execute(update(WhatIfRow).where(same).values(**values))

    def _asked_for(self, command: TryPolicy) -> ColumnElement[bool]:
        row = NeedRow
        return and_(
            self._areas.under(frozenset({command.area}), col(row.scheme), col(row.area)),
            col(row.submitted_at) >= command.since,
            col(row.submitted_at) < command.until,
        )


def _stood(command: TryPolicy) -> ColumnElement[bool]:
    row = OfferRow
    return and_(
        col(row.published_at) < command.until,
        col(row.valid_until) > command.since,
        or_(col(row.withdrawn_at).is_(None), col(row.withdrawn_at) > command.since),
    )


def _progress(what_if: WhatIf) -> dict[str, Any]:
    compared = what_if.compared
    return {
        "state": what_if.state.value,
        "done": what_if.done,
        "steps": what_if.steps,
        "attempts": what_if.attempts,
        "compared": None if compared is None else _COMPARED.dump_python(compared, mode="json"),
    }


def _to_what_if(row: WhatIfRow) -> WhatIf:
    return WhatIf(
        id=row.id,
        command=TryPolicy(
            version=row.policy_version,
            area=AreaRef(AreaScheme(row.scheme), row.area),
            since=row.since,
            until=row.until,
        ),
        state=WhatIfState(row.state),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        done=row.done,
        steps=row.steps,
        attempts=row.attempts,
        compared=None if row.compared is None else _COMPARED.validate_python(row.compared),
    )

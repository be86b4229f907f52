"""Continuing education in PostgreSQL: always the sum of what was attended, never counted up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from typing_extensions import override

from common.clearance import cleared, system
from registry.app.ports.mergers import Following
from registry.app.ports.trainings import Education

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from common.persistence.unit_of_work import UnitOfWork
    from registry.domain.party import PartyId

_BY_YEAR: Final = """
    select worker_id, extract(year from counts_on)::int as year, sum(hours)::int as hours
    from training_attendance
    where worker_id = any(cast(:workers as uuid[])) and counts_on is not null
    group by worker_id, year
"""
_COUNT_AGAIN: Final = f"""
    update social_worker
    set version = version + 1, trained_hours = counted.by_year
    from (
        select worker_id, jsonb_object_agg(year, hours) as by_year
        from ({_BY_YEAR}) as of_year group by worker_id
    ) as counted
    where party_id = counted.worker_id
"""  # noqa: S608 - nothing of a caller's is in it
_FOLLOW: Final = """
    update training_attendance as attended set worker_id = :survivor
    where worker_id = :merged and not exists (
        select from training_attendance as other
        where other.training_id = attended.training_id and other.worker_id = :survivor
    )
"""


class PostgresEducation(Education, Following):
    """The hours of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def hours_of(self, worker: UUID, /) -> Mapping[int, int]:
        async with self._unit_of_work.transaction() as session:
            found = await (await session.connection()).execute(
                text(_BY_YEAR), {"workers": [worker]}
            )
            return {row.year: row.hours for row in found}

    @override
    async def follow(self, merged_id: PartyId, survivor_id: PartyId, /) -> None:
        # Also what either learnt in another county.
        with cleared(system("hands what was learnt to the party that lives on")):
            async with self._unit_of_work.transaction() as session:
                await (await session.connection()).execute(
                    text(_FOLLOW), {"merged": merged_id, "survivor": survivor_id}
                )
            await self.count_again([survivor_id])

    @override
    async def count_again(self, workers: Collection[UUID], /) -> None:
        async with self._unit_of_work.transaction() as session:
            await (await session.connection()).execute(
                text(_COUNT_AGAIN), {"workers": sorted(workers)}
            )

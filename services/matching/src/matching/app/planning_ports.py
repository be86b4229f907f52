"""What planning asks of the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from matching.domain.identity import MatchId, PoolId
    from matching.domain.planning import Draft
    from matching.domain.standing import News, Standing


@dataclass(frozen=True, slots=True)
class Epoch:
    """The right to plan the pools of a partition: it ends when somebody else gets a later one."""

    partition: int
    number: int


class PlanOutdated(Exception):
    """What a plan relies on has changed since it was read; it is made again."""


class EpochOver(Exception):
    """The partition has another owner; what this process planned is not written."""


class Plans(Protocol):
    """What stands in each pool, and the only way to change it by a plan."""

    async def own(self, partitions: Collection[int]) -> Sequence[Epoch]:
        """Begin a new epoch for each partition; whoever had the one before may not write."""
        ...

    async def dirty(self, partitions: Collection[int], *, at: datetime) -> Sequence[PoolId]:
        """Return the pools of these partitions whose plan is behind, or due by the calendar."""
        ...

    def partition_of(self, pool_id: PoolId) -> int:
        """Return the partition whose owner plans a pool."""
        ...

    async def standing(self, pool_id: PoolId) -> Standing:
        """Return everything about a pool that a plan is made from, as of one instant."""
        ...

    async def news(self, pool_id: PoolId) -> News:
        """Return everything in a pool whose change nobody who planned it has heard of yet."""
        ...

    async def write(
        self, draft: Draft, epoch: Epoch, *, due_at: datetime, heard: Sequence[int]
    ) -> Draft:
        """Write what a plan changes, and note what it has heard.

        Needs are left out whose part relies on something that people have changed meanwhile.

        Returns:
            What was written.

        Raises:
            EpochOver: Another process owns the partition.
        """
        ...

    async def unanswered(
        self, partitions: Collection[int], *, asked_before: datetime
    ) -> Sequence[MatchId]:
        """Return the matches of these partitions that were asked so long ago."""
        ...

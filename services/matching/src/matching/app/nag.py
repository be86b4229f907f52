"""Steps that nobody takes: parties are reminded of asks, and stations of proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from common.places import AreaRef
from common.vocabulary import Labelled
from matching.domain.identity import MatchId, NeedId, PoolId

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from common.clock import Clock
    from matching.app.policy_ports import Policies


class Addressee(Labelled):
    """Whom a proposal without a decision is told to."""

    STATION = "station", "所属社工站", "Its station"
    STATION_ABOVE = "station_above", "上级社工站", "The station above"


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """An ask that nobody has answered or been reminded of, for a need of an area."""

    match_id: MatchId
    pool_id: PoolId
    area: AreaRef
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A need of which a line has had a proposal since an instant, and no worker's decision.

    ``told`` is who has heard of it so far.
    """

    need_id: NeedId
    pool_id: PoolId
    area: AreaRef
    since: datetime
    told: Addressee | None

    def due(self, patience: timedelta, *, at: datetime) -> Addressee | None:
        """Return who is to be told now: the station, or after twice the patience the one above."""
        waited = at - self.since
        if waited >= 2 * patience and self.told is not Addressee.STATION_ABOVE:
            return Addressee.STATION_ABOVE
        return Addressee.STATION if waited >= patience and self.told is None else None


class Stalls(Protocol):
    """What stands still in the pools of some partitions; each ability is a transaction."""

    async def unreminded(
        self, partitions: Collection[int], *, asked_before: datetime
    ) -> Sequence[OpenAsk]:
        """Return asks without an answer or a reminder, the oldest first."""
        ...

    async def remind(self, ask: OpenAsk, *, at: datetime) -> bool:
        """Remind a party once, on the stream and by event, unless it has answered meanwhile."""
        ...

    async def undecided(
        self, partitions: Collection[int], *, proposed_before: datetime
    ) -> Sequence[Undecided]:
        """Return needs with proposals that wait for a worker, the longest waiting first."""
        ...

    async def tell(self, undecided: Undecided, addressee: Addressee, *, at: datetime) -> bool:
        """Tell somebody once of a proposal that waits."""
        ...


async def remind_asks(
    partitions: Collection[int], *, stalls: Stalls, policies: Policies, clock: Clock
) -> int:
    """Remind parties of asks after the policy's share of its patience; return how many."""
    at = clock.now()
    shortest = timedelta(seconds=(await policies.shortest_waits(at=at)).reminder_seconds)
    reminded = 0
    for ask in await stalls.unreminded(partitions, asked_before=at - shortest):
        asking = (await policies.of_place(ask.area, ask.pool_id, at=at)).asking
        is_due = at - ask.asked_at >= timedelta(seconds=asking.reminder_seconds)
        # Who is never reminded would only be told that the time is over.
        is_early = asking.reminder_seconds < asking.patience_seconds
        if is_due and is_early and await stalls.remind(ask, at=at):
            reminded += 1
    return reminded


async def tell_undecided(
    partitions: Collection[int], *, stalls: Stalls, policies: Policies, clock: Clock
) -> int:
    """Tell the station, and then the one above, of proposals that wait; return how often."""
    at = clock.now()
    shortest = timedelta(seconds=(await policies.shortest_waits(at=at)).approval_seconds)
    told = 0
    for undecided in await stalls.undecided(partitions, proposed_before=at - shortest):
        approval = (await policies.of_place(undecided.area, undecided.pool_id, at=at)).approval
        addressee = undecided.due(timedelta(seconds=approval.patience_seconds), at=at)
        if addressee is not None and await stalls.tell(undecided, addressee, at=at):
            told += 1
    return told

"""How evenly an area was served during a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from common.places import AreaRef
from common.vocabulary import AreaScheme
from matching.domain.errors import PeriodNotOver, PeriodTooLarge, PeriodTooLong
from matching.domain.fairness import Fairness, Waited, fairness
from matching.domain.what_if import days_between

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.clock import Clock
    from common.grants import Scope

MOST_DAYS: Final = 366
MOST_LINES: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FindFairness:
    """Look at what was asked for in a period; it may go on until now."""

    since: datetime
    until: datetime
    scheme: AreaScheme | None = None
    within: AreaRef | None = None


class Records(Protocol):
    """What became of lines, and how often parties were asked."""

    async def waited(
        self, query: FindFairness, within: Scope, *, until: datetime, most: int
    ) -> Sequence[Waited]:
        """Return the lines of the period within the scope, at most so many."""
        ...

    async def asks(self, query: FindFairness, within: Scope) -> Sequence[int]:
        """Return how often each party that had an offer in the scope was asked, none included."""
        ...


async def find_fairness(
    query: FindFairness, within: Scope, *, records: Records, clock: Clock
) -> Fairness:
    """Return the figures of a period within the scope.

    Raises:
        PeriodNotOver: It begins in the future, or ends before it begins.
        PeriodTooLong: It has too many days.
        PeriodTooLarge: More was asked for than can be looked at together.
    """
    now = clock.now()
    if not query.since < min(query.until, now):
        raise PeriodNotOver(since=query.since, until=query.until)
    days = days_between(query.since, query.until)
    if days > MOST_DAYS:
        raise PeriodTooLong(days=days, most=MOST_DAYS)
    until = min(query.until, now)
    waited = await records.waited(query, within, until=until, most=MOST_LINES + 1)
    if len(waited) > MOST_LINES:
        raise PeriodTooLarge(lines=len(waited), most=MOST_LINES)
    return fairness(waited, await records.asks(query, within))

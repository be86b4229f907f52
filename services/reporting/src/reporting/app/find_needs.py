"""Tell the stories of needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from common.paging import Slice
from reporting.app.ports import JournalEntry
from reporting.domain.errors import NeedNotReported
from reporting.domain.moments import as_of
from reporting.domain.timeline import Timeline, timeline

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from common.clock import Clock
    from common.grants import Scope
    from common.paging import Window
    from reporting.app.ports import NeedFilter, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedAnswer:
    """The story of one need, with the events that tell it."""

    as_of: datetime
    story: Timeline
    events: Sequence[JournalEntry]


async def show_need(
    need_id: UUID, asked: datetime | date | None, within: Scope, *, store: Store, clock: Clock
) -> NeedAnswer:
    """Tell the story of one need up to an instant.

    Raises:
        NeedNotReported: There was no such need then, or it is somebody else's.
    """
    instant = as_of(asked, now=clock.now())
    async with store.snapshot() as reports:
        facts = await reports.facts.need(need_id, within=within)
        events = await reports.journal.about(need_id, by=instant)
    if facts.submitted.at > instant:
        raise NeedNotReported(need_id=need_id)
    return NeedAnswer(as_of=instant, story=timeline(facts, as_of=instant), events=events)


async def find_needs(
    wanted: NeedFilter, window: Window, within: Scope, *, store: Store, clock: Clock
) -> Slice[Timeline]:
    """Tell the stories of many needs as they stand now, a page at a time."""
    now = clock.now()
    async with store.snapshot() as reports:
        page = await reports.facts.page_of_needs(wanted, window, within=within)
    return Slice(items=tuple(timeline(facts, as_of=now) for facts in page.items), next=page.next)

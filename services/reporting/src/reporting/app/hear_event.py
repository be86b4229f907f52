"""Keep an event in the journal and let it have its effect, both or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from common.messaging.event import Envelope, Event
    from reporting.app.ports import Store


async def hear_event(event: Envelope[Event], *, store: Store) -> None:
    """Hear an event; hearing it again changes nothing."""
    async with store.transaction() as reports:
        if await reports.journal.append(event):
            await reports.facts.take(event)

"""Keep events in the journal and let them have their effect, both or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.messaging.event import Envelope, Event
    from reporting.app.ports import Store


async def hear_events(events: Sequence[Envelope[Event]], *, store: Store) -> None:
    """Hear events, in this order; hearing one again changes nothing."""
    async with store.transaction() as reports:
        await reports.facts.take(await reports.journal.append(events))

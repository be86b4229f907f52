"""Reporting reacts to every event alike: it writes it down and draws the facts from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.contracts import promised_events
from common.messaging.handlers import Handlers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope, Event
    from reporting.app.application import Application


def reactions(app: Application) -> Handlers:
    """Return the one reaction to all published events."""
    handlers = Handlers()

    @handlers.on_batch(*promised_events().values())
    async def hear(events: Sequence[Envelope[Event]], _session: AsyncSession) -> None:
        """Keep the events, and let them have their effect in the same transaction."""
        await app.hear_events(events)

    return handlers

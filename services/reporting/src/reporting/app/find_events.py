"""Look into the journal: the end of every drill-down."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from common.grants import Scope
    from common.paging import Slice, Window
    from reporting.app.ports import EventFilter, JournalEntry, Store


async def show_event(event_id: UUID, within: Scope, *, store: Store) -> JournalEntry:
    """Return one event, word for word.

    Raises:
        EventNotJournalled: There is none, or it is about something of somebody else's.
    """
    async with store.snapshot() as reports:
        return await reports.journal.get(event_id, within=within)


async def find_events(
    wanted: EventFilter, window: Window, within: Scope, *, store: Store
) -> Slice[JournalEntry]:
    """Return the events about one thing or of one type, as time went."""
    async with store.snapshot() as reports:
        return await reports.journal.page(wanted, window, within=within)

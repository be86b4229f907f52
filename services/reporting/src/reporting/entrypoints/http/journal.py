"""The journal over HTTP: where every drill-down ends."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Final
from uuid import UUID

from fastapi import Depends, Query
from pydantic import ConfigDict

from common.grants import Scope
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import View
from common.http.words import example
from reporting.app.permissions import READ_EVENTS
from reporting.app.ports import EventFilter, JournalEntry
from reporting.domain.errors import EventNotJournalled
from reporting.entrypoints.http.questions import App

routes: Final = router("/reporting/v1/events", tags=["events"])

Within = Annotated[Scope, Depends(permitted(READ_EVENTS))]
_NEED: Final = "0192d3c4-5b6a-7890-8abc-def012345678"


class JournalEntryView(View):
    """An event, word for word, with where it came from and when it was written down.

    ``partition`` and ``offset`` say where it lay in the log when it was heard.
    """

    model_config: ClassVar[ConfigDict] = example(
        id="0192d3c4-6c01-7bb0-9d1e-2f3a4b5c6d7e",
        source="urn:wushe:cases",
        type="cases.need.closed.v1",
        subject=_NEED,
        version=2,
        time="2026-11-28T08:10:00Z",
        topic="cases.need",
        partition=3,
        offset=1841,
        journalled_at="2026-11-28T08:10:00.034Z",
        data={
            "need_id": _NEED,
            "pool_id": "5f0c2f5a-6a0e-5c63-9a58-0a4f6f7f2102",
            "is_met": True,
            "closed_at": "2026-11-28T08:10:00Z",
        },
    )

    id: UUID
    source: str
    type: str
    subject: str
    version: int
    time: datetime
    topic: str
    partition: int | None
    offset: int | None
    journalled_at: datetime
    data: dict[str, Any]

    @classmethod
    def of(cls, entry: JournalEntry) -> "JournalEntryView":
        """Show an entry of the journal."""
        return cls(
            id=entry.id,
            source=entry.source,
            type=entry.type,
            subject=entry.subject,
            version=entry.version,
            time=entry.time,
            topic=entry.topic,
            partition=entry.partition,
            offset=entry.offset,
            journalled_at=entry.journalled_at,
            data=dict(entry.data),
        )


async def events_wanted(
    subject: Annotated[
        str | None, Query(max_length=64, description="Only events about this thing.")
    ] = None,
    type: Annotated[  # noqa: A002 - the attribute's name in CloudEvents
        str | None, Query(max_length=128, description="Only events of this type.")
    ] = None,
    need_id: Annotated[
        UUID | None, Query(description="Only events about this need, its plan, matches, services.")
    ] = None,
) -> EventFilter:
    """Return which events are wanted."""
    return EventFilter(subject=subject, type=type, need_id=need_id)


WantedEvents = Annotated[EventFilter, Depends(events_wanted)]


@routes.get("")
async def list_events(
    wanted: WantedEvents, within: Within, app: App, pages: Pages
) -> Page[JournalEntryView]:
    """List the events about things in your areas, as time went."""
    found = await app.find_events(wanted, pages.window, within)
    return pages.page(found, JournalEntryView.of)


@routes.get("/{event_id}", responses=documented(EventNotJournalled))
async def show_event(event_id: UUID, within: Within, app: App) -> "JournalEntryView":
    """Show one event, word for word. No event says who a person is."""
    return JournalEntryView.of(await app.show_event(event_id, within))

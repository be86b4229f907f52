"""The composition root: the one module that knows every class."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from cases.adapters.postgres.store import PostgresStore
from cases.adapters.postgres.views import PostgresViews
from cases.app.application import Application
from cases.app.change_need import change_need
from cases.app.close_need import close_need
from cases.app.follow_matching import derive_lines, forget_match, move_match, note_matches
from cases.app.record_meeting import record_meeting
from cases.app.record_service import record_service
from cases.app.submit_needs import submit_need, submit_needs
from cases.app.withdraw_need import withdraw_need
from cases.entrypoints.events import reactions
from cases.entrypoints.http import meetings, needs, service_records
from common.frame import build_frame
from common.service import Service

if TYPE_CHECKING:
    from cases.app.ports import Areas, Store, Views
    from cases.settings import Settings
    from common.clock import Clock
    from common.frame import Frame

NAME: Final = "cases"


def build(settings: Settings, *, clock: Clock | None = None) -> Service:
    """Put the service together; nothing is opened before it is used."""
    frame = build_frame(NAME, settings, clock=clock)
    application = _application(frame)
    return Service(
        name=NAME,
        frame=frame,
        application=application,
        routers=(meetings.routes, needs.routes, service_records.routes),
        handlers=reactions(application),
        title="Wushe cases",
        description="What is needed and what was done: meetings, needs, service records.",
    )


def bind(*, store: Store, views: Views, areas: Areas, clock: Clock) -> Application:
    """Bind every ability to what it needs."""
    return Application(
        record_meeting=partial(record_meeting, store=store, areas=areas, clock=clock),
        find_meeting=views.find_meeting,
        find_meetings=views.find_meetings,
        submit_need=partial(submit_need, store=store, areas=areas, clock=clock),
        submit_needs=partial(submit_needs, store=store, areas=areas, clock=clock),
        change_need=partial(change_need, store=store, areas=areas, clock=clock),
        withdraw_need=partial(withdraw_need, store=store, clock=clock),
        close_need=partial(close_need, store=store, clock=clock),
        find_need=views.find_need,
        find_needs=views.find_needs,
        record_service=partial(record_service, store=store, clock=clock),
        find_service_records=views.find_service_records,
        note_matches=partial(note_matches, store=store),
        move_match=partial(move_match, store=store),
        forget_match=partial(forget_match, store=store),
        derive_lines=partial(derive_lines, store=store),
    )


def _application(frame: Frame) -> Application:
    return bind(
        store=PostgresStore(frame.unit_of_work, frame.outbox, frame.areas),
        views=PostgresViews(frame.unit_of_work, frame.areas),
        areas=frame.areas,
        clock=frame.clock,
    )

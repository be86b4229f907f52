"""The composition root: the one module that knows every class."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from common.frame import Frame, build_frame
from common.service import Service
from reporting.adapters.postgres.store import PostgresStore
from reporting.app.answer_question import show_coverage, show_indicators, show_linkage
from reporting.app.application import Application
from reporting.app.find_events import find_events, show_event
from reporting.app.find_needs import find_needs, show_need
from reporting.app.hear_events import hear_events
from reporting.entrypoints.events import reactions
from reporting.entrypoints.http import figures, journal, needs, site

if TYPE_CHECKING:
    from reporting.settings import Settings


def build_application(frame: Frame) -> Application:
    """Bind every ability to the database, the clock and the list of areas."""
    store = PostgresStore(frame.unit_of_work, frame.areas)
    clock, areas = frame.clock, frame.areas
    return Application(
        hear_events=partial(hear_events, store=store),
        show_coverage=partial(show_coverage, store=store, areas=areas, clock=clock),
        show_linkage=partial(show_linkage, store=store, areas=areas, clock=clock),
        show_indicators=partial(show_indicators, store=store, areas=areas, clock=clock),
        show_need=partial(show_need, store=store, clock=clock),
        find_needs=partial(find_needs, store=store, clock=clock),
        show_event=partial(show_event, store=store),
        find_events=partial(find_events, store=store),
    )


def build(settings: Settings) -> Service:
    """Put the service together; nothing is opened before it is used."""
    frame = build_frame("reporting", settings)
    application = build_application(frame)
    return Service(
        name="reporting",
        frame=frame,
        application=application,
        routers=(figures.routes, needs.routes, journal.routes, site.routes),
        handlers=reactions(application),
        title="Wushe reporting",
        description=(
            "What it adds up to: a journal of every event, and figures drawn from it as of any "
            "instant, each with its numerator, its denominator and the events behind it."
        ),
    )

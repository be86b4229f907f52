"""Whatever a span holds, only what is on the list leaves the process."""

from __future__ import annotations

import subprocess
import sys
from threading import Event
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Link, SpanContext, StatusCode, TraceFlags
from typing_extensions import override

from common.span_export import exporting, redacted
from common.spans import serving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentelemetry.sdk.trace import ReadableSpan

NAME = "王小明"


def a_span(name: str = "stage", **attributes: object) -> ReadableSpan:
    span = TracerProvider().get_tracer("t").start_span(name, attributes=attributes)  # type: ignore[arg-type]
    span.record_exception(ValueError(NAME))
    span.add_event(NAME, {"who": NAME})
    span.set_status(StatusCode.ERROR, NAME)
    span.add_link(SpanContext(1, 2, is_remote=True, trace_flags=TraceFlags(1)), {"who": NAME})
    span.end()
    return span  # type: ignore[return-value]


def test_texts_events_and_unlisted_attributes_are_dropped() -> None:
    told = redacted(a_span(**{"http.url": f"/?name={NAME}", "http.route": "/notes/{note_id}"}))

    assert dict(told.attributes or {}) == {"http.route": "/notes/{note_id}"}
    assert (told.events, told.status.description) == ((), None)
    assert told.status.status_code is StatusCode.ERROR
    assert [dict(link.attributes or {}) for link in told.links] == [{}]
    assert isinstance(told.links[0], Link)
    assert NAME not in told.to_json()


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("http.route", f"/notes/{NAME}"),
        ("http.route", "/notes?phone=13912345678"),
        ("http.request.method", NAME),
        ("error.type", f"KeyError: '{NAME}'"),
        ("messaging.message.id", "13912345678"),
        ("wushe.event.subject", "210213195001011234"),
        ("wushe.request_id", NAME),
        ("messaging.destination.name", [NAME]),
    ],
)
def test_a_listed_attribute_must_look_like_what_it_is(attribute: str, value: object) -> None:
    assert dict(redacted(a_span(**{attribute: value})).attributes or {}) == {}


@pytest.mark.parametrize("name", [NAME, "GET /notes/13912345678?x", f"process {NAME}", "stage 1"])
def test_a_name_must_be_one_of_ours(name: str) -> None:
    assert redacted(a_span(name)).name == "redacted"


@pytest.mark.parametrize("name", ["GET /desk/v1/notes/{note_id}", "other unmatched", "stage"])
def test_our_names_pass(name: str) -> None:
    assert redacted(a_span(name)).name == name


class Silent(SpanExporter):
    """A collector that does not answer before it is let go."""

    def __init__(self) -> None:
        self.asked, self.let_go = Event(), Event()

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.asked.set()
        self.let_go.wait()
        return SpanExportResult.FAILURE

    @override
    def shutdown(self) -> None:
        pass


def test_a_collector_that_does_not_answer_keeps_no_process_from_ending() -> None:
    collector = Silent()

    with (
        exporting(collector, "desk", "1", flush_seconds=0.1),
        serving(traceparent=None, request_id=str(uuid4())),
    ):
        pass

    assert collector.asked.wait(10)
    collector.let_go.set()


def test_off_loads_nothing_of_the_sdk() -> None:
    program = (
        "import sys, common.spans; from common.tracing import tracing\n"
        "with tracing('x', '1', wanted=False): pass\n"
        "sys.exit('opentelemetry.sdk' in sys.modules)"
    )

    assert subprocess.run((sys.executable, "-c", program), check=False).returncode == 0  # noqa: S603

"""A request leaves a span that says what was asked and how it ended, and nothing about whom."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text

from common.span_export import ALLOWED, exporting
from testing.api import STREET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opentelemetry.sdk.trace import ReadableSpan

    from testing.api import Api

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NAME, PHONE, ID_NUMBER, ADDRESS = "王小明", "13912345678", "210213195001011234", "先进街道36号302室"
CANARIES = (NAME, PHONE, ID_NUMBER, ADDRESS)
NOTE = {"title": NAME + PHONE + ID_NUMBER + ADDRESS, "scheme": "nbs", "area": STREET}


class Seen:
    """What left the process."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        return self.exporter.get_finished_spans()

    def named(self, name: str) -> ReadableSpan:
        (found,) = [span for span in self.spans if span.name == name]
        return found

    def as_sent(self) -> str:
        return str(encode_spans(self.spans)) + repr([span.to_json() for span in self.spans])


@contextmanager
def traced() -> Iterator[Seen]:
    seen = Seen()
    with exporting(seen.exporter, "desk", "1"):
        yield seen


def attributes_of(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


async def test_a_request_and_the_staging_of_its_events_follow_from_the_caller(worker: Api) -> None:
    with traced() as seen:
        await worker.post("/desk/v1/notes", json=NOTE, headers={"traceparent": CALLER})

    request, staging = seen.named("POST /desk/v1/notes"), seen.named("stage")
    assert request.parent is not None
    assert f"{request.parent.span_id:016x}" == CALLER.split("-")[2]
    assert staging.parent is not None
    assert staging.parent.span_id == request.context.span_id
    assert attributes_of(request)["http.route"] == "/desk/v1/notes"
    assert attributes_of(request)["http.response.status_code"] == 201
    async with worker.frame.unit_of_work.transaction() as session:
        row = await (await session.connection()).execute(text("select traceparent from outbox"))
    told = f"00-{staging.context.trace_id:032x}-{staging.context.span_id:016x}-01"
    assert row.scalar_one() == told


async def test_nothing_about_a_person_leaves_whatever_is_asked(desk: Api, worker: Api) -> None:
    with traced() as seen:
        await worker.post("/desk/v1/notes", json=NOTE)
        await worker.post("/desk/v1/notes", json={**NOTE, "area": 3, "name": NAME})
        await worker.get("/desk/v1/notes", params={"title": NAME})
        await worker.get("/desk/v1/notes", params={"phone": PHONE})
        await worker.get(f"/desk/v1/notes/{ID_NUMBER}")
        await worker.get(f"/{NAME}/{PHONE}", headers={"x-request-id": ID_NUMBER})
        await worker.request(NAME.encode().hex(), "/desk/v1/notes")
        await desk.get("/desk/v1/defect", headers={"user-agent": PHONE, "tracestate": "a=139"})
        await desk.get("/desk/v1/notes", headers={"authorization": f"Bearer {PHONE}"})
        await desk.get("/desk/v1/outage/1")

    assert len(seen.spans) >= 10
    assert [canary for canary in CANARIES if canary in seen.as_sent()] == []
    assert {name for span in seen.spans for name in attributes_of(span)} <= ALLOWED.keys()
    assert {len(span.events) for span in seen.spans} == {0}
    assert {span.status.description for span in seen.spans} == {None}
    defect = attributes_of(seen.named("GET /desk/v1/defect"))
    assert (defect["error.type"], defect["http.response.status_code"]) == ("500", 500)


@pytest.mark.parametrize("traceparent", [None, "nonsense", CALLER])
async def test_without_tracing_events_still_have_a_trace_to_be_joined_by(
    worker: Api, traceparent: str | None
) -> None:
    headers = {} if traceparent is None else {"traceparent": traceparent}

    await worker.post("/desk/v1/notes", json=NOTE, headers=headers)

    async with worker.frame.unit_of_work.transaction() as session:
        row = await (await session.connection()).execute(text("select traceparent from outbox"))
    staged: str = row.scalar_one()
    assert staged.startswith("00-")
    assert (staged == CALLER) == (traceparent == CALLER)

"""What a process tells of the way of one thing through it, if somebody wants to know.

Off, which is the default, a hook costs next to nothing. On, each step of the way is a span: the
request, the staging of its events, their sending, and what every consumer made of them; the trace
context travels in the outbox row and in the record's header. A span says what was done, how long it
took and how it ended, never with what: see ``tracing`` for what may leave the process.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from opentelemetry import trace
from opentelemetry.trace import Link, SpanKind, StatusCode

from common.telemetry import context_of, working_on

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Mapping, Sequence

    from opentelemetry.trace import Span, Tracer
    from opentelemetry.util.types import AttributeValue

    from common.messaging.event import Envelope, Event, Message
    from common.messaging.kafka import Partition
    from common.messaging.sender import Acknowledged
    from common.persistence.outbox_rows import Staged

FAILED: Final = 500


class Told(Protocol):
    """Tells how a request was answered."""

    def __call__(self, method: str, route: str, status: int | None) -> None:
        """Tell it."""
        ...


class Sent(Protocol):
    """Tells where each record was written, or that its fate is unknown."""

    def __call__(self, fates: Sequence[Acknowledged | None]) -> None:
        """Tell it."""
        ...


class _Tracing:
    """Who makes the spans of this process, if anybody does."""

    tracer: Tracer | None = None


_tracing: Final = _Tracing()


def trace_with(tracer: Tracer | None) -> None:
    """Have spans made from now on, or no more."""
    _tracing.tracer = tracer


@contextmanager
def serving(*, traceparent: str | None, request_id: str) -> Generator[Told]:
    """Tie what happens inside to a request; it always has a trace, so that its events have one."""
    tracer = _tracing.tracer
    with working_on(traceparent=traceparent, request_id=request_id, begins=tracer is None):
        if tracer is None:
            yield _say_nothing
            return
        with _span(tracer, "HTTP", SpanKind.SERVER, {"wushe.request_id": request_id}) as span:
            yield partial(_tell_answer, span)


@contextmanager
def staging(messages: Sequence[Message]) -> Generator[None]:
    """Tell that events are written into the outbox; they follow from this."""
    if (tracer := _tracing.tracer) is None:
        yield
        return
    topics = {message.event.topic() for message in messages}
    attributes: dict[str, AttributeValue] = {
        "messaging.operation.type": "create",
        "messaging.batch.message_count": len(messages),
    }
    if len(topics) == 1:
        attributes["messaging.destination.name"] = topics.pop()
    with _span(tracer, "stage", SpanKind.PRODUCER, attributes):
        yield


@contextmanager
def sending(rows: Sequence[Staged]) -> Generator[Sent]:
    """Tell that rows of the outbox are sent: one span each, in the trace that it comes from."""
    if (tracer := _tracing.tracer) is None:
        yield _say_nothing_of_records
        return
    spans = [_sending(tracer, row) for row in rows]
    try:
        yield partial(_tell_places, spans)
    except BaseException as error:
        for span in spans:
            _fail(span, type(error).__qualname__)
        raise
    finally:
        for span in spans:
            span.end()


@contextmanager
def taking_in(group: str, partition: Partition, count: int) -> Generator[None]:
    """Tell that records of a partition are taken in together."""
    if (tracer := _tracing.tracer) is None:
        yield
        return
    attributes = {
        **_place(*partition),
        "messaging.operation.type": "receive",
        "messaging.consumer.group.name": group,
        "messaging.batch.message_count": count,
    }
    with _span(tracer, f"take in {partition.topic}", SpanKind.CONSUMER, attributes):
        yield


@contextmanager
def processing(envelope: Envelope[Event], group: str) -> Generator[None]:
    """Tie what happens inside to an event, as part of the trace that it comes from."""
    if (tracer := _tracing.tracer) is None:
        with working_on(traceparent=envelope.traceparent):
            yield
        return
    batch = trace.get_current_span().get_span_context()
    links = [Link(batch)] if batch.is_valid else []
    with working_on(traceparent=envelope.traceparent):
        name = f"process {envelope.type}"
        attributes = {
            **_about(envelope.id, envelope.type, envelope.subject, envelope.version),
            "messaging.operation.type": "process",
            "messaging.consumer.group.name": group,
        }
        if (found := envelope.found) is not None:
            topic = type(envelope.data).topic()
            attributes |= {**_place(topic, found.partition), "messaging.kafka.offset": found.offset}
        with _span(tracer, name, SpanKind.CONSUMER, attributes, links):
            yield


@contextmanager
def _span(
    tracer: Tracer,
    name: str,
    kind: SpanKind,
    attributes: Mapping[str, AttributeValue],
    links: Collection[Link] = (),
) -> Generator[Span]:
    span = tracer.start_span(name, kind=kind, attributes=attributes, links=list(links))
    # What an exception says may be about a person: only its class is told.
    with trace.use_span(
        span, end_on_exit=True, record_exception=False, set_status_on_exception=False
    ):
        try:
            yield span
        except BaseException as error:
            _fail(span, type(error).__qualname__)
            raise


def _sending(tracer: Tracer, row: Staged) -> Span:
    attributes = {
        **_about(row.id, row.type, row.subject, row.version),
        "messaging.system": "kafka",
        "messaging.operation.type": "send",
        "messaging.destination.name": row.topic,
    }
    return tracer.start_span(
        f"send {row.topic}",
        context=context_of(row.traceparent),
        kind=SpanKind.PRODUCER,
        attributes=attributes,
    )


def _about(event_id: object, kind: str, subject: str, version: int) -> dict[str, AttributeValue]:
    return {
        "messaging.message.id": str(event_id),
        "wushe.event.type": kind,
        "wushe.event.subject": subject,
        "wushe.event.version": version,
    }


def _place(topic: str, number: int) -> dict[str, AttributeValue]:
    return {
        "messaging.system": "kafka",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": str(number),
    }


def _tell_answer(span: Span, method: str, route: str, status: int | None) -> None:
    span.update_name(f"{method} {route}")
    span.set_attribute("http.request.method", method)
    span.set_attribute("http.route", route)
    if status is not None:
        span.set_attribute("http.response.status_code", status)
    if status is None or status >= FAILED:
        _fail(span, str(status or "cut_short"))


def _tell_places(spans: Sequence[Span], fates: Sequence[Acknowledged | None]) -> None:
    for span, fate in zip(spans, fates, strict=True):
        if fate is None:
            _fail(span, "not_acknowledged")
        else:
            span.set_attribute("messaging.destination.partition.id", str(fate.partition.number))
            span.set_attribute("messaging.kafka.offset", fate.offset)


def _fail(span: Span, kind: str) -> None:
    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", kind)


def _say_nothing(method: str, route: str, status: int | None) -> None:
    del method, route, status


def _say_nothing_of_records(fates: Sequence[Acknowledged | None]) -> None:
    del fates

"""The way of spans out of a process: only what a short list allows gets through.

The provider is private to this module, so that no library of the process can put spans of its own
making on the same way out. Needs the extra ``tracing``.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Final

from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Link, Status
from typing_extensions import override

from common.spans import trace_with

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from opentelemetry.sdk.trace.export import SpanExportResult
    from opentelemetry.util.types import Attributes, AttributeValue

FLUSH_SECONDS: Final = 3.0

_WORD: Final = r"[A-Za-z0-9_.\-]{1,120}"
_UUID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NUMBER: Final = r"[0-9]{1,19}"
_ROUTE: Final = r"(unmatched|(/([A-Za-z0-9_.\-]+|\{[a-z_]+(:path)?\}))+/?)"
ALLOWED: Final[Mapping[str, str]] = {
    "error.type": _WORD,
    "http.request.method": "[A-Z]+|other",
    "http.response.status_code": _NUMBER,
    "http.route": _ROUTE,
    "messaging.batch.message_count": _NUMBER,
    "messaging.consumer.group.name": _WORD,
    "messaging.destination.name": _WORD,
    "messaging.destination.partition.id": _NUMBER,
    "messaging.kafka.offset": _NUMBER,
    "messaging.message.id": _UUID,
    "messaging.operation.type": _WORD,
    "messaging.system": "kafka",
    "wushe.event.subject": _UUID,
    "wushe.event.type": _WORD,
    "wushe.event.version": _NUMBER,
    "wushe.request_id": _UUID,
}
"""Every attribute that may leave the process, and what its value has to look like."""

_VALUES: Final = {name: re.compile(pattern) for name, pattern in ALLOWED.items()}
_NAME: Final = re.compile(
    rf"HTTP|stage|([A-Z]+|other) {_ROUTE}|(send|take in|process) {_WORD}", re.ASCII
)


class Redacting(SpanExporter):
    """Gives on what may leave the process, and drops everything else."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter: Final = exporter

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([redacted(span) for span in spans])

    @override
    def shutdown(self) -> None:
        self._exporter.shutdown()

    @override
    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def redacted(span: ReadableSpan) -> ReadableSpan:
    """Return a span without events, texts, or attributes that are not on the list."""
    return ReadableSpan(
        name=span.name if _NAME.fullmatch(span.name) else "redacted",
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_allowed(span.attributes),
        links=[Link(link.context) for link in span.links],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


@contextmanager
def exporting(
    exporter: SpanExporter, service: str, version: str, *, flush_seconds: float = FLUSH_SECONDS
) -> Generator[None]:
    """Have the spans of this process given to an exporter, redacted, as long as the block."""
    named = {"service.namespace": "wushe", "service.name": service, "service.version": version}
    resource = Resource(named).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(Redacting(exporter)))
    trace_with(provider.get_tracer("wushe", version))
    try:
        yield
    finally:
        trace_with(None)
        # A collector that does not answer must not keep the process from ending.
        ending = Thread(target=provider.shutdown, daemon=True)
        ending.start()
        ending.join(flush_seconds)


def _allowed(attributes: Attributes) -> dict[str, AttributeValue]:
    return {
        name: value
        for name, value in (attributes or {}).items()
        if (pattern := _VALUES.get(name)) is not None
        and isinstance(value, str | int)
        and pattern.fullmatch(str(value))
    }

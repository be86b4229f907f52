"""What a process tells about itself while it works: structured logs, and the ids that join them.

A log line never holds a body, a query string or a token; whoever logs names what happened and the
ids that it happened to.
"""

from __future__ import annotations

import logging
import secrets
import sys
import traceback
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

import structlog
from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

_request_id: Final[ContextVar[str | None]] = ContextVar("request_id", default=None)
_propagator: Final = TraceContextTextMapPropagator()


def current_request_id() -> str | None:
    """Return the id of the request that is being served, if any."""
    return _request_id.get()


def current_traceparent() -> str | None:
    """Return the W3C trace context of the present work, for events that come of it."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


def context_of(traceparent: str | None) -> Context:
    """Return the context in which things follow from a cause; a senseless one is dropped."""
    return _propagator.extract({"traceparent": traceparent} if traceparent else {}, Context())


@contextmanager
def working_on(
    *, traceparent: str | None, request_id: str | None = None, begins: bool = False
) -> Generator[None]:
    """Tie everything that is logged or staged inside to its cause; a senseless one is dropped.

    Args:
        traceparent: The cause, as somebody else named it.
        request_id: The request that is served.
        begins: Begin a trace where there is no cause, so that logs and events can be joined.
    """
    cause = context_of(traceparent)
    if begins and not trace.get_current_span(cause).get_span_context().is_valid:
        cause = trace.set_span_in_context(_beginning(), cause)
    attached = context.attach(cause)
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)
        context.detach(attached)


def _beginning() -> NonRecordingSpan:
    ids = secrets.randbits(128) or 1, secrets.randbits(64) or 1
    return NonRecordingSpan(SpanContext(*ids, is_remote=False))


def configure_logging(service: str, level: str) -> None:
    """Write every log line of this process as JSON to standard output."""
    shared = _shared(service)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    _log_to_standard_library(shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter)


def log_plainly(service: str) -> None:
    """Hand every log line to the standard library as JSON; whoever listens there decides."""
    _log_to_standard_library(_shared(service), structlog.processors.JSONRenderer())


def _log_to_standard_library(shared: Sequence[Processor], last: Processor) -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            *shared,
            last,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _shared(service: str) -> Sequence[Processor]:
    return [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_causes(service),
        structlog.processors.ExceptionRenderer(traceback_of),
    ]


def traceback_of(exc_info: ExcInfo) -> str:
    """Return where and as what an exception came about, but nothing that it says.

    Messages quote what was being worked on: a driver's the row, a validator's the input. Both may
    be about a person, and a log is read by many and kept for long.
    """
    error: BaseException | None = exc_info[1]
    told: list[str] = []
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        told.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}{_code_of(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nand of this came:\n\n".join(reversed(told))


def _code_of(error: BaseException) -> str:
    code = getattr(error, "sqlstate", None) or getattr(error, "code", None)
    return f" [{code}]" if isinstance(code, str) else ""


def _with_causes(service: str) -> Processor:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        if (request_id := _request_id.get()) is not None:
            event.setdefault("request_id", request_id)
        if (span := trace.get_current_span().get_span_context()).is_valid:
            event.setdefault("trace_id", trace.format_trace_id(span.trace_id))
        return event

    return add

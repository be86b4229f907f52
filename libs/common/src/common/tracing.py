"""Whether a process sends its spans away; if not, OpenTelemetry's SDK is not even loaded."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def tracing(service: str, version: str, *, wanted: bool) -> Generator[None]:
    """Have the spans of this process sent by OTLP as long as the block, if that is wanted.

    Where to, how many and as whom is said by OpenTelemetry's own variables:
    ``OTEL_EXPORTER_OTLP_...``, ``OTEL_TRACES_SAMPLER``, ``OTEL_RESOURCE_ATTRIBUTES``.
    """
    if not wanted:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
            OTLPSpanExporter,
        )

        from common.span_export import exporting  # noqa: PLC0415
    except ImportError:
        sys.exit(f"{service}: tracing needs more: pip install 'wushe-common[tracing]'")
    with exporting(OTLPSpanExporter(), service, version):
        yield

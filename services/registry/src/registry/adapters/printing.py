"""Printing certificates in a thread, so that no request waits for another one's paper."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.domain.certificate import Certificate


async def print_certificate(certificate: Certificate, /, *, verified_at: str) -> bytes:
    """Return the certificate as a PDF."""
    return await asyncio.to_thread(_render, certificate, verified_at)


def _render(certificate: Certificate, verified_at: str) -> bytes:
    # Time and memory that only a process that prints has to spend.
    from registry.adapters.certificate_pdf import render  # noqa: PLC0415

    return render(certificate, verified_at=verified_at)

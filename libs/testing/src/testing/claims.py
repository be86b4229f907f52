"""State directories that claim that a stack runs, for tests of whoever believes them."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wushe.ports import free_port
from wushe.state import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wushe.state import PartStatus, StateDir


@contextmanager
def claimed(
    state: StateDir,
    *,
    kafka: str | None = None,
    databases: Mapping[str, str] | None = None,
    parts: Mapping[str, PartStatus] | None = None,
) -> Iterator[Status]:
    """Claim as long as the block that a stack runs; what is not given is where nobody is."""
    nobody = f"127.0.0.1:{free_port()}"
    status = Status(
        phase="ready",
        supervisor=os.getpid(),
        state=state.path,
        gateway=f"http://{nobody}",
        gateway_admin=f"http://{nobody}",
        kafka=kafka or nobody,
        issuer="i",
        audience="a",
        jwks=state.jwks,
        databases=dict(databases or {}),
        parts=dict(parts or {}),
    )
    with state.locked():
        state.publish(status)
        yield status
        state.publish(None)

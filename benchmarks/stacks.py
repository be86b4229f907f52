"""The rows that need the whole embedded stack; they share one."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import idle, latency
from wushe.plan import Options
from wushe.stack import Stack
from wushe.tokens import Grant

if TYPE_CHECKING:
    from collections.abc import Collection

    from benchmarks.figures import Row
    from benchmarks.sizes import Sizes

_FIRST_START_SECONDS: Final = 600.0


async def measure(
    names: Collection[str], sizes: Sizes, *, profiles: Path | None = None
) -> list[Row]:
    """Measure ``latency`` and ``idle``, or one of them: the stack first rests, then works."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as directory:
        stack = Stack(Options(state=Path(directory), areas=sizes.areas))
        try:
            print("  first start, with all areas ...", flush=True)  # noqa: T201
            # It ends with the thread that starts it, so it is started here.
            stack.start(seconds=_FIRST_START_SECONDS)
            if "idle" in names:
                stack.stop()
                began = time.monotonic()
                stack.start()
                rows.append(await idle.measure(stack, time.monotonic() - began, sizes))
            if "latency" in names:
                token = stack.token(Grant(role="platform_admin"), subject="bench-administrator")
                rows.append(await latency.measure(stack.status(), token, sizes, profiles=profiles))
        finally:
            stack.stop()
    return rows

"""Flame profiles of a running process, taken from outside by py-spy."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

_RATE: Final = "250"


@asynccontextmanager
async def profiled(pid: int, file: Path, *, seconds: float) -> AsyncGenerator[None]:
    """Write where a process spends its time while the block runs: an SVG for a browser.

    Raises:
        RuntimeError: Not allowed: the kernel lets only some accounts look into processes.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    program = Path(sys.executable).with_name("py-spy")
    target = file.with_suffix(".svg")
    process = await asyncio.create_subprocess_exec(
        *(str(program), "record", "--pid", str(pid), "--output", str(target)),
        *("--duration", str(max(1, round(seconds))), "--rate", _RATE, "--native"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    yield
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(output.decode())
    print(f"  profile: {target}", flush=True)  # noqa: T201

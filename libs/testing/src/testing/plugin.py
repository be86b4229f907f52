"""What pytest is told before any test runs.

A test's own look into a database is declared here once, as the work of nobody's caller. What a test
starts in a process of its own, or asks by a request, declares for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from common.clearance import cleared, system
from testing.spoken import note_what_is_said

KEEP: Final = pytest.StashKey[Callable[[], None] | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run keep what the code said to its databases."""
    parser.addoption("--spoken", type=Path, help="add the statements that shipped code sent")


def pytest_configure(config: pytest.Config) -> None:
    """Let tests open transactions that see everything."""
    stack = ExitStack()
    stack.enter_context(cleared(system("a test")))
    config.add_cleanup(stack.close)
    spoken: Path | None = config.getoption("--spoken")
    config.stash[KEEP] = note_what_is_said(spoken) if spoken is not None else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep what was heard while a worker process is still waited for."""
    keep = session.config.stash[KEEP]
    if keep is not None:
        keep()

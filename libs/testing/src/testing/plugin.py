"""What pytest is told before any test runs.

A test's own look into a database is declared here once, as the work of nobody's caller. What a test
starts in a process of its own, or asks by a request, declares for itself.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from testing.spoken import note_what_is_said

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run keep what the code said to its databases."""
    parser.addoption("--spoken", type=Path, help="add the statements that shipped code sent")


def pytest_configure(config: pytest.Config) -> None:
    """Let tests open transactions that see everything."""
    stack = ExitStack()
    stack.enter_context(cleared(system("a test")))
    config.add_cleanup(stack.close)
    spoken: Path | None = config.getoption("--spoken")
    if spoken is not None:
        config.add_cleanup(note_what_is_said(spoken))

"""The story, told once for all tests that look at it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from wushe.stack import Stack

TOLD_WITHIN_SECONDS = 120


@pytest.fixture(scope="session")
def told(whole: Stack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `wushe demo` wrote about its performance on the shared stack."""
    file = tmp_path_factory.mktemp("story") / "story.json"
    command = (sys.executable, "-m", "wushe", "demo")
    finished = subprocess.run(  # noqa: S603
        (*command, "--state", str(whole.state.path), "--json", str(file)),
        check=False,
        capture_output=True,
        text=True,
        timeout=TOLD_WITHIN_SECONDS,
    )
    print(finished.stdout, finished.stderr)  # noqa: T201  # A failing story is read here.
    assert finished.returncode == 0
    story: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return story

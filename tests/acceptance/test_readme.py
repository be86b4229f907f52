"""What the README tells a stranger to type works, and answers as the README says.

Blocks marked ``sh test`` are one session of a shell, in a directory where a stack runs; a block
marked ``json test`` is what the commands before it print. ``"…"`` in it stands for anything.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(sh|json) test\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ANYTHING = "…"
DONE_WITHIN_SECONDS = 60
MARK = "--- the next block begins here ---"


@dataclass(frozen=True)
class Block:
    language: str
    text: str


def blocks_of(page: str) -> list[Block]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return [Block(language, content) for language, content in FENCE.findall(text)]


def script_of(blocks: list[Block]) -> str:
    """Return one script, which prints a mark before each block."""
    commands = [block.text for block in blocks if block.language == "sh"]
    return "set -eu\n" + "\n".join(f"echo {shlex.quote(MARK)}\n{text}" for text in commands)


def run(script: str, place: Path) -> list[str]:
    """Run a script as a stranger would, and return what each block printed."""
    programs = place / ".venv" / "bin"
    finished = subprocess.run(  # noqa: S603
        ("/bin/sh", "-c", script),
        cwd=place,
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "NO_PROXY": "*"},
        check=False,
        capture_output=True,
        text=True,
        timeout=DONE_WITHIN_SECONDS,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout.split(MARK + "\n")[1:]


def agrees(found: object, promised: object) -> bool:
    """Tell whether what was found has everything that was promised; it may have more."""
    if promised == ANYTHING:
        return True
    if isinstance(promised, dict):
        return isinstance(found, dict) and all(
            name in found and agrees(found[name], value) for name, value in promised.items()
        )
    if isinstance(promised, list):
        return (
            isinstance(found, list)
            and len(found) == len(promised)
            and all(agrees(left, right) for left, right in zip(found, promised, strict=True))
        )
    return found == promised


@pytest.fixture
def place(whole: Stack, tmp_path: Path) -> Path:
    """A directory that looks like a clone in which `make setup` and `make run` were called."""
    (tmp_path / ".wushe").symlink_to(whole.state.path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_commands_of_the_readme_work_and_answer_as_it_says(page: str, place: Path) -> None:
    blocks = blocks_of(page)

    printed = iter(run(script_of(blocks), place))

    assert any(block.language == "json" for block in blocks)
    last = ""
    for block in blocks:
        if block.language == "sh":
            last = next(printed)
        else:
            assert agrees(json.loads(last), json.loads(block.text)), last

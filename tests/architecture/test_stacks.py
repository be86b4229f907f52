"""Tests on whole stacks are where ``make test`` looks for them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_whatever_needs_a_stack_is_run_by_make_test() -> None:
    (looked_at,) = re.findall(r"^STACKS := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    marked = {
        str(file.parent.relative_to(ROOT))
        for place in ("deploy", "libs", "services", "tests")
        for file in (ROOT / place).rglob("test_*.py")
        if re.search(r"mark\.stack\b", file.read_text()) and file != Path(__file__)
    }

    assert sorted(marked) == sorted(looked_at.split())

"""No step locks a table for long, or breaks what runs, without saying why that is right here."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from common.persistence.migrations import render
from support.steps import KEYS, PARTS, steps_of

Waivers: TypeAlias = dict[str, dict[str, dict[str, str]]]

SQUAWK: Final = Path(sys.executable).with_name("squawk")
WAIVERS: Final[Waivers] = tomllib.loads(Path(__file__).with_name("waivers.toml").read_text("utf-8"))
STEPS: Final = [(part, step) for part in (*PARTS, KEYS) for step in steps_of(part)]
SETTINGS: Final = "set lock_timeout = '4s'; set statement_timeout = '60s';"


def rules_broken_by(sql: str) -> set[str]:
    """Return the names of squawk's rules that a script breaks."""
    command = [str(SQUAWK), "--reporter", "json", "--pg-version", "18", "--stdin-filepath", "step"]
    done = subprocess.run(  # noqa: S603 - our own tool
        command, input=sql, text=True, capture_output=True, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    return {finding["rule_name"] for finding in json.loads(done.stdout)}


@pytest.mark.parametrize(("part", "step"), STEPS)
def test_a_step_breaks_no_rule_that_is_not_waived(part: str, step: str) -> None:
    broken = rules_broken_by(render(part, step))

    assert broken == set(WAIVERS.get(part, {}).get(step, {}))


def test_every_waiver_is_of_a_step_and_has_a_reason() -> None:
    waived = [(part, step) for part, steps in WAIVERS.items() for step in steps]
    reasons = [
        reason
        for steps in WAIVERS.values()
        for rules in steps.values()
        for reason in rules.values()
    ]

    assert set(waived) <= set(STEPS)
    assert all(len(reason.split()) > 3 for reason in reasons)


@pytest.mark.parametrize("part", PARTS)
def test_a_rendered_step_is_the_whole_step(part: str) -> None:
    rendered = [render(part, step) for step in steps_of(part)]

    assert all("alembic_version" in sql and sql.rstrip().endswith("COMMIT;") for sql in rendered)
    assert "create table outbox" in rendered[0]


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        ("alter table need drop column note", "ban-drop-column"),
        ("alter table need rename column note to remark", "renaming-column"),
        ("alter table need alter column note type text", "changing-column-type"),
        ("alter table need add column phone text not null", "adding-required-field"),
        ("alter table need alter column note set not null", "adding-not-nullable-field"),
        ("create index need_note on need (note)", "require-concurrent-index-creation"),
        (
            "alter table need add constraint short check (length(note) < 9)",
            "constraint-missing-not-valid",
        ),
    ],
)
def test_a_bad_step_is_noticed(bad: str, rule: str) -> None:
    assert rule in rules_broken_by(f"{SETTINGS} begin; {bad}; commit;")

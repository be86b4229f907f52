"""A record that nobody can read waits for somebody's decision, and stops nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from support.conditions import eventually_true

if TYPE_CHECKING:
    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
TOPIC = "cases.meeting"


def wushe(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "wushe", "dead-letters", *arguments)
    return subprocess.run(  # noqa: S603
        (*command, "--state", str(stack.state.path)),
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )


def letters(stack: Stack, *options: str) -> list[dict[str, Any]]:
    listed = wushe(stack, "list", "reporting", "--topic", TOPIC, "--json", *options)
    assert listed.returncode == 0, listed.stderr
    found: list[dict[str, Any]] = json.loads(listed.stdout)
    return found


def poison(stack: Stack, value: bytes) -> None:
    producer = Producer({"bootstrap.servers": stack.status().kafka})
    producer.produce(
        TOPIC,
        value=value,
        key=b"nobody",
        headers={
            "ce_specversion": "1.0",
            "ce_id": str(uuid4()),
            "ce_source": "urn:wushe:cases",
            "ce_type": "cases.meeting.recorded.v1",
            "ce_subject": "nobody",
        },
    )
    assert producer.flush(10) == 0


@pytest.fixture
def letter(whole: Stack) -> dict[str, Any]:
    """A dead letter that came from a record which is no event."""
    before = {each["id"] for each in letters(whole)}
    poison(whole, b"this is no event")
    eventually_true(
        lambda: len({each["id"] for each in letters(whole)} - before) == 1,
        what="the dead letter",
        seconds=20,
    )
    return next(each for each in letters(whole) if each["id"] not in before)


def test_a_dead_letter_is_shown_whole_replayed_and_discarded(
    letter: dict[str, Any], whole: Stack
) -> None:
    number = str(letter["id"])

    shown = json.loads(wushe(whole, "show", "reporting", number, "--json").stdout)
    replayed = wushe(whole, "replay", "reporting", number)
    eventually_true(
        lambda: number in {str(each["id"]) for each in letters(whole)},
        what="its return after the second refusal",
        seconds=20,
    )
    discarded = wushe(whole, "discard", "reporting", number)

    assert shown["value"] == "this is no event"
    assert (shown["state"], shown["topic"]) == ("dead", TOPIC)
    assert (replayed.returncode, discarded.returncode) == (0, 0)
    assert number not in {str(each["id"]) for each in letters(whole)}
    assert number in {str(each["id"]) for each in letters(whole, "--held")}


def test_choosing_nothing_does_not_choose_everything(whole: Stack) -> None:
    refused = wushe(whole, "discard", "reporting")

    assert refused.returncode == 2
    assert "--all" in refused.stderr

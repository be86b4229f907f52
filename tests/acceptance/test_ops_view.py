"""What operators see of a running stack: the doctor when all is well and when a part is frozen."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner

from support.conditions import eventually_true
from support.stacks import administrator
from wushe.doctor import Finding, examine
from wushe.every_command import app

if TYPE_CHECKING:
    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
FROZEN = {"reporting", "group reporting"}


def change_an_account(stack: Stack, token: str) -> str:
    """Have the registry decide something that every service will hear of."""
    answer = httpx.put(
        f"{stack.status().gateway}/registry/v1/accounts/ops-{uuid4()}",
        json={"grants": []},
        headers={
            "authorization": f"Bearer {token}",
            "idempotency-key": str(uuid4()),
        },
        trust_env=False,
        timeout=30,
    )
    assert answer.is_success, answer.text
    return str(answer.json()["account_id"])


def wrong(stack: Stack) -> dict[str, Finding]:
    return {found.subject: found for found in examine(stack.state) if not found.is_well}


def way_of(stack: Stack, subject: str) -> dict[str, Any]:
    arguments = ["events", "show", subject, "--json", "--state", str(stack.state.path)]
    told = CliRunner().invoke(app, arguments)
    ways: list[dict[str, Any]] = json.loads(told.stdout) if told.exit_code == 0 else [{}]
    return ways[0]


def test_a_frozen_service_is_found_and_what_it_missed_is_taken_in_later(whole: Stack) -> None:
    eventually_true(
        lambda: not FROZEN & wrong(whole).keys(), what="a stack that is well", seconds=60
    )
    # Who waits until every service knows a token cannot do so later.
    token = administrator(whole)
    pid = whole.kill("reporting", signal.SIGSTOP)
    try:
        account = change_an_account(whole, token)
        eventually_true(lambda: wrong(whole).keys() >= FROZEN, what="both findings", seconds=60)
        missed = way_of(whole, account)
    finally:
        whole.kill("reporting", signal.SIGCONT)
    eventually_true(
        lambda: "reporting" in way_of(whole, account).get("taken_in", {}),
        what="the event in reporting's inbox",
        seconds=60,
    )

    assert pid == whole.pid_of("reporting")
    assert (missed["outbox"], missed["not_yet"]) == ("registry", ["reporting"])
    eventually_true(lambda: not FROZEN & wrong(whole).keys(), what="no findings", seconds=60)

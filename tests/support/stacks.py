"""Stacks for tests: private, small, and shared by all tests of a run that can share."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx

from wushe.plan import Options
from wushe.stack import Stack
from wushe.tokens import Grant, GrantRefused

if TYPE_CHECKING:
    from pathlib import Path

DALIAN: Final = "2102"
TOKEN_WITHIN_SECONDS: Final = 10.0


def stack_in(state: Path, *, split: bool = False) -> Stack:
    """Return a stack, not started, that knows the areas of Dalian only."""
    return Stack(Options(state=state, split=split, areas=DALIAN))


def administrator(stack: Stack) -> str:
    """Return a token that may do everything; after an outage a service may ask us to come again."""
    deadline = time.monotonic() + TOKEN_WITHIN_SECONDS
    while True:
        try:
            return stack.token(Grant(role="platform_admin"), subject="test-administrator")
        except GrantRefused as refusal:
            if refusal.status != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
                raise


def townships(stack: Stack, token: str) -> list[str]:
    """Return the codes of some formal townships."""
    answer = httpx.get(
        f"{stack.status().gateway}/registry/v1/areas",
        params={"scheme": "nbs", "within": DALIAN, "level": "township", "limit": 50},
        headers={"authorization": f"Bearer {token}"},
        trust_env=False,
    )
    assert answer.is_success, answer.text
    return [item["code"] for item in answer.json()["items"] if item["is_formal"]]

"""Stacks for tests: private, small, and shared by all tests of a run that can share."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx

from support.evidence import SERVICES
from testing.links import Link, link_to
from wushe.plan import Options
from wushe.stack import Stack
from wushe.state import StateDir
from wushe.tokens import Grant, GrantRefused

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

DALIAN: Final = "2102"
TOKEN_WITHIN_SECONDS: Final = 10.0


def stack_in(state: Path, *, split: bool = False) -> Stack:
    """Return a stack, not started, that knows the areas of Dalian only.

    When it is split, two processes of each service serve, so that one can take over.
    """
    scale = {f"{service}.serve": 2 for service in SERVICES} if split else {}
    return Stack(Options(state=state, split=split, scale=scale, areas=DALIAN))


@dataclass(frozen=True, slots=True)
class LinkedStack:
    """A stack in which the link to every part can be cut."""

    stack: Stack
    links: Mapping[str, Link]


@contextmanager
def linked_stack_in(state: Path) -> Generator[LinkedStack]:
    """Run such a stack as long as the block."""
    http = {service: f"{service}.http" for service in SERVICES}
    names = {"postgres": "postgres", "broker": "broker", **http}
    memory = StateDir(state)
    with ExitStack() as opened:
        links = {
            part: opened.enter_context(link_to(partial(_port, memory, name)))
            for part, name in names.items()
        }
        options = Options(
            state=state,
            areas=DALIAN,
            detours={part: link.port for part, link in links.items()},
        )
        yield LinkedStack(opened.enter_context(Stack(options)), links)


def _port(state: StateDir, name: str) -> int:
    return state.memory().ports[name]


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

"""No request hides in another: what two servers could read in two ways is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from security.raw import Exchange, exchanges
from security.smuggling import AMBIGUOUS, MISSHAPEN, UNDERSTOOD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from security.conftest import Door
    from testing.gateway import Edge, Upstream

# 426 is how Envoy refuses a version, 501 an encoding that nobody knows.
REFUSALS = {400, 426, 501}


def requests_with(token: str) -> Mapping[str, bytes]:
    head = (
        "POST /cases/v1/needs/batch HTTP/1.1\r\n"
        "host: x\r\n"
        f"authorization: Bearer {token}\r\n"
        "idempotency-key: once\r\n"
        "content-type: application/json\r\n"
    ).encode()
    return {**{name: head + tail for name, tail in AMBIGUOUS.items()}, **MISSHAPEN}


def is_refused(answer: Exchange) -> bool:
    return len(answer.statuses) == 1 and answer.statuses[0] in REFUSALS and answer.is_closed


@pytest.fixture(scope="module")
def answers(edge: Edge, upstream: Upstream) -> Mapping[str, Exchange]:
    """What the gateway says to each; what it lets pass is in the upstream's memory."""
    upstream.seen.clear()
    requests = requests_with(edge.token())
    print(f"{len(requests)} requests with two ends")  # noqa: T201
    return exchanges(edge.url, requests, seconds=3.0)


def test_the_gateway_lets_no_hidden_request_pass(
    answers: Mapping[str, Exchange], upstream: Upstream
) -> None:
    assert len(answers) >= 30

    passed = {name for name, answer in answers.items() if not is_refused(answer)}
    assert passed <= UNDERSTOOD, {name: answers[name] for name in passed - UNDERSTOOD}
    # Whoever was let in was let in alone, and what was hidden has no token and went no further.
    assert len(upstream.seen) == len(passed)
    assert not [seen for seen in upstream.seen if "smuggled" in seen]
    assert all("transfer-encoding" not in _names(seen) for seen in upstream.seen)


def test_what_the_gateway_refuses_is_a_problem(answers: Mapping[str, Exchange]) -> None:
    refused = {name: answer for name, answer in answers.items() if is_refused(answer)}
    assert all(
        "content-type: application/problem+json" in answer.head for answer in refused.values()
    )
    assert all(b"urn:uuid:-" not in answer.body for answer in refused.values())


@pytest.mark.stack
def test_a_service_lets_no_hidden_request_pass(cases_doors: list[Door], admin: str) -> None:
    (direct,) = (door for door in cases_doors if door.way == "directly")

    answers = exchanges(direct.url, requests_with(admin))

    passed = {name: answer for name, answer in answers.items() if not _is_refused_here(answer)}
    assert passed == {}
    assert all("content-type: application/problem+json" in each.head for each in answers.values())


def _is_refused_here(answer: Exchange) -> bool:
    # A request with two hosts has one end: it is refused, and the connection may go on.
    return answer.statuses == [400]


def _names(seen: str) -> list[str]:
    return [line.partition(":")[0].lower() for line in seen.splitlines()[1:]]

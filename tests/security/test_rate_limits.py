"""Each caller, address and costly flow gets exactly what it is given, and nobody else less."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest

from security.conftest import a_state
from testing.gateway import running_gateway
from wushe.components.envoy import Rate, Rates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testing.gateway import Edge, Upstream

GIVEN = 7
ASKED = 20
ENOUGH = Rate(burst=10_000, refill=10_000)
# Nothing comes back while the test runs, so that the count is exact.
FEW = Rate(burst=GIVEN, refill=GIVEN, seconds=3600)
PLAIN = "/cases/v1/needs"
COSTLY = (
    "/cases/v1/needs/batch",
    "/registry/v1/accounts/somebody",
    "/matching/v1/needs/1/explain?offer=2",
    "/matching/v1/needs/1/candidates",
    "/reporting/v1/events",
    "/reporting/v1/indicators/needs_met/events?limit=9",
)


@pytest.fixture(scope="module")
def edge_of_few(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    rates = Rates(
        address=ENOUGH,
        anonymous=FEW,
        subject=Rate(burst=GIVEN * 2, refill=1, seconds=3600),
        costly=FEW,
    )
    state = a_state(tmp_path_factory.mktemp("few"))
    with running_gateway(state, upstream.port, rates) as edge:
        yield edge


def statuses(client: httpx.Client, path: str) -> Counter[int]:
    return Counter(client.get(path).status_code for _ in range(ASKED))


def test_a_caller_gets_exactly_what_one_caller_is_given(edge_of_few: Edge) -> None:
    with edge_of_few.signed_in(f"{uuid4()}") as client, edge_of_few.signed_in("other") as other:
        first = statuses(client, PLAIN)

        assert first == {200: GIVEN * 2, 429: ASKED - GIVEN * 2}
        # Another token of the same caller is the same caller; another caller is not affected.
        assert other.get(PLAIN).status_code == 200


def test_a_new_token_gives_its_bearer_nothing_anew(edge_of_few: Edge) -> None:
    subject = f"{uuid4()}"
    with edge_of_few.signed_in(subject) as client:
        statuses(client, PLAIN)

    with edge_of_few.signed_in(subject) as client:
        assert client.get(PLAIN).status_code == 429


@pytest.mark.parametrize("path", COSTLY)
def test_what_costs_much_is_given_out_more_slowly(edge_of_few: Edge, path: str) -> None:
    with edge_of_few.signed_in(f"{uuid4()}") as client:
        assert statuses(client, path) == {200: GIVEN, 429: ASKED - GIVEN}


def test_costly_requests_of_all_kinds_are_counted_together(edge_of_few: Edge) -> None:
    with edge_of_few.signed_in(f"{uuid4()}") as client:
        answers = Counter(client.get(path).status_code for path in COSTLY * 2)

        assert answers == {200: GIVEN, 429: 2 * len(COSTLY) - GIVEN}
        assert client.get(PLAIN).status_code == 200


def test_an_address_without_a_token_gets_exactly_what_it_is_given(edge_of_few: Edge) -> None:
    with httpx.Client(base_url=edge_of_few.url, trust_env=False) as client:
        public = statuses(client, "/docs")

        assert public == {200: GIVEN, 429: ASKED - GIVEN}
        # Nor does a door that would refuse it count for nothing.
        assert client.get(PLAIN).status_code == 429
    with edge_of_few.signed_in(f"{uuid4()}") as client:
        assert client.get(PLAIN).status_code == 200


def test_whoever_is_told_to_wait_is_told_by_a_problem(edge_of_few: Edge) -> None:
    with edge_of_few.signed_in(f"{uuid4()}") as client:
        statuses(client, PLAIN)
        refused = client.get(PLAIN)

    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["retry-after"] == "1"
    assert refused.json() == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "instance": f"urn:uuid:{refused.headers['x-request-id']}",
    }


def test_an_address_gets_exactly_what_one_address_is_given(
    upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rates = Rates(address=FEW, anonymous=ENOUGH, subject=ENOUGH, costly=ENOUGH)
    state = a_state(tmp_path_factory.mktemp("address"))
    with running_gateway(state, upstream.port, rates) as edge, edge.signed_in() as client:
        # Nobody gets more by claiming to come from elsewhere.
        answers = Counter(
            client.get(PLAIN, headers={"x-forwarded-for": f"198.51.100.{number}"}).status_code
            for number in range(ASKED)
        )

    assert answers == {200: GIVEN, 429: ASKED - GIVEN}


def test_strangers_of_one_address_may_ask_for_exactly_what_they_are_given(
    upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rates = Rates(address=ENOUGH, anonymous=ENOUGH, subject=ENOUGH, costly=ENOUGH, strangers=FEW)
    state = a_state(tmp_path_factory.mktemp("strangers"))
    with (
        running_gateway(state, upstream.port, rates) as edge,
        httpx.Client(base_url=edge.url, trust_env=False) as client,
    ):
        paths = ("/registry/v1/registration", "/registry/v1/answers")
        answers = Counter(client.post(path).status_code for path in paths * (ASKED // 2))

        assert answers == {200: GIVEN, 429: ASKED - GIVEN}
        # What became of it may be asked as before.
        assert statuses(client, f"/registry/v1/registration/{uuid4()}") == {200: ASKED}

"""A header that claims to know who calls, from where, or what is meant, changes nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from security.spoofing import BELIEVED, SPOOFED, UNDERSCORED
from testing.callers import a_grant

if TYPE_CHECKING:
    import httpx

    from security.conftest import Door
    from testing.callers import Issuer
    from testing.gateway import Edge, Upstream

EACH_ANSWER_ITS_OWN = {"x-request-id", "date"}


def test_the_gateway_passes_on_nothing_that_servers_believe(edge: Edge, upstream: Upstream) -> None:
    upstream.seen.clear()

    with edge.signed_in() as client:
        for name, value in SPOOFED:
            if name in BELIEVED:
                client.get("/cases/v1/me", headers={name: value})

    told = {(name, value) for name, value in SPOOFED if name in BELIEVED}
    passed = {
        (name.lower(), value)
        for seen in upstream.seen
        for name, _, value in (line.partition(": ") for line in seen.splitlines()[1:])
    }
    assert len(upstream.seen) == len(told) == len(BELIEVED)
    assert told & passed == set()


@pytest.mark.parametrize("name", UNDERSCORED)
def test_the_gateway_refuses_names_with_an_underscore(edge: Edge, name: str) -> None:
    with edge.signed_in() as client:
        assert client.get("/cases/v1/me", headers={name: "x"}).status_code == 400


@pytest.mark.stack
def test_no_header_makes_a_caller_somebody_else(
    doors: list[Door], issuer: Issuer, nobody_knows: str
) -> None:
    token = issuer.mint(issuer.claims(nobody_knows, [a_grant("platform_admin")]))
    assert len(SPOOFED) >= 40

    for door in doors:
        with door.client(token) as client, door.client() as stranger:
            usual = client.get(door.me)
            said = usual.json()
            # The registry says more of the caller, and knows nothing either.
            assert said.pop("sub") == nobody_knows
            assert not any(said.values())
            assert "grants" in said
            for name, value in SPOOFED:
                answer = client.get(door.me, headers={name: value})
                refused = stranger.get(door.me, headers={name: value})

                assert _told(answer) == _told(usual), (door, name)
                assert refused.status_code == HTTPStatus.UNAUTHORIZED, (door, name)
                assert "chosen" not in answer.headers["x-request-id"], (door, name)


@pytest.mark.stack
def test_no_header_moves_the_addresses_in_an_answer(cases_doors: list[Door], admin: str) -> None:
    for door in cases_doors:
        with door.client(admin) as client:
            usual = client.get("/cases/v1/needs/0192d3c4-0000-7000-8000-000000000000")
            for name, value in (*SPOOFED, ("host", "spoofed.example")):
                answer = client.get(usual.request.url, headers={name: value})

                assert answer.status_code == HTTPStatus.NOT_FOUND, (door, name)
                assert answer.json()["type"] == usual.json()["type"], (door, name)
                assert "spoofed" not in f"{answer.headers}{answer.text}", (door, name)


def _told(answer: httpx.Response) -> object:
    headers = {name: answer.headers[name] for name in answer.headers.keys() - EACH_ANSWER_ITS_OWN}
    return answer.status_code, answer.text, headers

"""No forged token opens any service, whichever way it comes; clocks may differ by a minute."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from testing.forgeries import FORGERIES, Forge

if TYPE_CHECKING:
    from security.conftest import Door
    from testing.callers import Issuer

pytestmark = pytest.mark.stack


def test_no_forged_token_opens_any_service_by_any_door(doors: list[Door], issuer: Issuer) -> None:
    forge = Forge(issuer)
    accepted: list[str] = []

    for door in doors:
        with door.client() as client:
            for name, vector in FORGERIES.items():
                bearer = f"Bearer {vector(forge)}".strip()
                answer = client.get(door.me, headers={"authorization": bearer})
                if not (
                    answer.status_code == HTTPStatus.UNAUTHORIZED
                    and answer.headers["content-type"] == "application/problem+json"
                    and answer.json()["status"] == HTTPStatus.UNAUTHORIZED
                    and answer.headers["www-authenticate"].startswith('Bearer realm="wushe"')
                ):
                    accepted.append(f"{name}, {door}: {answer.status_code} {answer.text}")

    assert accepted == []
    assert len(FORGERIES) >= 24
    print(f"{len(FORGERIES)} forgeries at {len(doors)} doors")  # noqa: T201


@pytest.mark.parametrize(
    ("seconds", "status"), [(50, HTTPStatus.OK), (70, HTTPStatus.UNAUTHORIZED)]
)
@pytest.mark.parametrize("claim", ["exp", "nbf"])
def test_clocks_may_differ_by_a_minute_at_every_door(
    doors: list[Door], issuer: Issuer, claim: str, seconds: int, status: HTTPStatus
) -> None:
    now = int(time.time())
    at = now - seconds if claim == "exp" else now + seconds
    token = Forge(issuer).with_claims(**{"iat": now - 600, claim: at})

    answers = {}
    for door in doors:
        with door.client(token) as client:
            answers[str(door)] = client.get(door.me).status_code

    assert answers == dict.fromkeys(map(str, doors), status)


def test_what_was_asked_for_is_not_repeated_to_whoever_has_no_token(doors: list[Door]) -> None:
    for door in doors:
        with door.client() as client:
            answer = client.get(f"{door.me}?phone=13800000000", headers={"host": "evil.example"})

        assert answer.status_code == HTTPStatus.UNAUTHORIZED
        shown = f"{answer.headers} {answer.text}"
        assert "13800000000" not in shown, door
        assert "evil.example" not in shown, door

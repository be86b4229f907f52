"""What an account may do changes everywhere within five seconds, for those who listen too."""

from __future__ import annotations

import statistics
import threading
import time
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from common.clock import CHINA
from testing.callers import a_grant, claim_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from security.conftest import Door
    from testing.callers import Issuer

pytestmark = pytest.mark.stack

EFFECTIVE_WITHIN_SECONDS = 5.0
ROUNDS = 3
AREA = "210213009"
GRANT = a_grant("station_worker", AREA)
# Where a worker of a station may look, in each service.
PLACES = {
    "registry": "/registry/v1/stations",
    "cases": "/cases/v1/needs",
    "matching": "/matching/v1/matches",
    "reporting": f"/reporting/v1/coverage?scheme=nbs&area={AREA}",
}


def grant(door: Door, admin: str, sub: str, grants: Sequence[object]) -> None:
    with door.client(admin) as client:
        answer = client.put(
            f"/registry/v1/accounts/{sub}",
            json={"grants": grants},
            headers={"idempotency-key": str(uuid4())},
        )
    assert answer.is_success, answer.text


def asked(door: Door, token: str, path: str, body: object = None) -> dict[str, Any]:
    with door.client(token) as client:
        answer = client.post(
            f"/registry/v1/{path}", json=body, headers={"idempotency-key": str(uuid4())}
        )
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


def seconds_until(doors: list[Door], token: str, status: HTTPStatus) -> float:
    """Wait until every door answers with the status; return how long that took."""
    start = time.monotonic()
    waiting = list(doors)
    while waiting:
        waiting = [door for door in waiting if answer_of(door, token) != status]
        elapsed = time.monotonic() - start
        assert elapsed < EFFECTIVE_WITHIN_SECONDS or not waiting, f"{elapsed:.1f} s at {waiting}"
    return time.monotonic() - start


def answer_of(door: Door, token: str) -> int:
    with door.client(token) as client:
        return client.get(PLACES[door.service]).status_code


def test_a_changed_grant_takes_effect_everywhere_within_five_seconds(
    doors: list[Door], admin: str, issuer: Issuer, nobody_knows: str
) -> None:
    token = issuer.mint(issuer.claims(nobody_knows, [GRANT]))
    taken: list[float] = []

    for _ in range(ROUNDS):
        grant(doors[0], admin, nobody_knows, [claim_of(GRANT)])
        taken.append(seconds_until(doors, token, HTTPStatus.OK))
        grant(doors[0], admin, nobody_knows, [])
        taken.append(seconds_until(doors, token, HTTPStatus.FORBIDDEN))

    print(f"median {statistics.median(taken):.2f} s, worst {max(taken):.2f} s")  # noqa: T201
    assert max(taken) <= EFFECTIVE_WITHIN_SECONDS


def test_an_invitation_gives_and_takes_everywhere_within_five_seconds(
    doors: list[Door], admin: str, issuer: Issuer, nobody_knows: str
) -> None:
    token = issuer.mint(issuer.claims(nobody_knows, [GRANT]))
    wanted = {"role": "station_worker", "scheme": "nbs", "area": AREA}
    made = asked(doors[0], admin, "invitations", {"grant": wanted})

    asked(doors[0], token, "invitations/redemption", {"secret": made["secret"]})
    given = seconds_until(doors, token, HTTPStatus.OK)
    asked(doors[0], admin, f"invitations/{made['id']}/withdrawal")
    taken = seconds_until(doors, token, HTTPStatus.FORBIDDEN)

    print(f"given {given:.2f} s, taken {taken:.2f} s")  # noqa: T201
    assert max(given, taken) <= EFFECTIVE_WITHIN_SECONDS


def test_a_substitute_loses_everywhere_what_the_absent_person_loses(
    doors: list[Door], admin: str, issuer: Issuer, nobody_knows: str
) -> None:
    absent = f"absent-{nobody_knows}"
    token = issuer.mint(issuer.claims(nobody_knows, [GRANT]))
    wanted = {"role": "station_worker", "scheme": "nbs", "area": AREA}
    grant(doors[0], admin, absent, [claim_of(GRANT)])
    grant(doors[0], admin, nobody_knows, [])
    today = datetime.now(CHINA).date().isoformat()
    absence = {"absent": absent, "grant": wanted, "first_on": today, "last_on": "2099-12-31"}
    asked(doors[0], admin, "substitutions", {**absence, "substitute": nobody_knows})
    given = seconds_until(doors, token, HTTPStatus.OK)

    grant(doors[0], admin, absent, [])
    taken = seconds_until(doors, token, HTTPStatus.FORBIDDEN)

    print(f"given {given:.2f} s, taken {taken:.2f} s")  # noqa: T201
    assert max(given, taken) <= EFFECTIVE_WITHIN_SECONDS


def test_a_stream_ends_within_five_seconds_after_its_grant(
    doors: list[Door], admin: str, issuer: Issuer, nobody_knows: str
) -> None:
    token = issuer.mint(issuer.claims(nobody_knows, [GRANT]))
    grant(doors[0], admin, nobody_knows, [claim_of(GRANT)])
    matching = [door for door in doors if door.service == "matching"]
    seconds_until(matching, token, HTTPStatus.OK)
    ended: dict[str, float] = {}

    def listen(door: Door, opened: threading.Barrier) -> None:
        with (
            door.client(token) as client,
            client.stream("GET", "/matching/v1/proposals/stream") as answer,
        ):
            assert answer.status_code == HTTPStatus.OK
            opened.wait()
            for _ in answer.iter_raw():
                pass
            ended[str(door)] = time.monotonic()

    opened = threading.Barrier(len(matching) + 1)
    listening = [threading.Thread(target=listen, args=(door, opened)) for door in matching]
    for thread in listening:
        thread.start()
    opened.wait(timeout=20)
    revoked_at = time.monotonic()
    grant(doors[0], admin, nobody_knows, [])
    for thread in listening:
        thread.join(timeout=20)

    taken = {door: at - revoked_at for door, at in ended.items()}
    print(taken)  # noqa: T201
    assert taken.keys() == set(map(str, matching))
    assert max(taken.values()) <= EFFECTIVE_WITHIN_SECONDS
    with httpx.Client(trust_env=False) as client:
        again = client.get(
            f"{matching[0].url}/matching/v1/proposals/stream",
            headers={"authorization": f"Bearer {token}"},
        )
    assert again.status_code == HTTPStatus.FORBIDDEN

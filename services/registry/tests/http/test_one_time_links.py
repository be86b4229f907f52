"""A provider without an account answers one ask, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import text

if TYPE_CHECKING:
    from testing.api import Api

LINKS = "/registry/v1/one_time_links"
ANSWERS = "/registry/v1/answers"
PARTY = {
    "society": "charitable_resource",
    "public_name": "先进街道爱心超市",
    "is_person": False,
    "scheme": "nbs",
    "area": "210213009",
}


@pytest.fixture
async def worker(client: Api) -> Api:
    return await client.signed_in("station_worker", area="210213009", sub="worker-7")


@pytest.fixture
async def party(worker: Api) -> str:
    return str((await worker.post("/registry/v1/parties", json=PARTY)).json()["id"])


def asking(party: str, *, match: str | None = None, hours: float = 48) -> dict[str, str]:
    expires_at = datetime.now(UTC) + timedelta(hours=hours)
    return {
        "match_id": match or str(uuid4()),
        "party_id": party,
        "expires_at": expires_at.isoformat(),
    }


async def minted(worker: Api, party: str, match: str | None = None) -> dict[str, Any]:
    answer = await worker.post(LINKS, json=asking(party, match=match))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def code_of(answer: Any) -> str:  # noqa: ANN401
    return str(answer.json()["type"]).rpartition("/")[2]


async def test_an_answer_is_taken_and_told_without_what_made_the_link(
    client: Api, worker: Api, party: str
) -> None:
    link = await minted(worker, party)

    taken = await client.post(ANSWERS, json={"secret": link["secret"], "answer": "accepted"})

    assert taken.status_code == 200
    assert (taken.json()["answer"], taken.json()["answer_label"]) == ("accepted", "接受")
    shown = (await worker.get(f"{LINKS}/{link['id']}")).json()
    assert (shown["state"], shown["answer"], "secret" in shown) == ("used", "accepted", False)
    async with client.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        told = (
            await connection.execute(
                text("select type, payload from outbox where aggregatetype = 'registry.ask'")
            )
        ).one()
        everything = (
            await connection.execute(text("select string_agg(payload::text, '') from outbox"))
        ).scalar_one()
    assert told.type == "registry.ask.answered.v1"
    assert told.payload == {
        "link_id": link["id"],
        "match_id": link["match_id"],
        "party_id": party,
        "answer": "accepted",
        "answered_at": taken.json()["answered_at"],
    }
    assert link["secret"] not in everything


async def test_a_link_counts_once(client: Api, worker: Api, party: str) -> None:
    link = await minted(worker, party)
    await client.post(ANSWERS, json={"secret": link["secret"], "answer": "declined"})

    replayed = await client.post(ANSWERS, json={"secret": link["secret"], "answer": "accepted"})

    assert (replayed.status_code, code_of(replayed)) == (409, "link-already-used")
    shown = (await worker.get(f"{LINKS}/{link['id']}")).json()
    assert shown["answer"] == "declined"
    again = await worker.post(LINKS, json=asking(party, match=link["match_id"]))
    assert code_of(again) == "link-already-used"


async def test_the_same_request_again_is_answered_alike(
    client: Api, worker: Api, party: str
) -> None:
    link = await minted(worker, party)
    body = {"secret": link["secret"], "answer": "accepted"}
    headers = {"idempotency-key": "phone-1"}

    first = await client.post(ANSWERS, json=body, headers=headers)
    again = await client.post(ANSWERS, json=body, headers=headers)

    assert (again.status_code, again.json()) == (200, first.json())


async def test_a_newer_link_takes_the_place_of_an_older_one(
    client: Api, worker: Api, party: str
) -> None:
    old = await minted(worker, party)
    new = await minted(worker, party, match=old["match_id"])

    refused = await client.post(ANSWERS, json={"secret": old["secret"], "answer": "accepted"})
    taken = await client.post(ANSWERS, json={"secret": new["secret"], "answer": "accepted"})

    assert (refused.status_code, code_of(refused)) == (409, "link-replaced")
    assert taken.status_code == 200


async def test_a_link_expires(client: Api, worker: Api, party: str) -> None:
    link = await minted(worker, party)
    async with client.frame.unit_of_work.transaction() as session:
        late = text("update one_time_link set expires_at = now() - interval '1 second'")
        await (await session.connection()).execute(late)

    refused = await client.post(ANSWERS, json={"secret": link["secret"], "answer": "accepted"})

    assert (refused.status_code, code_of(refused)) == (409, "link-expired")
    assert (await worker.get(f"{LINKS}/{link['id']}")).json()["state"] == "expired"


@pytest.mark.parametrize("hours", [-1.0, 14 * 24 + 1.0])
async def test_a_link_that_is_over_or_lasts_for_too_long_is_refused(
    worker: Api, party: str, hours: float
) -> None:
    answer = await worker.post(LINKS, json=asking(party, hours=hours))

    assert (answer.status_code, code_of(answer)) == (422, "link-expiry-out-of-range")


async def test_a_wrong_secret_answers_nothing(client: Api, worker: Api, party: str) -> None:
    await minted(worker, party)

    wrong = await client.post(ANSWERS, json={"secret": "A" * 43, "answer": "accepted"})
    odd = await client.post(ANSWERS, json={"secret": "", "answer": "accepted"})

    assert (wrong.status_code, code_of(wrong)) == (404, "link-not-found")
    assert (odd.status_code, code_of(odd)) == (422, "input-invalid")


async def test_nobody_mints_for_a_party_elsewhere(client: Api, party: str) -> None:
    other = await client.signed_in("station_worker", area="210302001")

    answer = await other.post(LINKS, json=asking(party))

    assert (answer.status_code, code_of(answer)) == (404, "party-not-found")

"""Invitations: from an officer who knows a person to a login that nobody has seen before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from posting_calls import POSTINGS, a_worker, posted
from sqlalchemy import text
from station_calls import STATIONS
from station_calls import made as made_station

from testing.callers import a_grant

if TYPE_CHECKING:
    from testing.api import Api

INVITATIONS = "/registry/v1/invitations"
WORKER = {"role": "station_worker", "scheme": "nbs", "area": "210213009"}


@pytest.fixture
async def officer(client: Api) -> Api:
    return await client.signed_in("officer", area="210213", sub="officer-1")


async def a_posting(admin: Api, area: str = "210213009") -> str:
    worker = await a_worker(admin, area=area)
    return await posted(admin, (await made_station(admin, area=area))["id"], worker)


async def invited(officer: Api, **more: object) -> dict[str, Any]:
    answer = await officer.post(INVITATIONS, json={"grant": WORKER, **more})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def newcomer(client: Api, sub: str = "newcomer") -> Api:
    claims = client.issuer.claims(sub, [a_grant("station_worker", "210213009")])
    return await client.bearing(client.issuer.mint(claims))


async def redeem(person: Api, secret: str) -> Any:  # noqa: ANN401 - whatever was answered
    answer = await person.post(f"{INVITATIONS}/redemption", json={"secret": secret})
    person.frame.accounts.forget()
    return answer


async def test_a_first_login_is_bound_to_what_it_was_invited_to(
    client: Api, admin: Api, officer: Api
) -> None:
    posting = await a_posting(admin)
    made = await invited(officer, posting_id=posting, valid_until="2099-12-31")
    person = await newcomer(client)
    before = await person.get(STATIONS)

    used = await redeem(person, made["secret"])

    after, me = await person.get(STATIONS), (await person.get("/registry/v1/me")).json()
    assert (before.status_code, used.status_code, after.status_code) == (403, 200, 200)
    assert used.json()["state"] == "used"
    assert me["grants"] == [{**WORKER, "org": None}]
    assert me["account_id"] is not None
    assert [link["posting_id"] for link in me["postings"]] == [posting]
    held = me["entitlements"][0]
    assert (held["origin"], held["origin_label"]) == ("invitation", "凭邀请取得")
    assert held["until"] == "2099-12-31T16:00:00Z"


async def test_a_stranger_is_told_that_nothing_is_known_of_them(client: Api) -> None:
    me = (await (await newcomer(client)).get("/registry/v1/me")).json()

    assert me == {
        "sub": "newcomer",
        "grants": [],
        "account_id": None,
        "entitlements": [],
        "postings": [],
    }


async def test_of_two_logins_only_the_first_is_bound(client: Api, officer: Api) -> None:
    secret = (await invited(officer))["secret"]
    first, second = await newcomer(client, "first"), await newcomer(client, "second")

    await redeem(first, secret)
    refused = await redeem(second, secret)

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("/invitation-already-used")
    assert (await second.get(STATIONS)).status_code == 403


async def test_a_wrong_secret_opens_nothing(client: Api, officer: Api) -> None:
    secret = (await invited(officer))["secret"]
    person = await newcomer(client)

    wrong = await redeem(person, "A" * 43)
    odd = await redeem(person, secret[:-1])

    assert (wrong.status_code, wrong.json()["type"].rpartition("/")[2]) == (
        404,
        "invitation-not-found",
    )
    assert odd.status_code == 422


async def test_the_secret_is_told_once_and_kept_nowhere(client: Api, officer: Api) -> None:
    headers = {"idempotency-key": "invite-1"}
    first = await officer.post(INVITATIONS, json={"grant": WORKER}, headers=headers)
    again = await officer.post(INVITATIONS, json={"grant": WORKER}, headers=headers)
    shown = await officer.get(first.headers["location"])
    secret = first.json()["secret"]

    assert again.json() == {**first.json(), "secret": None}
    assert "secret" not in shown.json()
    async with client.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        kept = text(
            "select coalesce(string_agg(convert_from(body, 'UTF8'), ''), '') as all_bodies, "
            "(select string_agg(i::text, '') from invitation i) as rows from idempotency_key"
        )
        found = (await connection.execute(kept)).one()
    assert first.json()["id"] in found.all_bodies
    assert secret not in found.all_bodies + found.rows


async def test_what_was_taken_back_holds_no_longer(client: Api, admin: Api, officer: Api) -> None:
    made = await invited(officer, posting_id=await a_posting(admin))
    person = await newcomer(client)
    await redeem(person, made["secret"])

    withdrawn = await officer.post(f"{INVITATIONS}/{made['id']}/withdrawal")
    client.frame.accounts.forget()

    me = (await person.get("/registry/v1/me")).json()
    assert withdrawn.json()["state"] == "withdrawn"
    assert (me["grants"], me["entitlements"], me["postings"]) == ([], [], [])
    assert (await person.get(STATIONS)).status_code == 403
    again = await officer.post(f"{INVITATIONS}/{made['id']}/withdrawal")
    assert again.json()["type"].endswith("/invitation-withdrawn")


async def test_a_posting_belongs_to_one_login(client: Api, admin: Api, officer: Api) -> None:
    posting = await a_posting(admin)
    one = await invited(officer, posting_id=posting)
    other = await invited(officer, posting_id=posting)
    first, second = await newcomer(client, "first"), await newcomer(client, "second")

    await redeem(first, one["secret"])
    refused = await redeem(second, other["secret"])

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("/posting-already-linked")
    # Nothing of it was done: neither the grant was given nor the invitation used up.
    assert (await second.get(STATIONS)).status_code == 403
    shown = await officer.get(f"{INVITATIONS}/{other['id']}")
    assert shown.json()["state"] == "open"


@pytest.mark.parametrize("where", ["nowhere", "beyond the officer's area"])
async def test_a_posting_has_to_be_one_that_the_giver_knows(
    admin: Api, officer: Api, where: str
) -> None:
    posting = str(uuid4()) if where == "nowhere" else await a_posting(admin, area="210204008")

    answer = await officer.post(INVITATIONS, json={"grant": WORKER, "posting_id": posting})

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (
        422,
        "unknown-posting",
    )
    assert (await officer.get(INVITATIONS)).json()["items"] == []


async def test_nobody_begins_at_a_posting_that_has_ended(
    client: Api, admin: Api, officer: Api
) -> None:
    posting = await a_posting(admin)
    made = await invited(officer, posting_id=posting)
    await admin.post(f"{POSTINGS}/{posting}/end", json={"ends_on": "2025-01-31"})
    person = await newcomer(client)

    late = await redeem(person, made["secret"])
    again = await officer.post(INVITATIONS, json={"grant": WORKER, "posting_id": posting})

    for refused in (late, again):
        assert refused.json()["type"].endswith("/posting-already-ended")
    assert (await person.get(STATIONS)).status_code == 403
    assert (await officer.get(f"{INVITATIONS}/{made['id']}")).json()["state"] == "open"


@pytest.mark.parametrize(
    ("role", "area", "wanted", "code"),
    [
        ("county_supervisor", "210213", {**WORKER, "role": "officer"}, "role-not-permitted"),
        ("county_supervisor", "210213", {"role": "platform_admin"}, "role-not-permitted"),
        ("officer", "210213", {"role": "platform_admin"}, "role-not-permitted"),
        ("officer", "210204", WORKER, "outside-your-scope"),
        ("officer", "210213", {**WORKER, "area": "2102"}, "outside-your-scope"),
        ("station_worker", "210213009", WORKER, "role-not-permitted"),
    ],
)
async def test_nobody_gives_more_than_they_have(
    client: Api, role: str, area: str, wanted: object, code: str
) -> None:
    giver = await client.signed_in(role, area=area)

    answer = await giver.post(INVITATIONS, json={"grant": wanted})

    assert answer.status_code == 403
    assert answer.json()["type"].endswith(f"/{code}")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"grant": {"role": "station_worker"}}, "grant-incomplete"),
        ({"grant": {**WORKER, "area": "999999"}}, "unknown-area"),
        ({"grant": {"role": "partner", "org": str(uuid4())}}, "unknown-organisation"),
        (
            {"grant": WORKER, "valid_from": "2026-03-02", "valid_until": "2026-03-01"},
            "grant-days-out-of-order",
        ),
        ({"grant": WORKER, "expires_in_days": 31}, "input-invalid"),
    ],
)
async def test_an_invitation_that_could_give_nothing_is_refused(
    admin: Api, body: object, code: str
) -> None:
    answer = await admin.post(INVITATIONS, json=body)

    assert answer.status_code == 422
    assert answer.json()["type"].endswith(f"/{code}")


async def test_an_administrator_of_the_platform_is_invited_by_another_and_seen_by_no_officer(
    admin: Api, officer: Api
) -> None:
    made = await admin.post(INVITATIONS, json={"grant": {"role": "platform_admin"}})

    hidden = await officer.get(made.headers["location"])
    assert (made.status_code, hidden.status_code) == (201, 404)
    assert (await officer.get(INVITATIONS)).json()["items"] == []

"""An organisation that nobody knows becomes a partner, or is told why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from testing.callers import a_grant

if TYPE_CHECKING:
    from uuid import UUID

    from testing.api import Api

REGISTRATION = "/registry/v1/registration"
APPLICATIONS = "/registry/v1/partner_applications"
CENTRE = {
    "society": "social_organisation",
    "public_name": "金州区安心社会工作服务中心",
    "scheme": "nbs",
    "area": "210213",
}


@pytest.fixture
async def officer(client: Api) -> Api:
    return await client.signed_in("officer", area="2102", sub="officer-1")


async def applied(client: Api, **other: object) -> dict[str, Any]:
    answer = await client.post(REGISTRATION, json={**CENTRE, **other})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{REGISTRATION}/{found['id']}"
    return found


async def partner_of(client: Api, org: UUID | str) -> Api:
    claims = client.issuer.claims("director", [a_grant("partner")])
    assert org
    return await client.bearing(client.issuer.mint(claims))


async def test_an_approved_applicant_acts_for_the_party_with_its_first_login(
    client: Api, officer: Api
) -> None:
    asked = await applied(client)
    before = (await client.get(f"{REGISTRATION}/{asked['id']}")).json()

    approved = await officer.post(f"{APPLICATIONS}/{asked['id']}/approval")
    org = approved.json()["party_id"]
    partner = await partner_of(client, org)
    used = await partner.post(
        "/registry/v1/invitations/redemption", json={"secret": asked["secret"]}
    )
    client.frame.accounts.forget()

    after = (await client.get(f"{REGISTRATION}/{asked['id']}")).json()
    assert (before["state"], after["state"], used.status_code) == ("open", "approved", 200)
    party = (await partner.get(f"/registry/v1/parties/{org}")).json()
    assert (party["public_name"], party["is_person"]) == (CENTRE["public_name"], False)
    me = (await partner.get("/registry/v1/me")).json()
    assert me["grants"] == [{"role": "partner", "scheme": None, "area": None, "org": org}]


async def test_until_it_is_approved_an_application_opens_nothing(client: Api) -> None:
    asked = await applied(client)
    partner = await partner_of(client, asked["id"])

    early = await partner.post(
        "/registry/v1/invitations/redemption", json={"secret": asked["secret"]}
    )

    assert early.json()["type"].endswith("/invitation-not-found")
    assert (await partner.get("/registry/v1/me")).json()["grants"] == []


async def test_a_refused_applicant_is_told_why_and_nothing_else(client: Api, officer: Api) -> None:
    asked = await applied(client)

    await officer.post(f"{APPLICATIONS}/{asked['id']}/refusal", json={"reason": "not_verified"})

    told = (await client.get(f"{REGISTRATION}/{asked['id']}")).json()
    assert (told["state"], told["reason"], told["reason_label"]) == (
        "refused",
        "not_verified",
        "无法核实",
    )
    assert told.keys() == {
        "id",
        "state",
        "state_label",
        "reason",
        "reason_label",
        "applied_at",
        "decided_at",
    }
    english = await client.get(f"{REGISTRATION}/{asked['id']}", headers={"accept-language": "en"})
    assert english.json()["reason_label"] == "It could not be verified"


@pytest.mark.parametrize("then", ["approval", "refusal"])
async def test_a_decision_is_final(client: Api, officer: Api, then: str) -> None:
    asked = await applied(client)
    await officer.post(f"{APPLICATIONS}/{asked['id']}/refusal", json={"reason": "other"})

    body = {"reason": "other"} if then == "refusal" else None
    again = await officer.post(f"{APPLICATIONS}/{asked['id']}/{then}", json=body)

    assert again.status_code == 409
    assert again.json()["type"].endswith("/application-already-decided")
    assert again.json()["state"] == "refused"


async def test_officers_see_what_waits_for_them_and_supervisors_only_look(
    client: Api, officer: Api
) -> None:
    asked = await applied(client)
    await applied(client, area="210302")
    supervisor = await client.signed_in("county_supervisor", area="210213")

    waiting = (await officer.get(APPLICATIONS, params={"state": "open"})).json()["items"]
    decided = (await officer.get(APPLICATIONS, params={"state": "approved"})).json()["items"]
    refused = await supervisor.post(f"{APPLICATIONS}/{asked['id']}/approval")

    assert [each["id"] for each in waiting] == [asked["id"]]
    assert decided == []
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (
        403,
        "role-not-permitted",
    )
    assert (await supervisor.get(f"{APPLICATIONS}/{asked['id']}")).status_code == 200


@pytest.mark.parametrize(
    ("other", "status", "code"),
    [
        ({"society": "social_worker"}, 422, "society-may-not-apply"),
        ({"society": "community"}, 422, "society-may-not-apply"),
        ({"area": "999999"}, 422, "unknown-area"),
        ({"public_name": " "}, 422, "input-invalid"),
        ({"phone": "1"}, 422, "input-invalid"),
    ],
)
async def test_an_application_that_could_lead_nowhere_is_refused(
    client: Api, other: dict[str, object], status: int, code: str
) -> None:
    answer = await client.post(REGISTRATION, json={**CENTRE, **other})

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (status, code)


async def test_a_repeated_application_is_one_and_tells_its_secret_once(client: Api) -> None:
    headers = {"idempotency-key": "apply"}
    first = await client.post(REGISTRATION, json=CENTRE, headers=headers)
    again = await client.post(REGISTRATION, json=CENTRE, headers=headers)

    assert again.json() == {**first.json(), "secret": None}


async def test_nobody_learns_of_an_application_by_guessing(client: Api) -> None:
    answer = await client.get(f"{REGISTRATION}/{uuid4()}")

    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/application-not-found")

"""Contacts, as callers meet them: kept, found, read for a purpose, forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

if TYPE_CHECKING:
    from testing.api import Api

PARTIES = "/registry/v1/parties"
SEARCH = "/registry/v1/contacts/search"
SOMEBODY = {
    "name": "王小美",
    "phone": "13800000000",
    "id_number": "11010519491231002X",
    "note": "晚上联系",
}


async def a_person(admin: Api, *, area: str = "210213009") -> str:
    body = {
        "society": "volunteer",
        "public_name": f"V-{uuid4().hex[:8].upper()}",
        "is_person": True,
        "scheme": "nbs",
        "area": area,
    }
    return f"{PARTIES}/{(await admin.post(PARTIES, json=body)).json()['id']}"


async def kept(admin: Api, **known: str) -> str:
    body = {"role": "own_self", **(known or SOMEBODY)}
    answer = await admin.post(f"{await a_person(admin)}/contacts", json=body)
    assert answer.status_code == 201, answer.text
    location: str = answer.headers["location"]
    return location


async def identity(api: Api, contact: str, **asked: object) -> Any:  # noqa: ANN401
    answer = await api.post(f"{contact}/reading", json={"purpose": "arrange_service", **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()["identity"]


async def test_who_somebody_is_is_told_only_when_it_is_asked_for(admin: Api) -> None:
    party = await a_person(admin)

    made = await admin.post(f"{party}/contacts", json={"role": "own_self", **SOMEBODY})
    listed = await admin.get(f"{party}/contacts")

    assert made.json() == listed.json()["items"][0]
    assert made.json()["held"] == ["id_number", "name", "note", "phone"]
    assert not any(value in made.text for value in SOMEBODY.values())
    assert await identity(admin, made.headers["location"]) == SOMEBODY
    some = await identity(admin, made.headers["location"], fields=["phone", "address"])
    assert some == {"phone": SOMEBODY["phone"]}


async def test_every_reading_leaves_who_read_what_and_why(client: Api, admin: Api) -> None:
    contact = await kept(admin)
    worker = await client.signed_in("station_worker", area="210213009", sub="worker-17")

    await identity(worker, contact, purpose="emergency", fields=["phone"])
    await identity(worker, contact)

    first, second = (await admin.get(f"{contact}/readings")).json()["items"]
    assert (first["reader"], first["purpose"], first["fields"]) == (
        "worker-17",
        "emergency",
        ["phone"],
    )
    assert first["purpose_label"] == "紧急情况"
    assert second["fields"] == sorted(SOMEBODY)


@pytest.mark.parametrize("body", [{}, {"purpose": "curiosity"}, {"purpose": None}])
async def test_without_a_purpose_nothing_is_told(admin: Api, body: object) -> None:
    contact = await kept(admin)

    answer = await admin.post(f"{contact}/reading", json=body)

    assert answer.status_code == 422
    assert (await admin.get(f"{contact}/readings")).json()["items"] == []


async def test_a_reading_is_no_secret_kept_under_a_key(admin: Api) -> None:
    contact, key = await kept(admin), {"idempotency-key": "the-same"}

    for _ in range(2):
        await admin.post(f"{contact}/reading", json={"purpose": "vetting"}, headers=key)

    assert len((await admin.get(f"{contact}/readings")).json()["items"]) == 2
    async with admin.frame.unit_of_work.transaction() as session:
        keys = text("select count(*) from idempotency_key where key = 'the-same'")
        assert (await (await session.connection()).execute(keys)).scalar_one() == 0


async def test_what_is_known_is_corrected_by_who_has_seen_it_last(admin: Api) -> None:
    contact = await kept(admin)

    stale = await admin.put(contact, json={"name": "王美"}, headers={"if-match": '"7"'})
    changed = await admin.put(contact, json={"name": "王美"}, headers={"if-match": '"1"'})

    assert (stale.status_code, changed.status_code, changed.headers["etag"]) == (412, 200, '"2"')
    assert await identity(admin, contact) == {"name": "王美"}


@pytest.mark.parametrize(
    "known",
    [
        {"phone": "＋８６ 138 0000 0000"},
        {"name": " 王小 美"},
        {"id_number": "１１０１０５19491231002x"},
        {"name": "王小美", "phone": "138-0000-0000"},
    ],
)
async def test_people_are_found_by_what_is_known_however_it_is_written(
    admin: Api, known: dict[str, str]
) -> None:
    contact = await kept(admin)
    await kept(admin, name="王小明", phone="13800000001")

    found = await admin.post(SEARCH, json={"purpose": "duplicate_check", **known})

    assert [item["id"] for item in found.json()["items"]] == [contact.rpartition("/")[2]]
    (reading,) = (await admin.get(f"{contact}/readings")).json()["items"]
    assert (reading["purpose"], reading["fields"]) == ("duplicate_check", sorted(known))


async def test_people_of_other_areas_are_not_found(client: Api, admin: Api) -> None:
    await kept(admin)
    stranger = await client.signed_in("station_worker", area="210204008")

    found = await stranger.post(SEARCH, json={"purpose": "vetting", "phone": SOMEBODY["phone"]})

    assert found.json()["items"] == []
    nothing = await stranger.post(SEARCH, json={"purpose": "vetting"})
    assert nothing.status_code == 422


async def test_a_person_is_reached_in_person_and_once(admin: Api) -> None:
    party = await a_person(admin)
    body = {"role": "own_self", "phone": "13800000000"}
    await admin.post(f"{party}/contacts", json=body)

    again = await admin.post(f"{party}/contacts", json=body)
    other = await admin.post(f"{party}/contacts", json={**body, "role": "contact_person"})

    assert again.json()["type"].endswith("/person-has-contact")
    assert other.json()["type"].endswith("/contact-of-person-is-self")


async def test_an_organisation_has_several_contacts_and_none_is_itself(admin: Api) -> None:
    body = {
        "society": "social_organisation",
        "public_name": "大连市社会工作协会",
        "is_person": False,
        "scheme": "nbs",
        "area": "2102",
    }
    party = (await admin.post(PARTIES, json=body)).headers["location"]
    chosen = str(uuid4())
    for role in ("contact_person", "legal_representative"):
        made = await admin.post(f"{party}/contacts", json={"role": role, "name": "李雷"})
        assert made.status_code == 201

    itself = await admin.post(f"{party}/contacts", json={"role": "own_self"})
    one = await admin.post(f"{party}/contacts", json={"id": chosen, "role": "contact_person"})
    taken = await admin.post(f"{party}/contacts", json={"id": chosen, "role": "contact_person"})

    assert itself.status_code == 422
    assert (one.status_code, taken.status_code) == (201, 409)
    assert len((await admin.get(f"{party}/contacts")).json()["items"]) == 3


@pytest.mark.parametrize(
    "known",
    [
        {"id_number": "110105194912310021"},
        {"id_number": "1101051949123100"},
        {"id_number": "110105********"},
        {"phone": "nothing"},
        {"email": "nobody"},
        {"name": "王" * 61},
        {"name": ""},
        {"birthday": "1949-12-31"},
    ],
)
async def test_what_is_wrong_is_named_and_not_repeated(admin: Api, known: dict[str, str]) -> None:
    answer = await admin.post(
        f"{await a_person(admin)}/contacts", json={"role": "own_self", **known}
    )

    ((field, value),) = known.items()
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/body/{field}"
    assert not value or value not in answer.text


async def test_who_is_erased_is_nowhere_any_more_and_does_not_come_back(admin: Api) -> None:
    contact = await kept(admin)

    erased = await admin.post(f"{contact}/erasure", json={"reason": "own_wish"})
    again = await admin.post(f"{contact}/erasure", json={"reason": "unlawful"})

    assert erased.json()["held"] == []
    assert erased.json()["erased_at"] is not None
    assert again.json() == erased.json()
    for attempt in (
        await admin.post(f"{contact}/reading", json={"purpose": "emergency"}),
        await admin.put(contact, json=SOMEBODY),
    ):
        assert attempt.status_code == 404
        assert attempt.json()["type"].endswith("/person-erased")
    found = await admin.post(SEARCH, json={"purpose": "vetting", "phone": SOMEBODY["phone"]})
    assert found.json()["items"] == []


async def test_an_id_of_somebody_erased_is_given_to_nobody(admin: Api) -> None:
    contact = await kept(admin)
    await admin.post(f"{contact}/erasure", json={"reason": "own_wish"})
    body = {"id": contact.rpartition("/")[2], "role": "own_self", **SOMEBODY}

    answer = await admin.post(f"{await a_person(admin)}/contacts", json=body)

    assert answer.json()["type"].endswith("/person-erased")


async def test_a_volunteer_reads_and_corrects_what_is_kept_of_them(client: Api, admin: Api) -> None:
    contact = await kept(admin)
    party = UUID(contact.split("/")[4])
    volunteer = await client.signed_in("volunteer", org=party)

    assert await identity(volunteer, contact, purpose="own_request") == SOMEBODY
    assert (await volunteer.put(contact, json={"name": "王美"})).status_code == 200
    assert (await volunteer.get(await a_person(admin))).status_code == 404

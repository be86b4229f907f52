"""The life of a partner, as callers meet it: from an invitation to a merger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import text

if TYPE_CHECKING:
    from testing.api import Api

PARTIES = "/registry/v1/parties"


async def a_party(admin: Api, **other: object) -> str:
    body = {
        "society": "social_organisation",
        "public_name": "大连市社会工作协会",
        "is_person": False,
        "scheme": "nbs",
        "area": "210213009",
        **other,
    }
    answer = await admin.post(PARTIES, json=body)
    assert answer.status_code == 201, answer.text
    location: str = answer.headers["location"]
    return location


async def decided(admin: Api, party: str, what: str, **body: object) -> dict[str, Any]:
    answer = await admin.post(f"{party}/{what}", json=body)
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def told(admin: Api) -> list[tuple[str, dict[str, Any]]]:
    async with admin.frame.unit_of_work.transaction() as session:
        rows = await (await session.connection()).execute(
            text("select type, payload from outbox order by seq")
        )
        return [(row.type, row.payload) for row in rows]


async def test_a_partner_is_invited_approved_certified_anew_suspended_and_approved_again(
    admin: Api,
) -> None:
    party = await a_party(admin, invited_on="2025-01-01")

    views = [
        (await admin.get(party)).json(),
        await decided(admin, party, "approval", approved_on="2025-02-01"),
        await decided(
            admin, party, "recertification", required_on="2025-03-01", due_on="2025-04-01"
        ),
        await decided(
            admin, party, "suspension", suspended_on="2025-04-02", reason="not_recertified"
        ),
        await decided(admin, party, "approval", approved_on="2025-05-01"),
    ]

    assert [(view["standing"], view["standing_since"]) for view in views] == [
        ("invited", "2025-01-01"),
        ("approved", "2025-02-01"),
        ("recertification_required", "2025-03-01"),
        ("suspended", "2025-04-02"),
        ("approved", "2025-05-01"),
    ]
    assert [view["recertify_by"] for view in views] == [None, None, "2025-04-01", None, None]
    assert views[3]["suspension_reason_label"] == "未按期重新核证"
    assert (views[4]["suspended_on"], views[4]["standing_label"]) == (None, "已核准")
    events = await told(admin)
    assert [name for name, _ in events] == [
        "registry.party.registered.v1",
        "registry.party.approved.v1",
        "registry.party.recertification_required.v1",
        "registry.party.suspended.v1",
        "registry.party.approved.v1",
    ]
    assert events[0][1]["standing"] == "invited"


async def test_partners_are_listed_by_their_standing(admin: Api) -> None:
    invited, approved = await a_party(admin, invited_on="2025-01-01"), await a_party(admin)

    for standing, party in (("invited", invited), ("approved", approved)):
        found = await admin.get(PARTIES, params={"standing": standing})
        assert [item["id"] for item in found.json()["items"]] == [party.rpartition("/")[2]]


async def test_what_cannot_follow_is_refused_with_where_the_party_is(admin: Api) -> None:
    party = await a_party(admin, invited_on="2025-01-01")

    suspended = await admin.post(
        f"{party}/suspension", json={"suspended_on": "2025-02-01", "reason": "complaint"}
    )

    assert suspended.status_code == 409
    assert suspended.json()["type"].endswith("/party-not-approved")
    assert suspended.json()["standing"] == "invited"


async def test_the_id_of_a_merged_party_answers_with_the_survivor(admin: Api) -> None:
    first, second, third = [await a_party(admin) for _ in range(3)]
    ids = [party.rpartition("/")[2] for party in (first, second, third)]

    await decided(admin, first, "merger", survivor_id=ids[1], merged_on="2025-03-01")
    survivor = await decided(admin, second, "merger", survivor_id=ids[2], merged_on="2025-03-02")

    assert survivor["id"] == ids[2]
    assert [(await admin.get(party)).json() for party in (first, second)] == [survivor] * 2
    assert [item["id"] for item in (await admin.get(PARTIES)).json()["items"]] == [ids[2]]
    merged = [payload for name, payload in await told(admin) if name == "registry.party.merged.v1"]
    assert [(each["party_id"], each["survivor_id"]) for each in merged] == [
        (ids[0], ids[1]),
        (ids[1], ids[2]),
    ]
    async with admin.frame.unit_of_work.transaction() as session:
        rows = await (await session.connection()).execute(
            text("select id::text from party where merged_into is not null")
        )
        assert {row.id for row in rows} == set(ids[:2])


async def test_a_merged_party_cannot_be_merged_again_nor_with_what_is_not_alike(admin: Api) -> None:
    first, second = await a_party(admin), await a_party(admin)
    other = await a_party(admin, society="community")
    survivor = second.rpartition("/")[2]
    body = {"survivor_id": survivor, "merged_on": "2025-03-01"}

    unlike = await admin.post(f"{other}/merger", json=body)
    itself = await admin.post(f"{second}/merger", json=body)
    nobody = await admin.post(f"{first}/merger", json={**body, "survivor_id": str(uuid4())})
    await decided(admin, first, "merger", **body)
    again = await admin.post(f"{first}/merger", json=body)

    assert [answer.json()["type"].rpartition("/")[2] for answer in (unlike, itself, nobody)] == [
        "parties-not-alike",
        "parties-not-alike",
        "party-not-found",
    ]
    assert again.json()["type"].endswith("/party-was-merged")
    assert again.json()["survivor_id"] == survivor


async def test_contacts_go_on_with_the_survivor(admin: Api) -> None:
    first = await a_party(admin, society="volunteer", public_name="V-0001", is_person=True)
    second = await a_party(admin, society="volunteer", public_name="V-0002", is_person=True)
    for party in (first, second):
        await admin.post(f"{party}/contacts", json={"role": "own_self", "name": "王小美"})
    survivor = second.rpartition("/")[2]

    await decided(admin, first, "merger", survivor_id=survivor, merged_on="2025-03-01")

    contacts = (await admin.get(f"{second}/contacts")).json()["items"]
    assert sorted(contact["role"] for contact in contacts) == ["other_record", "own_self"]
    assert (await admin.get(f"{first}/contacts")).json()["items"] == contacts
    other = next(contact["id"] for contact in contacts if contact["role"] == "other_record")
    read = await admin.post(f"{second}/contacts/{other}/reading", json={"purpose": "correction"})
    assert read.json()["identity"] == {"name": "王小美"}


async def test_nobody_merges_what_they_do_not_see(client: Api, admin: Api) -> None:
    here, there = await a_party(admin), await a_party(admin, area="210204008")
    body = {"survivor_id": there.rpartition("/")[2], "merged_on": "2025-03-01"}
    supervisor = await client.signed_in("county_supervisor", area="210213")

    answer = await supervisor.post(f"{here}/merger", json=body)

    assert answer.status_code == 404
    assert UUID(answer.json()["party_id"]) == UUID(body["survivor_id"])

"""Who may have been entered twice: found, explained, and told to nobody by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.duplicates import Candidate, Sameness
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from testing.api import Api

V1 = "/registry/v1"
KNOWN = {"name": "王小美", "phone": "13800000000", "id_number": "11010519491231002X"}


async def a_volunteer(
    admin: Api, *, area: str = "210213009", organisation: str | None = None, **known: str
) -> str:
    body = {
        "society": "volunteer",
        "public_name": f"V-{uuid4().hex[:8].upper()}",
        "is_person": True,
        "scheme": "nbs",
        "area": area,
    }
    party = f"{V1}/parties/{(await admin.post(f'{V1}/parties', json=body)).json()['id']}"
    made = await admin.post(f"{party}/contacts", json={"role": "own_self", **known})
    assert made.status_code == 201, made.text
    profile = {"skills": [], "languages": [], "available": [], "organisation_id": organisation}
    assert (await admin.put(f"{party}/volunteer", json=profile)).status_code == 200
    return party


async def likenesses(api: Api, party: str) -> list[dict[str, Any]]:
    answer = await api.get(f"{party}/duplicates")
    assert answer.status_code == 200, answer.text
    assert not any(value in answer.text for value in KNOWN.values())
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        ({"name": "王小美 ", "id_number": "110105********002X"}, ["id_tail", "name"]),
        ({"name": "王小美", "id_number": "**************002x"}, ["id_tail", "name"]),
        ({"id_number": "１１０１０５19491231002x"}, ["id_number"]),
        ({"name": "王小美", "phone": "+86 138 0000 0000"}, ["name", "phone"]),
    ],
)
async def test_who_was_entered_twice_is_found_with_the_reasons(
    admin: Api, other: dict[str, str], reasons: list[str]
) -> None:
    party, twin = await a_volunteer(admin, **KNOWN), await a_volunteer(admin, **other)
    await a_volunteer(admin, name="李雷", phone="13900000000")

    (found,) = await likenesses(admin, party)

    assert found["party_id"] == twin.rpartition("/")[2]
    assert found["reasons"] == reasons
    assert [each["party_id"] for each in await likenesses(admin, twin)] == [
        party.rpartition("/")[2]
    ]


@pytest.mark.parametrize(
    "other", [{"name": "王小美"}, {"phone": "13800000000"}, {"id_number": "**************002X"}]
)
async def test_what_many_people_share_is_not_enough(admin: Api, other: dict[str, str]) -> None:
    party = await a_volunteer(admin, **KNOWN)
    await a_volunteer(admin, **other)

    assert await likenesses(admin, party) == []


async def test_a_name_counts_more_within_one_organisation(admin: Api) -> None:
    team, other = str(uuid4()), str(uuid4())
    party = await a_volunteer(admin, organisation=team, name="王小美")
    twin = await a_volunteer(admin, organisation=team, name="王 小美")
    await a_volunteer(admin, organisation=other, name="王小美")
    await a_volunteer(admin, organisation=team, name="李雷")

    (found,) = await likenesses(admin, party)

    assert (found["party_id"], found["reasons"]) == (
        twin.rpartition("/")[2],
        ["name", "organisation"],
    )


async def test_who_was_merged_or_erased_or_is_elsewhere_is_no_candidate(
    client: Api, admin: Api
) -> None:
    party, merged, erased = [await a_volunteer(admin, **KNOWN) for _ in range(3)]
    await a_volunteer(admin, area="210204008", **KNOWN)
    worker = await client.signed_in("station_worker", area="210213009")
    assert len(await likenesses(worker, party)) == 2
    assert len(await likenesses(admin, party)) == 3

    merger = {"survivor_id": party.rpartition("/")[2], "merged_on": "2025-03-01"}
    assert (await admin.post(f"{merged}/merger", json=merger)).status_code == 200
    (contact,) = (await admin.get(f"{erased}/contacts")).json()["items"]
    await admin.post(f"{erased}/contacts/{contact['id']}/erasure", json={"reason": "own_wish"})

    assert await likenesses(worker, party) == []


@given(st.frozensets(st.sampled_from(list(Sameness)), min_size=1))
def test_more_reasons_never_speak_less_for_it(reasons: frozenset[Sameness]) -> None:
    whole = Candidate(party_id=PartyId(uuid4()), reasons=reasons)

    for reason in reasons:
        part = Candidate(party_id=whole.party_id, reasons=reasons - {reason})
        assert part.points <= whole.points <= 100
        assert whole.is_likely or not part.is_likely

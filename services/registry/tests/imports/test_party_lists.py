"""Lists of parties that are imported again, longer and longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importing import V1, table
from sqlalchemy import text

from common.clearance import cleared, system

if TYPE_CHECKING:
    from importing import Desk

    from testing.api import Api

PARTIES = "parties"
HEADER = ["类别", "公开名称", "是否个人", "区划代码", "审查日期", "审查有效期至", "暂停日期"]


def volunteer(number: int, *more: str) -> list[str]:
    told = [*more, "", "", ""][:3]
    return ["volunteer", f"V-{number:05}", "是", "210213009", *told]


VETTED = ("2025-01-01", "2027-01-01")


async def test_a_list_that_tells_more_changes_those_it_tells_more_of(desk: Desk) -> None:
    first = [HEADER, volunteer(1), volunteer(2, *VETTED), volunteer(3)]
    await desk.imported(table(first), subject=PARTIES)

    later = [
        HEADER,
        volunteer(1, *VETTED),
        volunteer(2, *VETTED),
        volunteer(3, "", "", "2025-05-05"),
    ]
    done = await desk.imported(table(later), subject=PARTIES)
    again = await desk.imported(table(later), subject=PARTIES)

    assert done["counts"] == {"changed": 2, "unchanged": 1}
    assert again["counts"] == {"unchanged": 3}
    found = {party["public_name"]: party for party in await desk.parties()}
    assert found["V-00001"]["vetting_valid_until"] == "2027-01-01"
    assert found["V-00003"]["standing"] == "suspended"


async def test_everything_that_a_row_tells_is_told_to_others_in_its_order(
    desk: Desk, client: Api
) -> None:
    await desk.imported(
        table([HEADER, volunteer(1, *VETTED, "2025-05-05"), volunteer(2)]), subject=PARTIES
    )

    (first, second) = sorted(await desk.parties(), key=lambda party: party["public_name"])
    assert await told_of(client, first["id"]) == [
        (1, "registry.party.registered.v1"),
        (2, "registry.party.vetted.v1"),
        (3, "registry.party.suspended.v1"),
    ]
    assert await told_of(client, second["id"]) == [(1, "registry.party.registered.v1")]


async def test_one_wrong_row_of_many_leaves_nothing_behind(desk: Desk, client: Api) -> None:
    rows = [HEADER, *(volunteer(number, *VETTED) for number in range(700))]
    checked = await desk.sent(table(rows), subject=PARTIES)
    rival = await desk.imported(
        table([HEADER, volunteer(650, "2025-02-02", "2026-02-02")]), subject=PARTIES
    )
    (party,) = await desk.parties()
    suspended = await desk.caller.post(
        f"{V1}/parties/{party['id']}/suspension",
        json={"suspended_on": "2025-06-01", "reason": "complaint"},
        headers={"if-match": '"2"'},
    )

    stopped = await desk.committed(checked["id"])

    assert (rival["counts"], suspended.status_code) == ({"created": 1}, 200)
    assert (stopped["state"], stopped["problem"]) == ("stopped", "rows-refused-meanwhile")
    assert await desk.flaws(stopped["id"]) == [(652, None, "party-is-suspended")]
    assert [each["public_name"] for each in await desk.parties()] == ["V-00650"]
    assert len(await told_of(client, None)) == 3


async def test_the_living_one_of_two_of_a_name_is_meant(desk: Desk) -> None:
    await desk.imported(table([HEADER, volunteer(1)]), subject=PARTIES)
    twin = {
        "society": "volunteer",
        "public_name": "V-00001",
        "is_person": True,
        "scheme": "nbs",
        "area": "210213009",
    }
    (first,) = await desk.parties()
    second = (await desk.caller.post(f"{V1}/parties", json=twin)).json()
    merger = {"survivor_id": second["id"], "merged_on": "2025-01-01"}
    merged = await desk.caller.post(f"{V1}/parties/{first['id']}/merger", json=merger)
    assert merged.status_code == 200, merged.text

    done = await desk.imported(table([HEADER, volunteer(1, *VETTED)]), subject=PARTIES)

    assert done["counts"] == {"changed": 1}
    (alive,) = await desk.parties()
    assert (alive["id"], alive["vetting_valid_until"]) == (second["id"], "2027-01-01")


async def told_of(client: Api, party_id: str | None) -> list[tuple[int, str]]:
    told = text(
        "select version, type from outbox where aggregatetype = 'registry.party'"
        " and (cast(:party_id as text) is null or aggregateid = :party_id) order by seq"
    )
    with cleared(system("test")):
        async with client.frame.unit_of_work.transaction() as session:
            rows = await (await session.connection()).execute(told, {"party_id": party_id})
            return [(version, event) for version, event in rows]

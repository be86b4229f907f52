"""The change feed, as somebody follows it who keeps a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from testing.api import Api

V1: Final = "/registry/v1"
CHANGES: Final = f"{V1}/changes"
STATION: Final = {
    "tier": "station",
    "kind": "school",
    "name": "𠮷祥路学校社工站",
    "scheme": "nbs",
    "area": "210213009",
    "planned_on": "2020-03-01",
    "opened_on": "2020-06-18",
}


async def a_station(admin: Api, **other: object) -> str:
    answer = await admin.post(f"{V1}/stations", json=STATION | other)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def told(reader: Api, **asked: str | int) -> dict[str, Any]:
    answer = await reader.get(CHANGES, params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def shown(found: dict[str, Any]) -> list[tuple[str, str, int, bool]]:
    return [(each["id"], each["area"], each["version"], each["is_gone"]) for each in found["items"]]


async def test_each_thing_is_told_once_as_it_is_now_in_the_order_of_changes(admin: Api) -> None:
    first, second = await a_station(admin), await a_station(admin)
    begun = await told(admin)
    body = {"since": "2025-01-01", "name": "学校社工站"}
    await admin.patch(f"{V1}/stations/{first}", json=body)
    await admin.patch(f"{V1}/stations/{second}", json=body)
    await admin.patch(f"{V1}/stations/{first}", json=body | {"name": "小学社工站"})

    since = await told(admin, since=begun["since"])
    anew = await told(admin)

    assert shown(begun) == [(first, "210213009", 2, False), (second, "210213009", 2, False)]
    assert shown(since) == [(second, "210213009", 3, False), (first, "210213009", 4, False)]
    assert shown(anew) == shown(since)
    station = (await admin.get(since["items"][1]["path"])).json()
    assert (station["id"], station["version"], station["name"]) == (first, 4, "小学社工站")
    assert (await told(admin, since=since["since"]))["items"] == []


async def test_what_is_over_leaves_a_tombstone(admin: Api) -> None:
    station = await a_station(admin)
    begun = await told(admin)
    closure = {"closed_on": "2025-01-01", "reason": "premises_lost"}
    closed = await admin.post(f"{V1}/stations/{station}/closure", json=closure)
    assert closed.status_code == 200, closed.text

    assert shown(await told(admin, since=begun["since"])) == [(station, "210213009", 3, True)]


async def test_what_moves_is_gone_from_one_area_and_then_there_in_the_other(
    client: Api, admin: Api
) -> None:
    station = await a_station(admin)
    old = await client.signed_in("station_worker", area="210213009")
    new = await client.signed_in("station_worker", area="210213008")
    begun, there = await told(old), await told(new)
    everywhere = await told(admin)
    body = {"since": "2025-01-01", "area": {"scheme": "nbs", "area": "210213008"}}
    await admin.patch(f"{V1}/stations/{station}", json=body)

    left = await told(old, since=begun["since"])
    come = await told(new, since=there["since"])
    both = await told(admin, since=everywhere["since"])

    assert (shown(begun), shown(there)) == ([(station, "210213009", 2, False)], [])
    assert shown(left) == [(station, "210213009", 2, True)]
    assert shown(come) == [(station, "210213008", 3, False)]
    assert shown(both) == shown(left) + shown(come)


async def test_it_comes_in_stretches_and_by_kind(admin: Api) -> None:
    stations = [await a_station(admin) for _ in range(3)]
    party = {"society": "volunteer", "public_name": "志愿服务队", "is_person": False}
    made = await admin.post(f"{V1}/parties", json={**party, "scheme": "nbs", "area": "210213009"})

    found: list[str] = []
    stretch = await told(admin, limit=2)
    while stretch["is_more"]:
        found += [each["id"] for each in stretch["items"]]
        stretch = await told(admin, limit=2, since=stretch["since"])
    found += [each["id"] for each in stretch["items"]]

    assert found == [*stations, made.json()["id"]]
    parties = await told(admin, kind="party")
    assert [each["path"] for each in parties["items"]] == [made.headers["location"]]
    assert shown(await told(admin, within="210204")) == []


async def test_a_place_belongs_to_the_filters_it_was_given_for(admin: Api) -> None:
    since = (await told(admin, kind="party"))["since"]

    other = await admin.get(CHANGES, params={"since": since})
    invented = await admin.get(CHANGES, params={"since": "bm9uc2Vuc2U"})

    for answer in (other, invented):
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("/cursor-invalid")

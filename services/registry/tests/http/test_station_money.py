"""Money and people of stations, as callers meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from station_calls import STATIONS, made, refusal, types_of

if TYPE_CHECKING:
    from testing.api import Api

RULES = "/registry/v1/staffing_rules"


def a_sum(**other: object) -> dict[str, Any]:
    return {
        "kind": "one_off_subsidy",
        "source": "county",
        "amount_fen": 5_000_000,
        "received_on": "2024-06-30",
        **other,
    }


def a_rule(**other: object) -> dict[str, Any]:
    return {
        "tier": "station",
        "scheme": "nbs",
        "area": "2102",
        "min_full_time": 3,
        "valid_from": "2021-01-01",
        **other,
    }


async def test_money_is_entered_once_listed_and_taken_back(admin: Api) -> None:
    station = await made(admin)
    path = f"{STATIONS}/{station['id']}/fundings"
    chosen = str(uuid4())

    first = await admin.post(path, json=a_sum(id=chosen))
    again = await admin.post(path, json=a_sum(id=chosen))
    other = await admin.post(path, json=a_sum(id=chosen, amount_fen=1))
    await admin.post(path, json=a_sum(kind="investment", source="province", amount_fen=1))
    back = {"cancelled_on": "2024-07-01", "reason": "returned"}
    cancelled = await admin.post(f"{path}/{chosen}/cancellation", json=back)
    twice = await admin.post(f"{path}/{chosen}/cancellation", json=back)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert refusal(other) == (409, "funding-id-taken")
    assert (first.json()["kind_label"], first.json()["source_label"]) == ("一次性补助", "县级财政")
    assert (cancelled.json()["cancelled_on"], cancelled.json()["amount_fen"]) == (
        "2024-07-01",
        5_000_000,
    )
    assert refusal(twice) == (409, "funding-already-cancelled")
    one_off = await admin.get(path, params={"kind": "one_off_subsidy", "source": "county"})
    assert [item["id"] for item in one_off.json()["items"]] == [chosen]
    none = await admin.get(path, params={"received_to": "2024-06-29"})
    assert none.json()["items"] == []
    told = await types_of(admin, station["id"])
    assert told[2:] == ["funded", "funded", "funding_cancelled"]


async def test_an_entry_belongs_to_its_station(admin: Api) -> None:
    station = await made(admin)
    other = await made(admin, area="210213008")
    entry = await admin.post(f"{STATIONS}/{station['id']}/fundings", json=a_sum())
    elsewhere = f"{STATIONS}/{other['id']}/fundings"

    taken = await admin.post(elsewhere, json=a_sum(id=entry.json()["id"]))
    cancelled = await admin.post(
        f"{elsewhere}/{entry.json()['id']}/cancellation",
        json={"cancelled_on": "2024-07-01", "reason": "mistaken"},
    )

    assert refusal(taken) == (409, "funding-id-taken")
    assert refusal(cancelled) == (404, "funding-not-found")


async def test_amounts_are_whole_fen(admin: Api) -> None:
    station = await made(admin)
    path = f"{STATIONS}/{station['id']}/fundings"

    for amount in (0.5, "100", 0, -1, 1e3, 10**16, True):
        answer = await admin.post(path, json=a_sum(amount_fen=amount))
        assert refusal(answer) == (422, "input-invalid"), amount


async def test_the_rule_of_the_smallest_area_counts_on_its_days(admin: Api) -> None:
    station = await made(admin)
    path = f"{STATIONS}/{station['id']}"
    await admin.put(
        f"{path}/headcounts/2024-07-01", json={"full_time": 2, "part_time": 4, "certified": 1}
    )

    async def finding(on: str) -> tuple[str, int]:
        view = (await admin.get(f"{path}/staffing", params={"on": on})).json()
        return view["verdict"], view["short_of_full_time"]

    assert await finding("2025-01-01") == ("no_rule", 0)
    await admin.post(RULES, json=a_rule())
    county = a_rule(area="210213", min_full_time=2, valid_from="2025-06-01")
    stricter = (await admin.post(RULES, json=county)).json()
    await admin.post(RULES, json=a_rule(tier="room", area="210213009", min_full_time=9))

    assert await finding("2024-06-30") == ("not_stated", 0)
    assert await finding("2025-05-31") == ("not_met", 1)
    assert await finding("2025-06-01") == ("met", 0)
    ended = await admin.post(f"{RULES}/{stricter['id']}/end", json={"valid_until": "2025-06-30"})
    assert (ended.json()["version"], ended.headers["etag"]) == (2, '"2"')
    assert await finding("2025-07-01") == ("not_met", 1)
    listed = await admin.get(RULES, params={"on": "2025-07-01", "tier": "station"})
    assert [rule["area"] for rule in listed.json()["items"]] == ["2102"]


async def test_a_later_word_on_the_same_day_replaces_the_first(admin: Api) -> None:
    station = await made(admin)
    path = f"{STATIONS}/{station['id']}"
    counts = {"full_time": 2, "part_time": 0, "certified": 0}
    for full_time in (2, 3):
        body = {**counts, "full_time": full_time}
        await admin.put(f"{path}/headcounts/2024-07-01", json=body)

    view = (await admin.get(f"{path}/staffing", params={"on": "2024-07-01"})).json()

    assert view["headcount"] == {**counts, "full_time": 3, "counted_on": "2024-07-01"}


async def test_two_rules_do_not_hold_at_once(admin: Api) -> None:
    chosen = str(uuid4())
    first = a_rule(id=chosen, valid_until="2025-12-31")

    assert (await admin.post(RULES, json=first)).status_code == 201
    assert (await admin.post(RULES, json=first)).status_code == 200
    overlap = await admin.post(RULES, json=a_rule(valid_from="2025-12-31"))
    taken = await admin.post(RULES, json=a_rule(id=chosen, valid_from="2026-01-01"))
    after = await admin.post(RULES, json=a_rule(valid_from="2026-01-01"))
    longer = await admin.post(f"{RULES}/{chosen}/end", json={"valid_until": "2026-01-01"})
    backwards = await admin.post(f"{RULES}/{chosen}/end", json={"valid_until": "2020-01-01"})

    assert refusal(overlap) == (409, "staffing-rules-overlap")
    assert refusal(taken) == (409, "staffing-rule-id-taken")
    assert after.status_code == 201
    assert refusal(longer) == (409, "staffing-rules-overlap")
    assert refusal(backwards) == (422, "staffing-rule-days-out-of-order")


async def test_a_worker_states_the_headcount_and_decides_nothing_else(
    client: Api, admin: Api
) -> None:
    station = await made(admin)
    worker = await client.signed_in("station_worker", area="210213009")
    path = f"{STATIONS}/{station['id']}"

    stated = await worker.put(
        f"{path}/headcounts/2024-07-01", json={"full_time": 1, "part_time": 0, "certified": 2}
    )
    renamed = await worker.patch(path, json={"since": "2025-01-01", "name": "新名"})

    assert refusal(stated) == (422, "certified-exceed-staff")
    assert refusal(renamed) == (403, "role-not-permitted")

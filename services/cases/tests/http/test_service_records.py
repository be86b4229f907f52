"""Service records over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from case_requests import a_record_body, matched, problem, told

from common.grants import Role
from common.vocabulary import MatchState

if TYPE_CHECKING:
    from testing.api import Api


def records_of(need: dict[str, Any]) -> str:
    return f"/cases/v1/needs/{need['id']}/service_records"


async def test_a_service_is_put_on_record(station: Api) -> None:
    need = await told(station)
    match = await matched(station, need)

    recorded = await station.post(records_of(need), json=a_record_body(match))

    assert recorded.status_code == 201
    assert recorded.json()["society"] == "volunteer"
    assert recorded.json()["society_label"] == "社区志愿者"
    listed = await station.get(records_of(need))
    assert listed.json()["items"] == [recorded.json()]


async def test_a_record_told_twice_is_one_record(station: Api) -> None:
    need = await told(station)
    body = a_record_body(await matched(station, need), id=str(uuid4()))

    first = await station.post(records_of(need), json=body)
    second = await station.post(records_of(need), json=body)
    other = await station.post(records_of(need), json={**body, "persons": 1})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (other.status_code, problem(other)) == (409, "service-record-id-taken")


async def test_a_service_needs_a_match(station: Api) -> None:
    need = await told(station)
    proposed = await matched(station, need, MatchState.PROPOSED)
    accepted = await matched(station, need)
    fulfilled = await matched(station, need, MatchState.FULFILLED)

    unknown = await station.post(
        records_of(need), json=a_record_body(accepted, match_id=str(uuid4()))
    )
    not_accepted = await station.post(records_of(need), json=a_record_body(proposed))
    over = await station.post(records_of(need), json=a_record_body(fulfilled))
    of_another_line = await station.post(
        records_of(need), json=a_record_body(accepted, line_id=str(uuid4()))
    )

    assert (unknown.status_code, problem(unknown)) == (404, "match-not-found")
    assert (not_accepted.status_code, problem(not_accepted)) == (404, "match-not-found")
    assert (over.status_code, problem(over)) == (409, "match-already-fulfilled")
    assert (of_another_line.status_code, problem(of_another_line)) == (404, "match-not-found")


async def test_a_service_of_a_need_that_has_ended_is_refused(station: Api) -> None:
    need = await told(station)
    match = await matched(station, need)
    await station.post(f"/cases/v1/needs/{need['id']}/closure", json={"is_met": False})

    refused = await station.post(records_of(need), json=a_record_body(match))

    assert (refused.status_code, problem(refused)) == (409, "need-already-ended")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"unit": "hour"}, "unit-differs"),
        ({"ended_at": "2020-01-01T00:00:00Z"}, "service-ends-before-it-starts"),
        (
            {"ended_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()},
            "service-not-over-yet",
        ),
        ({"ended_at": "2026-01-01T00:00:00"}, "input-invalid"),
        ({"ended_at": 1767225600}, "input-invalid"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "input-invalid"),
        ({"person_times": -1}, "input-invalid"),
        ({"quantity": 0}, "input-invalid"),
        ({"society": "volunteer"}, "input-invalid"),
    ],
)
async def test_an_impossible_service_is_refused(
    station: Api, change: dict[str, Any], code: str
) -> None:
    need = await told(station)
    match = await matched(station, need)

    refused = await station.post(records_of(need), json=a_record_body(match, **change))

    assert (refused.status_code, problem(refused)) == (422, code)


async def test_the_records_of_a_need_out_of_reach_do_not_exist(client: Api, station: Api) -> None:
    need = await told(station)
    neighbour = await client.signed_in(Role.STATION_WORKER, "210213008")

    hidden = await neighbour.get(records_of(need))

    assert (hidden.status_code, problem(hidden)) == (404, "need-not-found")

"""Meetings over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from case_requests import a_meeting_body, problem

from common.grants import Role

if TYPE_CHECKING:
    from testing.api import Api

MEETINGS = "/cases/v1/meetings"


async def test_minutes_are_put_on_record_and_found_again(community: Api) -> None:
    recorded = await community.post(MEETINGS, json=a_meeting_body())

    assert recorded.status_code == 201
    assert recorded.json()["attendance"] == 14
    found = await community.get(recorded.headers["location"])
    assert found.json() == recorded.json()
    assert found.headers["etag"] == '"1"'


async def test_the_same_minutes_under_the_same_id_are_one_meeting(community: Api) -> None:
    body = a_meeting_body(id=str(uuid4()))

    first = await community.post(MEETINGS, json=body)
    second = await community.post(MEETINGS, json=body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


async def test_other_minutes_under_the_same_id_are_refused(community: Api) -> None:
    meeting_id = str(uuid4())
    await community.post(MEETINGS, json=a_meeting_body(id=meeting_id))

    refused = await community.post(
        MEETINGS, json=a_meeting_body(id=meeting_id, resolution="另行商议")
    )

    assert refused.status_code == 409
    assert problem(refused) == "meeting-id-taken"


async def test_a_meeting_of_the_future_is_refused(community: Api) -> None:
    refused = await community.post(MEETINGS, json=a_meeting_body(held_on="2099-12-31"))

    assert refused.status_code == 422
    assert problem(refused) == "meeting-not-held-yet"


async def test_meetings_are_listed_from_the_last_recorded(community: Api) -> None:
    recorded = [(await community.post(MEETINGS, json=a_meeting_body())).json() for _ in range(3)]

    first = await community.get(MEETINGS, params={"limit": 2})
    rest = await community.get(first.headers["link"].partition(">")[0].removeprefix("<"))

    assert [*first.json()["items"], *rest.json()["items"]] == recorded[::-1]
    assert rest.json()["next"] is None


async def test_labels_are_in_the_language_of_the_caller(community: Api) -> None:
    recorded = await community.post(MEETINGS, json=a_meeting_body())
    path = recorded.headers["location"]

    english = await community.get(path, headers={"accept-language": "en"})

    assert recorded.json()["participants"][1]["kind_label"] == "家长"
    assert english.json()["participants"][1]["kind_label"] == "Parents"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("held_on", 20000),
        ("held_on", "20000"),
        ("held_on", "1899-01-01"),
        ("participants", []),
        ("topic", ""),
        ("topic", "　"),
        ("topic", "长" * 201),
        ("resolution", None),
        ("scheme", "gb"),
        ("area", "21021300x"),
        ("chair", "某某"),
    ],
)
async def test_what_is_wrong_is_named(community: Api, field: str, value: object) -> None:
    refused = await community.post(MEETINGS, json=a_meeting_body(**{field: value}))

    assert refused.status_code == 422
    assert problem(refused) == "input-invalid"
    assert [flaw["pointer"] for flaw in refused.json()["errors"]] == [f"/body/{field}"]


async def test_a_meeting_of_another_street_does_not_exist(client: Api, community: Api) -> None:
    recorded = await community.post(MEETINGS, json=a_meeting_body())
    neighbour = await client.signed_in(Role.COMMUNITY_WORKER, "210213008")

    hidden = await neighbour.get(recorded.headers["location"])
    unknown = await neighbour.get(f"{MEETINGS}/{uuid4()}")

    assert hidden.status_code == unknown.status_code == 404
    assert problem(hidden) == problem(unknown) == "meeting-not-found"

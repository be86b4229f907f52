from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from reporting_story import STREET, Story, hear, named

from reporting.bootstrap import build
from reporting.settings import Settings
from testing.api import Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

NEEDS = "/reporting/v1/needs"


@pytest.fixture
async def client() -> AsyncGenerator[Api]:
    async with api(build, Settings, "reporting") as client:
        yield await client.signed_in("station_worker", area=STREET)


async def story_of(client: Api, story: Story, **params: str) -> Mapping[str, Any]:
    answer = await client.get(f"{NEEDS}/{story.need_id}", params=params)
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


async def test_the_story_of_a_need_has_times_societies_measures_and_events(client: Api) -> None:
    story = Story()
    events = story.met()
    await hear(client.service, events)

    found = await story_of(client, story)

    assert (found["state"], found["society_count"]) == ("met", 5)
    assert found["seconds"] == {
        "to_proposal": 60,
        "to_first_acceptance": 600,
        "to_all_accepted": 2100,
        "to_fulfilment": 78_000,
        "to_closure": 86_400,
    }
    assert found["measures"] == {
        "records": 3,
        "persons": 40,
        "person_times": 58,
        "households": 0,
        "sessions": 3,
    }
    assert [share["society"] for share in found["societies"]] == [
        "community",
        "social_organisation",
        "social_worker",
        "volunteer",
        "charitable_resource",
    ]
    assert {event["id"] for event in found["events"]} == {str(event.id) for event in events}
    assert found["events"][0]["type"] == "cases.need.submitted.v1"
    assert found["events"][-1]["type"] == "cases.need.closed.v1"


async def test_lines_come_in_their_order_and_derived_ones_last(client: Api) -> None:
    story = Story()
    await hear(client.service, story.met())

    lines = (await story_of(client, story))["lines"]

    assert [line["service"] for line in lines] == [
        "waiting_room",
        "counselling",
        "drinking_water",
        "company",
        "venue_operation",
    ]
    assert lines[-1]["derived_from"] == str(story.id("room"))
    assert (lines[1]["delivered"], lines[1]["unit"]) == (18, "person_time")


async def test_a_story_can_be_told_as_it_was_known(client: Api) -> None:
    story = Story()
    await hear(client.service, story.met())

    found = await story_of(client, story, as_of=story.after(15).isoformat())

    assert (found["state"], found["proposed_at"] is not None) == ("open", True)
    assert (found["first_accepted_at"] is not None, found["all_accepted_at"]) == (True, None)
    assert found["society_count"] == 3
    assert all(event["time"] <= found["as_of"] for event in found["events"])


async def test_before_its_submission_there_was_no_need(client: Api) -> None:
    story = Story()
    await hear(client.service, story.met())

    answer = await client.get(f"{NEEDS}/{story.need_id}", params={"as_of": "2026-03-01"})

    assert (answer.status_code, answer.json()["need_id"]) == (404, str(story.need_id))


async def test_a_need_of_somebody_else_does_not_exist(client: Api) -> None:
    other = Story("other", area="210213008")
    await hear(client.service, other.met())

    foreign = await client.get(f"{NEEDS}/{other.need_id}")
    unknown = await client.get(f"{NEEDS}/{named('unknown')}")

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json()["title"] == unknown.json()["title"] == "统计数据中没有这项需求。"


async def test_a_need_that_has_moved_is_told_of_where_it_is_now(client: Api) -> None:
    story = Story()
    await hear(client.service, [story.submitted(), story.planned(), story.moved("210213008")])
    there = await client.signed_in("station_worker", area="210213008")

    gone = await client.get(f"{NEEDS}/{story.need_id}")
    found = await story_of(there, story)

    assert gone.status_code == 404
    assert found["area"] == "210213008"
    assert [event["type"] for event in found["events"]] == [
        "cases.need.submitted.v1",
        "matching.linkage_plan.proposed.v1",
        "cases.need.changed.v1",
    ]
    assert len(found["lines"]) == 5
    events = "/reporting/v1/events"
    theirs = await there.get(events, params={"need_id": str(story.need_id)})
    ours = await client.get(events, params={"need_id": str(story.need_id)})
    assert (len(theirs.json()["items"]), ours.json()["items"]) == (3, [])


async def test_needs_are_listed_page_by_page_each_once(client: Api) -> None:
    stories = [Story(f"need {number}") for number in range(5)]
    foreign = Story("foreign", area="210213008")
    await hear(client.service, [each.submitted() for each in (*stories, foreign)])

    shown: list[str] = []
    url: str | None = f"{NEEDS}?limit=2"
    while url:
        answer = await client.get(url)
        shown += [item["need_id"] for item in answer.json()["items"]]
        url = answer.links.get("next", {}).get("url")

    assert shown == sorted(str(story.need_id) for story in stories)


@pytest.mark.parametrize("state", ["open", "withdrawn", "met", "unmet"])
async def test_needs_can_be_filtered_by_state(client: Api, state: str) -> None:
    opened, withdrawn, met, unmet = (Story(key) for key in ("open", "withdrawn", "met", "unmet"))
    await hear(client.service, [opened.submitted(), withdrawn.submitted(), withdrawn.withdrawn()])
    await hear(client.service, [*met.met(), unmet.submitted(), unmet.closed(is_met=False)])

    found = (await client.get(NEEDS, params={"state": state})).json()["items"]

    assert [(item["need_id"], item["state"]) for item in found] == [
        (str(Story(state).need_id), state)
    ]


async def test_a_code_needs_its_list(client: Api) -> None:
    within = {"within": STREET}

    alone = await client.get(NEEDS, params=within)
    both = await client.get(NEEDS, params={**within, "scheme": "nbs"})

    assert alone.status_code == 422
    assert alone.json()["errors"][0]["pointer"] == "/query/scheme"
    assert both.status_code == 200

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from reporting_story import STREET, Story, hear, named

from common.contracts.registry import AccountChanged
from reporting.bootstrap import build
from reporting.settings import Settings
from testing.api import Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

EVENTS = "/reporting/v1/events"


@pytest.fixture
async def root() -> AsyncGenerator[Api]:
    async with api(build, Settings, "reporting") as client:
        yield client


async def test_an_event_is_shown_word_for_word(root: Api) -> None:
    client = await root.signed_in("analyst", area="2102")
    closed = Story().met()[-1]
    await hear(root.service, Story().met())

    found = (await client.get(f"{EVENTS}/{closed.id}")).json()

    assert (found["type"], found["version"]) == ("cases.need.closed.v1", 2)
    assert found["data"] == closed.data.model_dump(mode="json")


async def test_events_can_be_found_by_subject_type_and_need(root: Api) -> None:
    client = await root.signed_in("analyst", area="2102")
    story, other = Story(), Story("other")
    events = story.met()
    await hear(root.service, [*events, *other.met()])

    async def count(**params: str) -> int:
        answer = await client.get(EVENTS, params={"limit": "200", **params})
        return len(answer.json()["items"])

    # A need, and its plan: two subjects with one id.
    assert await count(subject=str(story.need_id)) == 3
    assert await count(type="cases.need.closed.v1") == 2
    assert await count(need_id=str(story.need_id)) == len(events)
    assert await count(need_id=str(story.need_id), type="matching.match.accepted.v1") == 5


async def test_events_are_listed_as_time_went_each_once(root: Api) -> None:
    client = await root.signed_in("analyst", area="2102")
    events = Story().met()
    await hear(root.service, events)

    shown: list[tuple[str, str]] = []
    url: str | None = f"{EVENTS}?limit=7"
    while url:
        answer = await client.get(url)
        shown += [(item["time"], item["id"]) for item in answer.json()["items"]]
        url = answer.links.get("next", {}).get("url")

    assert shown == sorted(shown)
    assert {event_id for _, event_id in shown} == {str(event.id) for event in events}
    assert len(shown) == len(events)


async def test_an_event_about_something_elsewhere_does_not_exist(root: Api) -> None:
    client = await root.signed_in("station_worker", area="210213008")
    events = Story(area=STREET).met()
    await hear(root.service, events)

    for event in events:
        assert (await client.get(f"{EVENTS}/{event.id}")).status_code == 404
    assert (await client.get(EVENTS)).json()["items"] == []


async def test_what_belongs_to_no_place_is_shown_to_administrators_only(root: Api) -> None:
    officer = await root.signed_in("officer", area="21")
    administrator = await root.signed_in("platform_admin")
    changed = AccountChanged(account_id=named("account"), sub="somebody", grants=())
    event = Story().told(changed, datetime(2026, 3, 2, tzinfo=UTC))
    await hear(root.service, [event])

    assert (await officer.get(f"{EVENTS}/{event.id}")).status_code == 404
    assert (await administrator.get(f"{EVENTS}/{event.id}")).status_code == 200


async def test_nobody_can_change_the_journal_over_http(root: Api) -> None:
    administrator = await root.signed_in("platform_admin")

    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert (await administrator.request(method, EVENTS)).status_code == 405

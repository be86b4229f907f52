"""Policies over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from testing.api import STREET, Api

POLICIES = "/matching/v1/policies"
CITY = "2102"


@pytest.fixture
async def officer(client: Api) -> Api:
    await client.put_areas()
    return await client.signed_in("officer", CITY)


async def drafted(caller: Api, **changes: object) -> Any:  # noqa: ANN401 - JSON
    body = {"area": CITY, "title": "冬季取暖期", "weights": {"waiting": 4}} | changes
    return await caller.post(POLICIES, json=body)


def refused(answer: Any) -> tuple[int, str]:  # noqa: ANN401
    return answer.status_code, str(answer.json()["type"]).rpartition("/")[2]


async def test_a_policy_is_drafted_activated_and_holds_for_all_within(officer: Api) -> None:
    draft = await drafted(officer, asking={"patience_seconds": 3_600})
    active = await officer.post(f"{draft.headers['location']}/activation", json={})
    in_force = await officer.get(f"{POLICIES}/in_force", params={"area": STREET})

    assert (draft.status_code, draft.json()["state"]) == (201, "draft")
    assert draft.json()["weights"]["waiting"] == 4
    assert draft.json()["weights"]["fit"] == 400
    assert draft.json()["offering"]["moderated_kinds"] == ["money"]
    assert (active.status_code, active.json()["state_label"]) == (200, "已启用")
    assert active.json()["activated_by"] == active.json()["drafted_by"]
    assert in_force.json() == active.json()


async def test_figures_out_of_range_and_unknown_ones_are_refused(officer: Api) -> None:
    too_much = await drafted(officer, weights={"fit": 0})
    unknown = await drafted(officer, weights={"fitt": 1})
    no_section = await drafted(officer, kindness={"most": 1})

    for answer, pointer in (
        (too_much, "/body/weights/fit"),
        (unknown, "/body/weights/fitt"),
        (no_section, "/body/kindness"),
    ):
        assert refused(answer) == (422, "input-invalid")
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_policy_begins_now_or_later_and_once(officer: Api) -> None:
    path = f"{(await drafted(officer)).headers['location']}/activation"
    yesterday, tomorrow = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 1))

    early = await officer.post(path, json={"effective_from": yesterday.isoformat()})
    late = await officer.post(path, json={"effective_from": tomorrow.isoformat()})
    again = await officer.post(path, json={})

    assert refused(early) == (422, "policy-from-the-past")
    assert late.status_code == 200
    assert refused(again) == (409, "policy-already-active")
    in_force = await officer.get(f"{POLICIES}/in_force", params={"area": CITY})
    assert in_force.json()["version"] == 1


async def test_nobody_decides_beyond_the_own_area(client: Api, officer: Api) -> None:
    admin = await client.signed_in("platform_admin")
    of_country = await drafted(admin, area=None)

    assert refused(await drafted(officer, area="21")) == (403, "outside-your-scope")
    assert refused(await drafted(officer, area=None)) == (403, "outside-your-scope")
    activation = await officer.post(f"{of_country.headers['location']}/activation", json={})
    assert refused(activation) == (404, "policy-not-found")
    assert (await officer.get(of_country.headers["location"])).json() == of_country.json()


async def test_policies_are_listed_the_newest_first(officer: Api) -> None:
    first = (await drafted(officer)).json()
    second = (await drafted(officer, area=STREET, weights=None)).json()
    await officer.post(f"{POLICIES}/{first['version']}/activation", json={})

    listed = (await officer.get(POLICIES, params={"within": CITY})).json()["items"]
    drafts = (await officer.get(POLICIES, params={"state": "draft"})).json()["items"]

    assert [each["version"] for each in listed] == [second["version"], first["version"]]
    assert [each["version"] for each in drafts] == [second["version"]]

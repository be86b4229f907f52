"""Trying policies on the past, and fairness figures, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from matching_builders import a_line, metres_north
from matching_desk import EVERYWHERE

from matching.app.keep_policies import DraftPolicy
from matching.domain.policy import Asking, Weights
from testing.api import STREET, Api

if TYPE_CHECKING:
    from matching_desk import Desk

V1 = "/matching/v1"
CITY = "2102"


@pytest.fixture
async def officer(client: Api) -> Api:
    return await client.signed_in("officer", CITY)


def days_ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def a_period(**changes: object) -> dict[str, Any]:
    until = days_ago(0)
    since = until - timedelta(days=3)
    period = {"since": since.isoformat(), "until": until.isoformat()}
    return {"area": CITY} | period | changes


async def lived_through(desk: Desk) -> int:
    """Two needs and one offer that is enough for one of them; the nearer is less urgent."""
    desk.clock.at = days_ago(2)
    await desk.offer(capacity=10, metres=0)
    await desk.rows("update offer set published_at = :at returning 1", at=desk.clock.at)
    near, far = metres_north(100), metres_north(3_000)
    await desk.need("near", a_line("near"), point=near, urgency=1)
    await desk.need("far", a_line("far"), point=far, urgency=4)
    nearest = Weights(distance=5_000, urgency=0)
    draft = DraftPolicy(area=None, title="就近", weights=nearest, asking=Asking(wave=2))
    return (await desk.app.draft_policy(draft, EVERYWHERE)).version


def refused(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - JSON
    return answer.status_code, str(answer.json()["type"]).rpartition("/")[2]


async def test_a_policy_is_tried_on_what_was_and_says_what_would_have_changed(
    desk: Desk, officer: Api
) -> None:
    version = await lived_through(desk)

    accepted = await officer.post(f"{V1}/policies/{version}/what-if", json=a_period())
    waiting = await officer.get(accepted.headers["location"])
    assert await desk.app.try_policies()
    done = (await officer.get(accepted.headers["location"])).json()

    assert (accepted.status_code, waiting.json()["state"]) == (202, "waiting")
    assert (done["state"], done["done"], done["steps"]) == ("done", 6, 6)
    assert (done["base"]["filled"], done["tried"]["filled"]) == (1, 1)
    assert (done["base"]["metres"], done["tried"]["metres"]) == (3_000.0, 100.0)
    (district,) = done["tried"]["fairness"]["districts"]
    assert (district["code"], district["fill_rate"]) == ("210213", 0.5)
    assert done["tried"]["fairness"]["groups"][0]["label"] == "群体"
    assert (waiting.json()["not_played"], done["not_played"]) == ([], ["asking.wave"])
    assert not await desk.app.try_policies()


async def test_a_try_whose_worker_was_killed_is_begun_again(desk: Desk, officer: Api) -> None:
    version = await lived_through(desk)
    accepted = await officer.post(f"{V1}/policies/{version}/what-if", json=a_period())
    await desk.rows(
        "update what_if set state = 'running', attempts = 1, done = 2,"
        " claimed_until = now() - interval '1 second' returning 1"
    )

    assert await desk.app.try_policies()

    assert (await officer.get(accepted.headers["location"])).json()["state"] == "done"


async def test_a_try_that_ends_every_process_is_given_up(desk: Desk, officer: Api) -> None:
    version = await lived_through(desk)
    accepted = await officer.post(f"{V1}/policies/{version}/what-if", json=a_period())
    await desk.rows(
        "update what_if set state = 'running', attempts = 3,"
        " claimed_until = now() - interval '1 second' returning 1"
    )

    assert await desk.app.try_policies()

    assert (await officer.get(accepted.headers["location"])).json()["state"] == "failed"


async def test_a_period_must_be_over_and_of_bearable_length(desk: Desk, officer: Api) -> None:
    version = await lived_through(desk)
    path = f"{V1}/policies/{version}/what-if"

    ahead = await officer.post(path, json=a_period(until=days_ago(-1).isoformat()))
    long = await officer.post(path, json=a_period(since=days_ago(200).isoformat()))
    elsewhere = await officer.post(path, json=a_period(area="2103"))
    unknown = await officer.post(f"{V1}/policies/999/what-if", json=a_period())

    assert refused(ahead) == (422, "period-not-over")
    assert refused(long) == (422, "period-too-long")
    assert refused(elsewhere) == (403, "outside-your-scope")
    assert refused(unknown) == (404, "policy-not-found")


async def test_fairness_is_shown_by_district_group_and_party(desk: Desk, officer: Api) -> None:
    await lived_through(desk)
    await desk.offer("unasked", party="idle", metres=0, reach_metres=1)
    await desk.plan()
    for match in await desk.matches():
        await desk.approve(match.need.id)
    (asked,) = [seen.match for seen in await desk.matches()]
    await desk.accept(asked)

    params = {"since": days_ago(3).isoformat(), "until": days_ago(-1).isoformat(), "within": STREET}
    shown = (await officer.get(f"{V1}/fairness", params=params)).json()

    assert (shown["fill_rate"], shown["max_min"], shown["gini_of_asks"]) == (0.5, 0.5, 0.5)
    (district,) = shown["districts"]
    assert (district["lines"], district["filled"]) == (2, 1)
    assert 47 < district["mean_hours"] < 49
    assert refused(
        await officer.get(f"{V1}/fairness", params=params | {"since": params["until"]})
    ) == (
        422,
        "period-not-over",
    )

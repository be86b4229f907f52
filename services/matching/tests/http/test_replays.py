"""Replays over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from matching_builders import a_line, named

if TYPE_CHECKING:
    from matching_desk import Desk

    from testing.api import Api

MATCHES = "/matching/v1/matches"


async def matched(desk: Desk, *, quantity: int) -> str:
    need = await desk.need("need", a_line("line", quantity=quantity))
    await desk.plan()
    (seen,) = await desk.matches(need)
    return f"{MATCHES}/{seen.match.id}"


@pytest.mark.parametrize(("quantity", "method"), [(1, "flow"), (10, "reservation")])
async def test_a_decision_is_made_again_from_what_the_plan_knew(
    desk: Desk, worker: Api, quantity: int, method: str
) -> None:
    await desk.offer("near")
    await desk.offer("far", metres=900)
    path = await matched(desk, quantity=quantity)
    # What has happened since then makes no difference.
    await desk.offer("nearest", metres=0)

    replayed: dict[str, Any] = (await worker.post(f"{path}/replay")).json()

    assert (replayed["is_same"], replayed["differs"], replayed["method"]) == (True, [], method)
    assert replayed["recorded"] == replayed["replayed"]
    assert replayed["recorded"]["offer_id"] == str(named("near"))
    assert [each["offer_id"] for each in replayed["candidates"]] == [
        str(named("near")),
        str(named("far")),
    ]
    assert replayed["plan_value"] == replayed["plan_bound"]
    (noted,) = await desk.rows("select is_same, replayed_by from decision")
    assert (noted.is_same, noted.replayed_by) == (True, replayed["replayed"]["engine_version"])


async def test_decisions_that_competed_share_what_is_kept_of_it(desk: Desk) -> None:
    await desk.offer("one", capacity=10)
    await desk.offer("two", capacity=10)
    for n in range(2):
        await desk.need(f"need {n}", a_line(f"line {n}"))
    await desk.plan()

    (kept,) = await desk.rows(
        "select count(*) as decisions, count(distinct problem_id) as problems from decision"
    )
    assert (kept.decisions, kept.problems) == (2, 1)


async def test_what_was_not_kept_cannot_be_made_again(desk: Desk, worker: Api) -> None:
    await desk.offer()
    path = await matched(desk, quantity=1)
    await desk.rows("delete from decision returning 1")

    answer = await worker.post(f"{path}/replay")

    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/decision-not-kept")

"""Hours of volunteers over HTTP: the giver says, the worker confirms, the registry is told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from matching_builders import a_line, named

from common.clock import CHINA
from common.vocabulary import ServiceCode, Society, Unit

if TYPE_CHECKING:
    from matching_desk import Desk

    from testing.api import Api


class Served:
    """A volunteer team has accepted to keep people company; both sides speak over HTTP."""

    def __init__(self, giver: Api, receiver: Api, desk: Desk, path: str) -> None:
        self.giver, self.receiver, self.desk, self.path = giver, receiver, desk, path
        self.today = desk.clock.now().astimezone(CHINA).date()

    async def given(self, minutes: int, day: object = None) -> Any:  # noqa: ANN401
        path = f"{self.path}/hours/{day or self.today}/given"
        return await self.giver.put(path, json={"minutes": minutes})

    async def received(self, minutes: int) -> Any:  # noqa: ANN401
        path = f"{self.path}/hours/{self.today}/received"
        return await self.receiver.put(path, json={"minutes": minutes})

    async def told(self) -> list[str]:
        return await self.desk.told(about="matching.hours")


@pytest.fixture
async def served(client: Api, desk: Desk, worker: Api) -> Served:
    company: dict[str, Any] = {"service": ServiceCode.COMPANY, "unit": Unit.PERSON}
    team = await client.signed_in("volunteer", org=named("team"))
    await desk.offer("offer", party="team", society=Society.VOLUNTEER, title="周六陪伴", **company)
    (match,) = await desk.asked(await desk.need("need", a_line("line", **company)))
    await desk.accept(match)
    return Served(team, worker, desk, f"/matching/v1/matches/{match.id}")


async def test_hours_that_both_confirm_are_told_once_with_what_a_record_needs(
    served: Served,
) -> None:
    stated = (await served.given(120)).json()
    confirmed = (await served.received(120)).json()
    again = [await served.given(120), await served.received(120)]

    assert (stated["state"], stated["minutes"], stated["received_minutes"]) == (
        "stated",
        None,
        None,
    )
    assert (confirmed["state"], confirmed["minutes"]) == ("confirmed", 120)
    assert (confirmed["project"], confirmed["service_label"]) == ("周六陪伴", "陪伴照看")
    assert (confirmed["area"], confirmed["beneficiary_label"]) == ("210213009", "群体")
    assert [answer.json() for answer in again] == [confirmed, confirmed]
    assert await served.told() == ["matching.hours.confirmed.v1"]
    (row,) = await served.desk.rows(
        "select payload, version, partitionkey from outbox where type like 'matching.hours%'"
    )
    assert (row.version, row.partitionkey) == (1, confirmed["id"])
    assert {**row.payload, "confirmed_at": None} == {
        "hours_id": confirmed["id"],
        "party_id": str(named("team")),
        "match_id": confirmed["match_id"],
        "service": "company",
        "served_on": str(served.today),
        "minutes": 120,
        "confirmed_at": None,
    }


async def test_both_sides_see_that_they_differ_and_either_may_come_round(served: Served) -> None:
    await served.given(120)
    await served.received(90)

    seen = [
        (await side.get(f"{served.path}/hours")).json() for side in (served.giver, served.receiver)
    ]
    agreed = (await served.given(90)).json()
    late = await served.received(60)

    assert seen[0] == seen[1]
    (day,) = seen[0]["items"]
    assert (day["state_label"], day["given_minutes"], day["received_minutes"]) == (
        "双方不一致",
        120,
        90,
    )
    assert (agreed["state"], agreed["minutes"]) == ("confirmed", 90)
    assert late.status_code == 409
    assert late.json()["type"].endswith("/hours-already-confirmed")
    assert late.json()["minutes"] == 90
    assert await served.told() == ["matching.hours.confirmed.v1"]


async def test_a_day_to_come_and_more_than_a_day_are_refused(served: Served) -> None:
    tomorrow = await served.given(60, served.today + timedelta(days=1))
    too_long = await served.given(1441)

    assert tomorrow.json()["type"].endswith("/service-day-to-come")
    assert too_long.status_code == 422
    assert (await served.giver.get(f"{served.path}/hours")).json() == {"items": []}


async def test_two_sides_at_once_confirm_once(served: Served) -> None:
    answers = await asyncio.gather(served.given(45), served.received(45))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert await served.told() == ["matching.hours.confirmed.v1"]

"""Calendars and sessions over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from matching_bodies import OFFERS, an_offer_body, code_of

if TYPE_CHECKING:
    from testing.api import Api

SATURDAY = {"weekday": "sat", "begins": "09:00:00", "ends": "11:30:00", "seats": 6}


async def offered(partner: Api, **changes: object) -> str:
    made = await partner.post(OFFERS, json=an_offer_body(**changes))
    return str(made.headers["location"])


async def test_a_calendar_is_put_as_it_was_seen_and_shown_as_it_was_meant(partner: Api) -> None:
    path = f"{await offered(partner, valid_until='2099-01-01T00:00:00Z')}/calendar"
    body = {"weekly": [SATURDAY], "exclusive": True}

    nothing = await partner.get(path)
    made = await partner.put(path, json=body, headers={"if-match": '"0"'})
    stale = await partner.put(path, json=body, headers={"if-match": '"0"'})
    shown = await partner.get(path)

    assert (nothing.status_code, code_of(nothing)) == (404, "calendar-not-found")
    assert (made.status_code, made.headers["etag"]) == (200, '"1"')
    assert (stale.status_code, code_of(stale)) == (412, "precondition-failed")
    assert shown.json() == made.json()
    assert shown.json()["weekly"] == [SATURDAY]
    assert (shown.json()["exclusive"], shown.json()["timezone"]) == (True, "Asia/Shanghai")


async def test_sessions_are_pages_the_earliest_first(partner: Api) -> None:
    path = await offered(partner, valid_until="2099-01-01T00:00:00Z")
    await partner.put(f"{path}/calendar", json={"weekly": [SATURDAY]})

    first = (await partner.get(f"{path}/sessions?limit=5")).json()
    second = (await partner.get(f"{path}/sessions?limit=5&cursor={first['next']}")).json()

    found = [*first["items"], *second["items"]]
    assert (len(first["items"]), second["next"]) == (5, None)
    assert len(found) in {8, 7}
    assert found == sorted(found, key=lambda session: str(session["starts_at"]))
    assert {(each["weekday_label"], each["left"]) for each in found} == {("周六", 6)}
    assert found[0]["starts_at"].endswith("T01:00:00Z")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"weekly": [SATURDAY | {"ends": "08:00"}]},
        {"weekly": [SATURDAY | {"seats": 0}]},
        {"weekly": [SATURDAY], "per_period": {"period": "week", "seats": 3}},
        {"per_period": {"period": "week", "seats": 3}, "exclusive": True},
        {"closed": ["2026-10-01"]},
    ],
)
async def test_a_calendar_has_to_make_sense(partner: Api, body: dict[str, object]) -> None:
    answer = await partner.put(f"{await offered(partner)}/calendar", json=body)

    assert (answer.status_code, code_of(answer)) == (422, "input-invalid")


async def test_goods_have_no_calendar(partner: Api) -> None:
    path = await offered(partner, service="rice_and_oil", unit="piece")

    answer = await partner.put(f"{path}/calendar", json={"weekly": [SATURDAY]})

    assert (answer.status_code, code_of(answer)) == (422, "not-by-appointment")

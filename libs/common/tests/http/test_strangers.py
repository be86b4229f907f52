"""Callers without a token may ask for something, once, and a secret is told once."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy import text

from common.clearance import current
from common.http.idempotency import tells_once
from common.http.permissions import open_to_strangers
from common.http.route import STRANGER, router
from common.http.server import create_app

if TYPE_CHECKING:
    from fastapi import APIRouter

    from testing.api import Api

WISHES = "/desk/v1/wishes"


def wishes() -> APIRouter:
    routes, numbers = router("/desk/v1", tags=["x"]), count(1)

    @routes.post("/wishes", dependencies=[open_to_strangers()])
    @tells_once("secret")
    async def wish(body: dict[str, Any]) -> dict[str, Any]:
        who = current().who
        return {**body, "number": next(numbers), "who": who, "secret": "莫外传"}

    return routes


def a_door(desk: Api) -> httpx.AsyncClient:
    app = create_app(replace(desk.service, routers=[wishes()]))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service.test")


async def test_a_stranger_is_answered_once_and_told_the_secret_once(desk: Api) -> None:
    async with a_door(desk) as stranger:
        key = {"idempotency-key": "one"}
        first = await stranger.post(WISHES, json={"wish": "雨棚"}, headers=key)
        again = await stranger.post(WISHES, json={"wish": "雨棚"}, headers=key)

    assert first.json() == {"wish": "雨棚", "number": 1, "who": STRANGER, "secret": "莫外传"}
    assert again.json() == {**first.json(), "secret": None}
    assert again.headers["idempotency-replayed"] == "true"
    async with desk.frame.unit_of_work.transaction() as session:
        rows = text("select convert_from(body, 'UTF8') from idempotency_key")
        kept = (await (await session.connection()).execute(rows)).scalars().all()
    assert len(kept) == 1
    assert "莫外传" not in kept[0]


async def test_strangers_who_choose_the_same_key_do_not_meet(desk: Api) -> None:
    async with a_door(desk) as stranger:
        key = {"idempotency-key": "one"}
        one = await stranger.post(WISHES, json={"wish": "雨棚"}, headers=key)
        other = await stranger.post(WISHES, json={"wish": "长椅"}, headers=key)

    assert [answer.json()["number"] for answer in (one, other)] == [1, 2]


async def test_a_stranger_needs_a_key_like_everybody(desk: Api) -> None:
    async with a_door(desk) as stranger:
        answer = await stranger.post(WISHES, json={})

    assert answer.json()["type"].endswith("/idempotency-key-missing")


async def test_what_strangers_may_do_is_published_as_open_to_all(desk: Api) -> None:
    async with a_door(desk) as stranger:
        rules = (await stranger.get("/desk/v1/permissions")).json()["routes"]

    (rule,) = [rule for rule in rules if rule["path"] == WISHES]
    assert (rule["access"], rule["permission"], rule["roles"]) == ("public", None, {})


async def test_a_route_that_strangers_could_only_read_does_not_start(desk: Api) -> None:
    routes = router("/desk/v1", tags=["x"])

    @routes.get("/open", dependencies=[open_to_strangers()])
    async def readable() -> str:
        return "this is public()"

    with pytest.raises(TypeError, match="/open"):
        create_app(replace(desk.service, routers=[routes]))

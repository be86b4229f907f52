from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from common.http.pages import seal, unseal
from common.http.refusals import CursorInvalid
from testing.api import STREET

if TYPE_CHECKING:
    from testing.api import Api

NOTES = "/desk/v1/notes"


async def written(worker: Api, number: int, title: str = "雨棚") -> list[str]:
    body = {"title": title, "scheme": "nbs", "area": STREET}
    answers = [await worker.post(NOTES, json=body) for _ in range(number)]
    return [answer.json()["note_id"] for answer in answers]


async def test_pages_show_everything_once_and_in_order(worker: Api) -> None:
    expected = await written(worker, 7)
    seen: list[str] = []
    page = await worker.get(f"{NOTES}?limit=3")

    for size in (3, 3, 1):
        items: list[dict[str, Any]] = page.json()["items"]
        assert len(items) == size
        seen += [item["note_id"] for item in items]
        if page.json()["next"] is not None:
            page = await worker.get(page.links["next"]["url"])

    assert seen == expected
    assert "link" not in page.headers


async def test_a_link_keeps_the_filters(worker: Api) -> None:
    await written(worker, 3, "雨棚")
    await written(worker, 2, "伞 & 灯")

    first = await worker.get(NOTES, params={"title": "伞 & 灯", "limit": "1"})
    second = await worker.get(first.links["next"]["url"])

    assert [item["title"] for item in second.json()["items"]] == ["伞 & 灯"]
    assert second.json()["next"] is None


async def test_the_limit_is_between_1_and_200(worker: Api) -> None:
    for limit in ("0", "201", "-1", "x", ""):
        answer = await worker.get(f"{NOTES}?limit={limit}")

        assert answer.status_code == 422, limit
        assert answer.json()["errors"][0]["pointer"] == "/query/limit"


async def test_a_made_up_cursor_is_refused(worker: Api) -> None:
    for cursor in ("AAAA", "><", "", "%00", "é", "a" * 1000, "e30", "W10", "bnVsbA", "null"):
        answer = await worker.get(f"{NOTES}?cursor={cursor}")

        assert answer.status_code == 422, cursor
        assert answer.json()["type"] in {"/problems/cursor-invalid", "/problems/input-invalid"}


async def test_a_cursor_of_other_filters_is_refused(worker: Api) -> None:
    await written(worker, 2)
    cursor = (await worker.get(f"{NOTES}?limit=1")).json()["next"]

    answer = await worker.get(NOTES, params={"cursor": cursor, "title": "雨棚"})

    assert answer.json()["type"] == "/problems/cursor-invalid"


async def test_an_unknown_filter_is_refused(worker: Api) -> None:
    answer = await worker.get(f"{NOTES}?titel=a")

    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/unknown-filter"
    assert answer.json()["known"] == ["cursor", "limit", "title"]


async def test_routes_without_filters_refuse_all(desk: Api, worker: Api) -> None:
    assert (await desk.get("/desk/v1/permissions?x=1")).status_code == 422
    assert (await worker.post(f"{NOTES}?dry=1", json={})).status_code == 422


def test_every_kind_of_key_survives_the_seal() -> None:
    key = (datetime(2030, 1, 1, tzinfo=UTC), uuid4(), 7, "雨棚")

    assert unseal(seal(key, b"here"), b"here") == key


def test_a_seal_holds_for_one_list() -> None:
    cursor = seal((1,), b"here")

    with pytest.raises(CursorInvalid):
        unseal(cursor, b"there")


def test_no_change_of_a_cursor_goes_unnoticed() -> None:
    cursor = seal((datetime(2030, 1, 1, tzinfo=UTC), uuid4()), b"here")

    for place in range(len(cursor)):
        other = "A" if cursor[place] != "A" else "B"
        changed = cursor[:place] + other + cursor[place + 1 :]
        if place == len(cursor) - 1:
            # The last character has bits that base64 does not use.
            continue
        with pytest.raises(CursorInvalid):
            unseal(changed, b"here")

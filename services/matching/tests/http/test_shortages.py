"""The shortage ledger over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matching_builders import a_line

from common.vocabulary import ServiceCode
from testing.api import STREET, Api

if TYPE_CHECKING:
    from matching_desk import Desk

SHORTAGES = "/matching/v1/shortages"


async def counted(desk: Desk) -> int:
    pools = 0
    while await desk.app.count_shortages():
        pools += 1
    return pools


async def rows(caller: Api, **params: object) -> list[dict[str, Any]]:
    answer = await caller.get(SHORTAGES, params=params)  # type: ignore[arg-type]
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_what_nobody_fills_is_counted_by_place_service_and_reason(
    desk: Desk, worker: Api
) -> None:
    await desk.offer(capacity=10)
    await desk.need("met", a_line("met"))
    await desk.plan()
    await desk.need("unmet", a_line("large", quantity=12))
    await desk.need("lawyer", a_line("lawyer", service=ServiceCode.LEGAL_ADVICE, quantity=2))

    assert await counted(desk) == 1

    large, lawyer = await rows(worker, within=STREET)
    assert (large["service"], large["reason"]) == ("counselling", "quantity_fits")
    assert (large["lines"], large["quantity"], large["unit"]) == (1, 12, "person_time")
    assert (lawyer["reason"], lawyer["reason_label"]) == ("nobody_offers", "无人提供")
    assert await rows(worker, service="legal_advice") == [lawyer]


async def test_the_ledger_is_read_page_by_page(desk: Desk, worker: Api) -> None:
    services = [ServiceCode.LEGAL_ADVICE, ServiceCode.MEDIATION, ServiceCode.COUNSELLING]
    for service in services:
        await desk.need(service.value, a_line(service.value, service=service))
    await counted(desk)

    first = await worker.get(SHORTAGES, params={"limit": 2})
    rest = await worker.get(first.links["next"]["url"])

    shown = [each["service"] for page in (first, rest) for each in page.json()["items"]]
    assert sorted(shown) == sorted(service.value for service in services)


async def test_a_pool_is_counted_again_when_its_plan_has_changed(desk: Desk, worker: Api) -> None:
    need = await desk.need("lawyer", a_line("lawyer", service=ServiceCode.LEGAL_ADVICE))
    assert await counted(desk) == 1
    await desk.app.end_need(need)
    await desk.plan()
    assert await counted(desk) == 0

    await desk.rows(
        "update shortage_count set counted_at = counted_at - interval '1 minute' returning 1"
    )

    assert await counted(desk) == 1
    assert await rows(worker) == []

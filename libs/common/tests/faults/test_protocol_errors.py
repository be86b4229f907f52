"""F9, F10: brokers answer with errors, or too late; nothing is lost, doubled or stuck."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from common.persistence.relay import Pace
from testing.ledger.book import SERVICE
from testing.ledger.delivery import RELAY, Delivery
from testing.mock_cluster.cluster import HANG_UP, Api, MockCluster, mock_cluster
from testing.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine

MODES = pytest.mark.parametrize("idempotence", [False, True], ids=["plain", "idempotent"])
PASSING = (3, 6, 7, 19, 20, HANG_UP)
FINAL = (45, 46, 47, 59, 87)
OF_THE_GROUP = (15, 16, 22, 25, 27, HANG_UP)
READING = {
    Api.FETCH: (1, 3, 6, HANG_UP),
    Api.OFFSET_COMMIT: OF_THE_GROUP,
    Api.HEARTBEAT: OF_THE_GROUP,
    Api.JOIN_GROUP: (14, 15, 16, 25, HANG_UP),
    Api.SYNC_GROUP: (14, *OF_THE_GROUP),
}
JOINING = {Api.JOIN_GROUP, Api.SYNC_GROUP}
JOIN_AGAIN = 27
REPLACED_WITHIN_SECONDS = 5.0


async def give(cluster: MockCluster, api: Api, code: int, times: int) -> None:
    """Answer with an error so often, and wait until all of it was heard."""
    cluster.answer_wrongly(api, [code] * times)

    def are_given() -> bool:
        left = cluster.wrong_answers_left(api)
        if left and api in JOINING and not cluster.wrong_answers_left(Api.HEARTBEAT):
            cluster.answer_wrongly(Api.HEARTBEAT, [JOIN_AGAIN])
        return not left

    # An error after a rejoin waits for the brokers' slow idea of a group.
    await until(are_given, seconds=60 + 10 * times, what=f"{times} × {api.name} {code}")


async def replacement(cluster: MockCluster, delivery: Delivery, code: int) -> float:
    """Answer with an error after which a producer is of no use; return when the next one wrote."""
    await give(cluster, Api.PRODUCE, code, 1)
    given_at, before = time.monotonic(), await delivery.sent()

    async def is_sending() -> bool:
        return await delivery.sent() > before

    await until(is_sending, what=f"another producer after {code}")
    return time.monotonic() - given_at


@MODES
@pytest.mark.parametrize("times", [1, pytest.param(200, marks=pytest.mark.long)])
async def test_f9_no_answer_to_a_producer_costs_an_event(
    *, times: int, idempotence: bool, engine: AsyncEngine, url: SecretStr
) -> None:
    with mock_cluster() as cluster:
        cluster.create_topics_of(SERVICE)
        kafka = cluster.settings(idempotence=idempotence)
        delivery = Delivery(engine, url, kafka, pace=Pace())
        async with delivery.running():
            for code in PASSING:
                await give(cluster, Api.PRODUCE, code, times)
            slowest = max([await replacement(cluster, delivery, code) for code in FINAL * times])

        assert slowest < REPLACED_WITHIN_SECONDS
        await delivery.check()


@pytest.mark.parametrize(
    ("times", "asked"),
    [
        pytest.param(1, tuple(READING), id="1-all"),
        *(
            pytest.param(200, (api,), marks=pytest.mark.long, id=f"200-{api.name}")
            for api in READING
        ),
    ],
)
async def test_f9_no_answer_to_a_consumer_costs_an_event(
    times: int, asked: Sequence[Api], engine: AsyncEngine, url: SecretStr
) -> None:
    with mock_cluster() as cluster:
        cluster.create_topics_of(SERVICE)
        delivery = Delivery(engine, url, cluster.settings())
        # These brokers hand out one batch at a time.
        async with delivery.running(pause=0.5):
            for api in asked:
                for code in READING[api]:
                    await give(cluster, api, code, times)

        await delivery.check()


@MODES
@pytest.mark.parametrize("times", [2, pytest.param(500, marks=pytest.mark.long)])
async def test_f10_an_answer_that_comes_too_late_doubles_no_effect(
    *, times: int, idempotence: bool, engine: AsyncEngine, url: SecretStr
) -> None:
    with mock_cluster() as cluster:
        cluster.create_topics_of(SERVICE)
        kafka = cluster.settings(idempotence=idempotence)
        delivery = Delivery(engine, url, kafka, pace=replace(RELAY, deadline=1.5))
        async with delivery.running():
            for _ in range(times):
                # What was asked is done, and nobody hears of it.
                cluster.answer_wrongly(Api.PRODUCE, [0], seconds=4.0)
                await until(lambda: not cluster.wrong_answers_left(Api.PRODUCE), what="a request")

        await delivery.check()

"""F8, F11: brokers go away, one or all, and partitions get other leaders."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from common.messaging.topics import topic_named, topics_of
from testing.chance import seeded
from testing.ledger.book import SERVICE
from testing.ledger.delivery import GROUP, Delivery
from testing.mock_cluster.cluster import MockCluster, mock_cluster
from testing.waiting import until

if TYPE_CHECKING:
    from random import Random

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine

DRAINED_WITHIN_SECONDS = 60.0


@pytest.mark.parametrize(
    ("requests", "over_seconds"), [(60, 3.0), pytest.param(10_000, 600.0, marks=pytest.mark.long)]
)
async def test_f8_requests_are_accepted_although_no_broker_is_there(
    requests: int, over_seconds: float, engine: AsyncEngine, url: SecretStr
) -> None:
    with mock_cluster(3) as cluster:
        cluster.create_topics_of(SERVICE)
        delivery = Delivery(engine, url, cluster.settings(), parties=1)
        async with delivery.running():
            await until(partial(is_sending, delivery, 0))
            cluster.take_down()
            for _ in range(requests):
                await delivery.stage()
                await asyncio.sleep(over_seconds / requests)
            accepted, back_at = delivery.staged, time.monotonic()
            cluster.bring_up()
            await until(partial(is_sending, delivery, accepted), seconds=DRAINED_WITHIN_SECONDS)
            print(f"drained in {time.monotonic() - back_at:.1f} s")  # noqa: T201

        await delivery.check()


async def is_sending(delivery: Delivery, more_than: int) -> bool:
    return await delivery.sent() > more_than


@pytest.mark.parametrize("idempotence", [False, True], ids=["plain", "idempotent"])
@pytest.mark.parametrize("rounds", [3, pytest.param(60, marks=pytest.mark.long)])
async def test_f11_leaders_move_and_one_broker_of_three_is_always_down(
    *, rounds: int, idempotence: bool, engine: AsyncEngine, url: SecretStr
) -> None:
    chance = seeded()
    with mock_cluster(3) as cluster:
        cluster.create_topics_of(SERVICE)
        delivery = Delivery(engine, url, cluster.settings(idempotence=idempotence))
        async with delivery.running():
            for turn in range(rounds):
                down = cluster.brokers[turn % 3]
                before = await delivery.sent()
                elect_others(cluster, down, chance)
                cluster.take_down(down)
                await until(partial(is_sending, delivery, before), seconds=60)
                cluster.bring_up(down)

        await delivery.check()


def elect_others(cluster: MockCluster, leaving: int, chance: Random) -> None:
    """Do what a controller does when a broker goes: others lead what it led."""
    staying = [broker for broker in cluster.brokers if broker != leaving]
    cluster.move_coordinator(GROUP, chance.choice(staying))
    for name in topics_of(SERVICE):
        for number in range(topic_named(name).partitions):
            cluster.move_leader(name, number, chance.choice(staying))

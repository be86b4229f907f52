"""A ledger's database and a broker, fresh for each test that asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.persistence.engine import create_engine
from testing.kafka import KafkaForTests, fresh_broker, settings_of
from testing.postgres import all_seeing, fresh_database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from pydantic import SecretStr
    from sqlalchemy.ext.asyncio import AsyncEngine

    from wushe.components.broker import BrokerServer


@pytest.fixture
async def url() -> AsyncGenerator[SecretStr]:
    async with fresh_database("testing.ledger") as url:
        yield url


@pytest.fixture
async def engine(url: SecretStr) -> AsyncGenerator[AsyncEngine]:
    engine = create_engine(all_seeing(url), pool=20, application_name="tests")
    yield engine
    await engine.dispose()


@pytest.fixture
def broker() -> Generator[BrokerServer]:
    with fresh_broker() as broker:
        yield broker


@pytest.fixture
def kafka(broker: BrokerServer) -> KafkaForTests:
    return settings_of(broker)

"""Both brokers, each started once for the tests of a file and emptied before each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from testing.brokers import AnyBroker, any_broker, missing_for
from wushe.components.broker import APACHE, EMBEDDED

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from testing.kafka import KafkaForTests

_WHY_NOT = missing_for(APACHE)
_ON_APACHE = pytest.param(APACHE, marks=pytest.mark.skipif(bool(_WHY_NOT), reason=_WHY_NOT))


@pytest.fixture(scope="module", params=[EMBEDDED, _ON_APACHE])
def started(request: pytest.FixtureRequest) -> Generator[AnyBroker]:
    with any_broker(request.param) as broker:
        yield broker


@pytest.fixture
async def broker(started: AnyBroker) -> AsyncGenerator[AnyBroker]:
    await started.empty()
    yield started
    # A test that failed may have left it stopped.
    started.server.start()


@pytest.fixture
def kafka(broker: AnyBroker) -> KafkaForTests:
    return broker.settings


@pytest.fixture
def group() -> str:
    """A group that has read nothing yet; brokers remember groups longer than topics."""
    return f"ledger-{uuid4()}"

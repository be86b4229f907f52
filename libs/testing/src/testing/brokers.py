"""Every kind of broker that the platform runs on, so that a test can be run on each.

The embedded one forgets everything at its end; Apache Kafka, which is there where ``make
setup-kafka`` has put it, keeps everything on disk.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiokafka.admin import AIOKafkaAdminClient

from testing.kafka import KafkaForTests
from testing.waiting import until
from wushe.components import apache_kafka, kafka_jars
from wushe.components.apache_kafka import running_node
from wushe.components.broker import APACHE, BrokerServer, running_broker
from wushe.components.kafka_jars import KafkaUnavailable

if TYPE_CHECKING:
    from collections.abc import Generator

# A test need not wait for the session of a member that died in the one before.
_FOR_TESTS: Final = {"group.min.session.timeout.ms": 1_000}


def missing_for(kind: str) -> str:
    """Say in one line why a broker of this kind cannot be run here; nothing, if it can."""
    if kind == APACHE:
        try:
            kafka_jars.java()
            kafka_jars.installed()
        except KafkaUnavailable as missing:
            return f"no Apache Kafka: {' '.join(str(missing).split())}"
    return ""


class AnyBroker:
    """A broker with a directory of its own, that may be restarted and emptied."""

    def __init__(self, kind: str, server: BrokerServer, home: Path) -> None:
        self.kind: Final = kind
        self.server: Final = server
        self.home: Final = home

    @property
    def keeps_its_log(self) -> bool:
        """Whether its records outlive it."""
        return self.kind == APACHE

    @property
    def settings(self) -> KafkaForTests:
        """The settings that lead to it, as services at such a broker have them."""
        address = self.server.address
        if self.kind == APACHE:
            return KafkaForTests(
                kafka_bootstrap=address, kafka_idempotence=True, kafka_fetch_wait_ms=500
            )
        return KafkaForTests(kafka_bootstrap=address)

    async def come_back(self) -> None:
        """Start again, while whoever uses it goes on."""
        self.server.begin()
        await until(lambda: self.server.answers, seconds=60, what="an answer of the broker")

    async def come_back_empty(self) -> None:
        """Start again as another cluster."""
        self.server.stop()
        apache_kafka.forget(self.home)
        await self.come_back()

    async def empty(self) -> None:
        """Be as if new, for the next test; the cheapest way."""
        if self.kind != APACHE:
            await self.come_back_empty()
            return
        admin = AIOKafkaAdminClient(bootstrap_servers=self.server.address)
        await admin.start()
        try:
            topics = [name for name in await admin.list_topics() if not name.startswith("__")]
            if topics:
                await admin.delete_topics(topics)
        finally:
            await admin.close()


@contextmanager
def any_broker(kind: str) -> Generator[AnyBroker]:
    """Yield a broker of a kind, started."""
    home = Path(tempfile.mkdtemp(prefix=f"wushe-{kind}-"))
    running = running_node(home, settings=_FOR_TESTS) if kind == APACHE else running_broker(home)
    try:
        with running as server:
            yield AnyBroker(kind, server, home)
    finally:
        shutil.rmtree(home, ignore_errors=True)

"""A process that tests may kill: ``python -m testing.ledger relay|consume|consume-together``.

``LEDGER_DATABASE_URL`` and ``LEDGER_KAFKA_BOOTSTRAP`` say where, ``WUSHE_FAILPOINT`` at which step
to die.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from pydantic import SecretStr

from common.messaging.consumer import Consumer
from common.messaging.fates import Patience
from common.persistence.engine import close_engine, create_engine
from common.persistence.relay import Relay
from testing.crashing import arm_from_environment
from testing.kafka import KafkaForTests
from testing.ledger.book import SERVICE, noting


async def main(role: str, url: SecretStr, bootstrap: str) -> None:
    """Run one role until told to stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = KafkaForTests(kafka_bootstrap=bootstrap)
    if role == "relay":
        await Relay(SERVICE, url, settings).run(stop)
        return
    engine = create_engine(url, pool=4, application_name="ledger")
    patience = Patience(idle_in_transaction=2)
    handlers = noting(together=role == "consume-together")
    await Consumer("ledger", handlers, engine, settings, patience=patience).run(stop)
    await close_engine(engine)


if __name__ == "__main__":
    arm_from_environment()
    asyncio.run(
        main(
            sys.argv[1],
            SecretStr(os.environ["LEDGER_DATABASE_URL"]),
            os.environ["LEDGER_KAFKA_BOOTSTRAP"],
        )
    )

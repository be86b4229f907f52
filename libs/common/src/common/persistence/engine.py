"""The way to the database: a pool that gives up early rather than queue for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from typing_extensions import override

from common.metrics import CONNECTIONS
from common.persistence.broken_links import mind_broken_links
from common.waiting import at_most

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import SecretStr
    from sqlalchemy import PoolProxiedConnection
    from sqlalchemy.ext.asyncio import AsyncEngine

POOL_TIMEOUT_SECONDS: Final = 3
CONNECT_TIMEOUT_SECONDS: Final = 3
COMMAND_TIMEOUT_SECONDS: Final = 10
"""Longer than the database lets a statement run: who says nothing until then is not there."""
CLOSE_SECONDS: Final = 1.0

_SESSION: Final[Mapping[str, str]] = {
    "lock_timeout": "1s",
    "statement_timeout": "9s",
    # Of a client that cannot be reached any more; its locks stop others until then.
    "idle_in_transaction_session_timeout": "10s",
    "timezone": "UTC",
    # Statements here are short; compiling them would cost more than it gives.
    "jit": "off",
}


class MeasuredPool(AsyncAdaptedQueuePool):
    """A pool that tells how many wait for one of its connections."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        super().__init__(*arguments, **options)
        self.pending = 0
        CONNECTIONS.watch(self)

    @property
    def name(self) -> str:
        """Whose pool it is."""
        return self.logging_name or "unnamed"

    @override
    def connect(self) -> PoolProxiedConnection:
        self.pending += 1
        try:
            return super().connect()
        finally:
            self.pending -= 1


def create_engine(url: SecretStr, *, pool: int, application_name: str) -> AsyncEngine:
    """Return an engine of at most ``pool`` connections; it connects when it is first used.

    A connection that breaks fails the statement that uses it: the caller retries, or answers 503.
    """
    address = make_url(url.get_secret_value())
    # What libpq's clients understand in an address, this driver wants to be told apart.
    options = address.query.get("options")
    engine = create_async_engine(
        address.difference_update_query(["options"]),
        poolclass=MeasuredPool,
        pool_logging_name=application_name,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        # Values may be personal data; errors are logged.
        hide_parameters=True,
        connect_args={
            "timeout": CONNECT_TIMEOUT_SECONDS,
            "command_timeout": COMMAND_TIMEOUT_SECONDS,
            "server_settings": {
                **_SESSION,
                "application_name": application_name,
                **({"options": str(options)} if options else {}),
            },
        },
    )
    mind_broken_links(engine)
    return engine


async def close_engine(engine: AsyncEngine) -> None:
    """Give all connections back; a database that does not answer does not keep us."""
    await at_most(CLOSE_SECONDS, engine.dispose())

"""One transaction around one decision, whoever opens it.

A request, a consumed batch or a command opens the transaction; use cases inside join it. So the
effect, its events, the inbox rows and the kept answer of an idempotent request commit together.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from common.persistence.additions import NotPlain, noted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlalchemy.ext.asyncio import AsyncEngine

_ambient: Final[ContextVar[AsyncSession | None]] = ContextVar("unit_of_work", default=None)


class UnitOfWork:
    """Opens transactions on one database, or joins the one that is open."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine: Final = engine

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """Yield a session: leaving the outermost block commits, an exception rolls back.

        Raises:
            NotPlain: The work was only to note what it adds.
        """
        if noted() is not None:
            raise NotPlain
        ambient = _ambient.get()
        if ambient is not None:
            yield ambient
            return
        async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
            token = _ambient.set(session)
            try:
                yield session
            finally:
                _ambient.reset(token)

    @asynccontextmanager
    async def on_driver(self) -> AsyncGenerator[Any]:
        """Yield the driver's connection in a transaction of its own: for hot paths, of one writer.

        Leaving the block commits. No session knows of this transaction, so nobody but the block
        ends it: whenever it is not certain that it has ended, also when the caller is cancelled,
        the connection is thrown away, and the database rolls back what was not committed.

        Raises:
            NotPlain: Out of the block; it was rolled back.
        """
        connection = await self._engine.raw_connection()
        driver: Any = connection.driver_connection
        is_over = False
        try:
            await driver.execute("begin")
            try:
                yield driver
            except NotPlain:
                await driver.execute("rollback")
                is_over = True
                raise
            await driver.execute("commit")
            is_over = True
        finally:
            if not is_over:
                connection.invalidate()
            connection.close()

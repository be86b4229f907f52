"""One transaction around one decision, whoever opens it.

A request, a consumed batch or a command opens the transaction; use cases inside join it. So the
effect, its events, the inbox rows and the kept answer of an idempotent request commit together.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from sqlmodel.ext.asyncio.session import AsyncSession

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
        """Yield a session: leaving the outermost block commits, an exception rolls back."""
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

"""The driver beneath a session: for hot paths, where one statement costs a sixth of the session's.

What is done through it belongs to the session's transaction, and commits or rolls back with it.
Pending rows of the session are not flushed first; whoever mixes the two flushes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession


async def driver_of(session: AsyncSession) -> Any:  # noqa: ANN401 - asyncpg publishes no types
    """Return the asyncpg connection of a session, inside the session's transaction."""
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if not driver.is_in_transaction():
        # The session has only promised a transaction; it begins with the first statement. Nobody
        # but the session may begin it: one that was begun behind its back and then cancelled
        # would go back to the pool open, and swallow the commits of whoever came next.
        await connection.exec_driver_sql("select 1")
    return driver

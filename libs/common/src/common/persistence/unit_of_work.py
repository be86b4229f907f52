"""One transaction around one decision, whoever opens it.

A request, a consumed batch or a command opens the transaction; use cases inside join it. So the
effect, its events, the inbox rows and the kept answer of an idempotent request commit together.

The first statement of every transaction tells the database what the work may touch. It is a
statement of its own and not the business of a listener: one that set it behind the session's back
would lose commits when its caller is cancelled. It ends with the transaction, so a connection
goes back to the pool knowing of nobody.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from common import clearance
from common.clearance import Clearance
from common.errors import DomainError
from common.persistence.additions import NotPlain, noted
from common.vocabulary import AreaScheme

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@dataclass(slots=True)
class _Open:
    """A transaction, and what the database was told about the work in it."""

    session: AsyncSession
    told: Clearance


_ambient: Final[ContextVar[_Open | None]] = ContextVar("unit_of_work", default=None)


class UnitOfWork:
    """Opens transactions on one database, or joins the one that is open."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine: Final = engine

    @property
    def is_open(self) -> bool:
        """Whether there is a transaction that the work would join."""
        return _ambient.get() is not None

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """Yield a session: leaving the outermost block commits, an exception rolls back.

        Raises:
            NotPlain: The work was only to note what it adds.
            NotCleared: Nobody said what the work may touch.
        """
        if noted() is not None:
            raise NotPlain
        wanted = clearance.current()
        ambient = _ambient.get()
        if ambient is None:
            async with self._opened(wanted) as session:
                yield session
        elif ambient.told == wanted:
            yield ambient.session
        else:
            async with _retold(ambient, wanted):
                yield ambient.session

    @asynccontextmanager
    async def attempt(self) -> AsyncGenerator[AsyncSession]:
        """Yield a session: an exception undoes what was done in the block, and only that."""
        async with self.transaction() as session, session.begin_nested():
            yield session

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[AsyncSession]:
        """Yield a session in which everything that is read is of one instant, and nothing changes.

        It is a transaction of its own: none may be open.
        """
        assert _ambient.get() is None, "what is written here would not be seen"
        frozen = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        async with UnitOfWork(frozen).transaction() as session:
            yield session

    @asynccontextmanager
    async def _opened(self, wanted: Clearance) -> AsyncGenerator[AsyncSession]:
        async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
            await tell(await session.connection(), wanted)
            token = _ambient.set(_Open(session, wanted))
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
            await driver.execute(_TELL, *_values(clearance.current()))
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


@asynccontextmanager
async def _retold(ambient: _Open, wanted: Clearance) -> AsyncGenerator[None]:
    before = ambient.told
    await tell(await ambient.session.connection(), wanted)
    ambient.told = wanted
    try:
        yield
    except DomainError:
        # A batch goes on after one of its items was refused. After anything else the transaction
        # is good for nothing, or whoever joins it next tells the database anew.
        await tell(await ambient.session.connection(), before)
        ambient.told = before
        raise
    await tell(await ambient.session.connection(), before)
    ambient.told = before


async def tell(connection: AsyncConnection, told: Clearance) -> None:
    """Tell the database, until the end of the transaction, what the work in it may touch."""
    await connection.exec_driver_sql(_TELL, _values(told))


def _values(told: Clearance) -> tuple[object, ...]:
    return (
        told.width.value,
        told.who,
        [str(org) for org in told.orgs],
        *([area.code for area in told.areas if area.scheme is of] for of in AreaScheme),
    )


_SCHEMES: Final = ", ".join(
    f"set_config('wushe.areas_{scheme.value}', ${place}::text[]::text, true)"
    for place, scheme in enumerate(AreaScheme, start=4)
)
_TELL: Final = f"""
    select set_config('wushe.width', $1, true), set_config('wushe.who', $2, true),
        set_config('wushe.orgs', $3::text[]::text, true), {_SCHEMES}
"""

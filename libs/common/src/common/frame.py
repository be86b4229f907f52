"""What every service stands on, put together once per process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from common.accounts import Accounts
from common.areas import Areas
from common.clock import Clock, SystemClock
from common.ids import new_id
from common.persistence.engine import close_engine, create_engine
from common.persistence.outbox import Outbox
from common.persistence.unit_of_work import UnitOfWork
from common.settings import ServiceSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The database, the clock, the outbox, and what the registry tells everybody."""

    name: str
    settings: ServiceSettings
    engine: AsyncEngine
    unit_of_work: UnitOfWork
    outbox: Outbox
    clock: Clock
    areas: Areas
    accounts: Accounts
    new_id: Callable[[], UUID]
    side_engines: tuple[AsyncEngine, ...] = ()
    """Of other databases that the service has opened."""

    async def close(self) -> None:
        """Give back what the frame holds."""
        for engine in (self.engine, *self.side_engines):
            await close_engine(engine)


def build_frame(name: str, settings: ServiceSettings, *, clock: Clock | None = None) -> Frame:
    """Put a frame together; nothing is opened before it is used."""
    engine = create_engine(
        settings.database_url, pool=settings.database_pool, application_name=name
    )
    unit_of_work = UnitOfWork(engine)
    areas = Areas(unit_of_work)
    return Frame(
        name=name,
        settings=settings,
        engine=engine,
        unit_of_work=unit_of_work,
        outbox=Outbox(name),
        clock=clock or SystemClock(),
        areas=areas,
        accounts=Accounts(unit_of_work, areas),
        new_id=new_id,
    )

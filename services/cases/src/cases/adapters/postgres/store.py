"""The store: one transaction, and in it what the service keeps."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from cases.adapters.postgres.matches import PostgresMatches
from cases.adapters.postgres.meetings import PostgresMeetings
from cases.adapters.postgres.needs import PostgresNeeds
from cases.adapters.postgres.new_needs import NewNeeds
from cases.adapters.postgres.service_records import PostgresServiceRecords
from cases.app.ports import Cases, Store
from common.persistence.additions import NO_SESSION, noted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork


class PostgresStore(Store):
    """Opens transactions on this service's database, or joins the one that is open."""

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox
        self._areas: Final = areas

    @override
    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Cases]:
        additions = noted()
        if additions is not None:
            needs = NewNeeds(additions, self._outbox, self._areas)
            yield replace(self._cases(NO_SESSION), needs=needs)
            return
        async with self._unit_of_work.transaction() as session:
            yield self._cases(session)

    def _cases(self, session: AsyncSession) -> Cases:
        return Cases(
            meetings=PostgresMeetings(session, self._outbox, self._areas),
            needs=PostgresNeeds(session, self._outbox, self._areas),
            matches=PostgresMatches(session),
            service_records=PostgresServiceRecords(session, self._outbox),
        )

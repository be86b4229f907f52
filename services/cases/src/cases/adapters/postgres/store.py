"""The store: one transaction, and in it what the service keeps."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from cases.adapters.postgres.matches import PostgresMatches
from cases.adapters.postgres.meetings import PostgresMeetings
from cases.adapters.postgres.needs import PostgresNeeds
from cases.adapters.postgres.service_records import PostgresServiceRecords
from cases.app.ports import Cases, Store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

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
        async with self._unit_of_work.transaction() as session:
            yield Cases(
                meetings=PostgresMeetings(session, self._outbox, self._areas),
                needs=PostgresNeeds(session, self._outbox, self._areas),
                matches=PostgresMatches(session),
                service_records=PostgresServiceRecords(session, self._outbox),
            )

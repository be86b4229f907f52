"""Transactions on the reports."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from reporting.adapters.postgres.facts import PostgresFacts
from reporting.adapters.postgres.journal import PostgresJournal
from reporting.app.ports import Facts, Journal, Reports, Store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PostgresReports:
    """The journal and the facts on one session."""

    journal: Journal
    facts: Facts


class PostgresStore(Store):
    """Opens transactions on the service's database."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Reports]:
        async with self._unit_of_work.transaction() as session:
            yield self._on(session)

    @override
    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Reports]:
        async with self._unit_of_work.snapshot() as session:
            yield self._on(session)

    def _on(self, session: AsyncSession) -> Reports:
        return PostgresReports(
            journal=PostgresJournal(session, self._areas),
            facts=PostgresFacts(session, self._areas),
        )

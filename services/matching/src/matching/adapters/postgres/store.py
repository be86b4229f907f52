"""Transactions over everything that matching keeps."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from matching.adapters.postgres.allotments import PostgresAllotments
from matching.adapters.postgres.hours import PostgresHoursBook
from matching.adapters.postgres.matches import PostgresMatches
from matching.adapters.postgres.needs import PostgresNeeds
from matching.adapters.postgres.offers import PostgresOffers
from matching.adapters.postgres.outcomes import (
    PostgresFeedbackBook,
    PostgresNoShows,
    PostgresReliabilities,
)
from matching.adapters.postgres.parties import PostgresParties
from matching.adapters.postgres.pools import PostgresPools
from matching.adapters.postgres.sessions import PostgresSessions
from matching.app.ports import Matching, Store

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork


class PostgresMatching(Matching):
    """Everything that is kept, in one transaction."""

    def __init__(self, session: AsyncSession, outbox: Outbox) -> None:
        self._needs: Final = PostgresNeeds(session)
        self._offers: Final = PostgresOffers(session, outbox)
        self._matches: Final = PostgresMatches(session, outbox)
        self._hours: Final = PostgresHoursBook(session, outbox)
        self._no_shows: Final = PostgresNoShows(session, outbox)
        self._feedback: Final = PostgresFeedbackBook(session, outbox)
        self._reliabilities: Final = PostgresReliabilities(session)
        self._sessions: Final = PostgresSessions(session)
        self._parties: Final = PostgresParties(session)
        self._allotments: Final = PostgresAllotments(session, outbox)
        self._pools: Final = PostgresPools(session, outbox)

    @property
    @override
    def needs(self) -> PostgresNeeds:
        return self._needs

    @property
    @override
    def offers(self) -> PostgresOffers:
        return self._offers

    @property
    @override
    def matches(self) -> PostgresMatches:
        return self._matches

    @property
    @override
    def hours(self) -> PostgresHoursBook:
        return self._hours

    @property
    @override
    def no_shows(self) -> PostgresNoShows:
        return self._no_shows

    @property
    @override
    def feedback(self) -> PostgresFeedbackBook:
        return self._feedback

    @property
    @override
    def reliabilities(self) -> PostgresReliabilities:
        return self._reliabilities

    @property
    @override
    def sessions(self) -> PostgresSessions:
        return self._sessions

    @property
    @override
    def parties(self) -> PostgresParties:
        return self._parties

    @property
    @override
    def allotments(self) -> PostgresAllotments:
        return self._allotments

    @property
    @override
    def pools(self) -> PostgresPools:
        return self._pools


class PostgresStore(Store):
    """Opens transactions, or joins the one that is open."""

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox

    @override
    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[PostgresMatching]:
        async with self._unit_of_work.transaction() as session:
            yield PostgresMatching(session, self._outbox)

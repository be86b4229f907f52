"""Taking over a list of areas: told of by one event, fetched as a file, believed by its digest."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID

import httpx
import structlog
from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from common.areas import AreaListRow, AreaRow
from common.clearance import cleared, system
from common.failpoints import Step, failpoint
from common.outages import is_outage
from common.persistence.driver import driver_of
from common.vocabulary import AreaLevel, AreaScheme

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.clock import Clock
    from common.contracts.registry import AreaListPublished
    from common.messaging.event import Envelope
    from common.persistence.unit_of_work import UnitOfWork

POLL_SECONDS: Final = 2.0
LONGEST_WAIT_SECONDS: Final = 60.0
INSERT_SECONDS: Final = 60
LINES_AT_ONCE: Final = 20_000
"""What one statement is given of a list: with its villages a country has 665,000 lines."""
MOST_BYTES: Final = 256 * 1024 * 1024
_TIMEOUT: Final = httpx.Timeout(10.0, read=30.0)
_INSERT: Final = """
    insert into area (
        scheme, code, name, level, is_formal, parent, ancestors, pool_id, list_id
    )
    select scheme, code, name, level, is_formal, parent, ancestors, pool_id, $2
    from json_populate_recordset(null::area, $1)
"""

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class AreaLine(BaseModel):
    """One line of a published list."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore")

    scheme: AreaScheme
    code: str
    name: str
    level: AreaLevel
    is_formal: bool
    parent: str | None
    ancestors: tuple[str, ...]
    pool_id: UUID


class ListNotBelieved(ValueError):
    """What was fetched is not what was announced."""


async def note_list(event: Envelope[AreaListPublished], session: AsyncSession) -> None:
    """Remember that a list was announced; the fetcher takes it over a little later."""
    told = event.data
    statement = insert(AreaListRow).values(
        list_id=told.list_id,
        scheme=told.scheme.value,
        edition=told.edition,
        count=told.count,
        sha256=told.sha256,
        path=told.path,
        announced_at=event.time,
    )
    await session.exec(statement.on_conflict_do_nothing())


class AreaFetcher:
    """Fetches announced lists, the newest of each scheme, and replaces the table by them."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        clock: Clock,
        registry_url: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._unit_of_work: Final = unit_of_work
        self._clock: Final = clock
        self._registry_url: Final = registry_url.rstrip("/")
        self._transport: Final = transport

    async def run(self, stop: asyncio.Event) -> None:
        """Look for announced lists until told to stop."""
        wait = POLL_SECONDS
        while not stop.is_set():
            is_well = await self.take_over_announced()
            wait = POLL_SECONDS if is_well else min(wait * 2, LONGEST_WAIT_SECONDS)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)

    async def take_over_announced(self) -> bool:
        """Take over every list that waits; tell whether nothing went wrong."""
        try:
            with cleared(system("area lists")):
                for announced in await self._announced():
                    await self._take_over(announced)
        except (httpx.HTTPError, ListNotBelieved) as error:
            log.warning("area_list_not_loaded", error=type(error).__name__, reason=str(error))
            return False
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("area_list_not_loaded", error=type(error).__name__)
            return False
        return True

    async def _announced(self) -> Sequence[AreaListRow]:
        async with self._unit_of_work.transaction() as session:
            lists = (await session.exec(select(AreaListRow))).all()
        newest: dict[str, AreaListRow] = {}
        for row in sorted(lists, key=_age):
            newest[row.scheme] = row
        return [row for row in newest.values() if row.loaded_at is None]

    async def _take_over(self, announced: AreaListRow) -> None:
        content = await self._fetch(announced)
        lines = await asyncio.to_thread(believed, content, announced)
        failpoint(Step.AREAS_FETCHED)
        async with self._unit_of_work.transaction() as session:
            if await _is_still_wanted(session, announced):
                await replace_areas(session, announced.scheme, announced.list_id, lines)
                await _mark_loaded(session, announced.list_id, self._clock.now())
                failpoint(Step.AREAS_REPLACED)
        log.info("area_list_loaded", list_id=str(announced.list_id), count=len(lines))

    async def _fetch(self, announced: AreaListRow) -> bytes:
        if not announced.path.startswith("/"):
            message = "the path of a list is a path of the registry"
            raise ListNotBelieved(message)
        url = f"{self._registry_url}{announced.path}"
        content = bytearray()
        async with (
            httpx.AsyncClient(transport=self._transport, timeout=_TIMEOUT) as client,
            client.stream("GET", url) as answer,
        ):
            answer.raise_for_status()
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > MOST_BYTES:
                    message = "the list does not end"
                    raise ListNotBelieved(message)
        return bytes(content)


def believed(content: bytes, announced: AreaListRow) -> Sequence[AreaLine]:
    """Return the lines of a list whose digest and count are those that were announced.

    Raises:
        ListNotBelieved: They are not, or a line cannot be read.
    """
    digest = hashlib.sha256(content).hexdigest()
    if digest != announced.sha256:
        message = f"digest {digest} instead of {announced.sha256}"
        raise ListNotBelieved(message)
    try:
        lines = [AreaLine.model_validate_json(line) for line in content.splitlines()]
    except ValueError as error:
        message = "a line cannot be read"
        raise ListNotBelieved(message) from error
    if len(lines) != announced.count or {line.scheme for line in lines} - {
        AreaScheme(announced.scheme)
    }:
        message = f"{len(lines)} lines instead of {announced.count} of {announced.scheme}"
        raise ListNotBelieved(message)
    return lines


async def replace_areas(
    session: AsyncSession, scheme: str, list_id: UUID, lines: Sequence[AreaLine]
) -> None:
    """Put a list in the place of the one in force."""
    driver = await driver_of(session)
    # A country's list is more than what statements usually do.
    await driver.execute(f"set local statement_timeout = '{INSERT_SECONDS}s'")
    await session.exec(delete(AreaRow).where(col(AreaRow.scheme) == scheme))
    # Not by COPY, which does not go through walls; documents are read about as fast.
    for at in range(0, len(lines), LINES_AT_ONCE):
        some = lines[at : at + LINES_AT_ONCE]
        document = f"[{','.join(line.model_dump_json() for line in some)}]"
        await driver.execute(_INSERT, document, list_id, timeout=INSERT_SECONDS)


async def _is_still_wanted(session: AsyncSession, announced: AreaListRow) -> bool:
    # Two processes may have fetched the same list, and one of them a newer one.
    found = await session.exec(
        select(AreaListRow)
        .where(col(AreaListRow.scheme) == announced.scheme)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    rows = sorted(found.all(), key=_age)
    return bool(rows) and rows[-1].list_id == announced.list_id and rows[-1].loaded_at is None


async def _mark_loaded(session: AsyncSession, list_id: UUID, at: datetime) -> None:
    row = await session.get_one(AreaListRow, list_id)
    row.loaded_at = at
    session.add(row)


def _age(row: AreaListRow) -> tuple[object, ...]:
    return row.edition, row.announced_at, row.list_id

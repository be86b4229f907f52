"""The feed of facts about matches: read once per process, told to everybody who listens.

Rows get their sequence before they are committed, so a higher one may become visible first. Nobody
is told of a row while a lower one may still come: a transaction that has drawn a sequence had its
transaction id before. So what is visible now is final as soon as all transactions that were
running at this moment have ended, which a later snapshot shows. The price is that any long write
in the database server holds the feed back for as long as it takes.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import text
from typing_extensions import override

from common.clearance import cleared, system
from common.outages import is_outage
from common.persistence.wake_up import WakeUp
from common.places import AreaRef
from common.vocabulary import AreaScheme, MatchState, ServiceCode, Society, Unit
from common.waiting import ever_longer
from matching.adapters.postgres.matches import FEED_CHANNEL
from matching.app.watch_proposals import Feed, Proposal
from matching.domain.identity import LineId, MatchId, NeedId, OfferId, PartyId

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from pydantic import SecretStr

    from common.persistence.unit_of_work import UnitOfWork

PAGE: Final = 500
FARTHEST_BEHIND: Final = 2_000
POLL_SECONDS: Final = 1.0
SETTLE_SECONDS: Final = 0.003
LONGEST_SETTLE_SECONDS: Final = 0.2

_READ: Final = text("""
    select
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint as oldest_running,
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next_to_start,
        fact.*
    from (select 1) as always
    left join lateral (
        select proposal_feed.*, giver.scheme as giver_scheme, giver.area as giver_area
        from proposal_feed
        left join party as giver on giver.id = proposal_feed.party_id and giver.is_station
        where sequence > :after order by sequence limit :page
    ) as fact on true
    order by fact.sequence
""")

_BACKLOG: Final = text("""
    select proposal_feed.*, giver.scheme as giver_scheme, giver.area as giver_area
    from proposal_feed
    left join party as giver on giver.id = proposal_feed.party_id and giver.is_station
    where sequence > :after and sequence <= :until
    order by sequence limit :page
""")

_LAST: Final = text("""
    select
        coalesce(max(sequence), 0) as last,
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint as oldest_running,
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next_to_start
    from proposal_feed
""")

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one look at the feed saw: rows, and which transactions were running."""

    rows: tuple[Proposal, ...]
    oldest_running: int
    next_to_start: int


class Settling:
    """Decides which of the rows that were seen are final.

    A mark remembers the highest row of one look and the first transaction id that was still to be
    given away then: all who could fill a gap below have lower ones.
    """

    def __init__(self, position: int) -> None:
        self.position = position
        self._marks: Final[deque[tuple[int, int]]] = deque()

    @property
    def is_waiting(self) -> bool:
        """Whether rows were seen that are not final yet."""
        return bool(self._marks)

    def look(self, sight: Sight) -> Sequence[Proposal]:
        """Return the rows that have become final, in their order."""
        if sight.rows:
            self._mark(sight.rows[-1].sequence, sight.next_to_start)
        final = self.position
        while self._marks and self._marks[0][1] <= sight.oldest_running:
            final = self._marks.popleft()[0]
        self.position = final
        return [row for row in sight.rows if row.sequence <= final]

    def _mark(self, sequence: int, next_to_start: int) -> None:
        highest = self._marks[-1][0] if self._marks else self.position
        if sequence > highest:
            self._marks.append((sequence, next_to_start))


class PostgresFeed(Feed):
    """Reads the feed while somebody listens, and tells every listener."""

    def __init__(self, unit_of_work: UnitOfWork, url: SecretStr) -> None:
        self._unit_of_work: Final = unit_of_work
        self._url: Final = url
        self._listeners: Final[set[_Listener]] = set()
        self._starting: Final = asyncio.Lock()
        self._settling: Settling | None = None
        self._reading: asyncio.Task[None] | None = None

    @override
    async def listen(self, after: int | None) -> AsyncGenerator[Proposal]:
        listener = _Listener()
        self._listeners.add(listener)
        try:
            settling = await self._start()
            # What is final now is read from the table, all that follows is heard. Between these
            # two lines nothing else runs, so nothing falls between them.
            position = settling.position
            listener.begin(position)
            if after is not None:
                async for proposal in self._backlog(after, position):
                    yield proposal
            async for proposal in listener.hear():
                yield proposal
        finally:
            self._listeners.discard(listener)
            await self._rest()

    async def _start(self) -> Settling:
        async with self._starting:
            if self._settling is None:
                # One reader for all who listen; what each may hear is decided for each.
                with cleared(system("proposal feed")):
                    self._settling = Settling(await self._end())
                    self._reading = asyncio.create_task(self._read_on(self._settling))
            return self._settling

    async def _rest(self) -> None:
        if self._listeners or self._reading is None:
            return
        reading, self._reading, self._settling = self._reading, None, None
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading

    async def _end(self) -> int:
        """Return where the feed ends, when all that lies before that is final."""
        last, next_to_start, oldest_running = await self._last()
        pauses = _pauses()
        while oldest_running < next_to_start:
            await asyncio.sleep(next(pauses))
            _, _, oldest_running = await self._last()
        return last

    async def _read_on(self, settling: Settling) -> None:
        try:
            async with WakeUp(self._url, "matching-proposals", channel=FEED_CHANNEL) as wake_up:
                await self._keep_looking(settling, wake_up)
        finally:
            # Whoever still listens would wait for ever; let them come back.
            for listener in self._listeners:
                listener.let_go()
            if self._settling is settling:
                self._settling, self._reading = None, None

    async def _keep_looking(self, settling: Settling, wake_up: WakeUp) -> None:
        never = asyncio.Event()
        pauses = _pauses()
        while True:
            wake_up.clear()
            before = settling.position
            await self._look(settling)
            if settling.position > before:
                # Where rows keep coming some always wait; only those that wait for long are rare.
                pauses = _pauses()
            if settling.is_waiting:
                await wake_up.wait(never, seconds=next(pauses))
            else:
                pauses = _pauses()
                await wake_up.wait(never, seconds=POLL_SECONDS)

    async def _look(self, settling: Settling) -> None:
        """Tell the listeners what has become final."""
        try:
            sight = await self._sight(settling.position)
        except Exception as error:
            if not is_outage(error):
                raise
            log.warning("feed_not_readable", error=type(error).__name__)
            return
        for proposal in settling.look(sight):
            for listener in self._listeners:
                listener.tell(proposal)

    async def _sight(self, after: int) -> Sight:
        async with self._unit_of_work.transaction() as session:
            connection = await session.connection()
            rows = (await connection.execute(_READ, {"after": after, "page": PAGE})).all()
        return Sight(
            rows=tuple(_to_proposal(row) for row in rows if row.sequence is not None),
            oldest_running=rows[0].oldest_running,
            next_to_start=rows[0].next_to_start,
        )

    async def _last(self) -> tuple[int, int, int]:
        async with self._unit_of_work.transaction() as session:
            row = (await (await session.connection()).execute(_LAST)).one()
        return row.last, row.next_to_start, row.oldest_running

    async def _backlog(self, after: int, until: int) -> AsyncGenerator[Proposal]:
        while after < until:
            async with self._unit_of_work.transaction() as session:
                connection = await session.connection()
                values = {"after": after, "until": until, "page": PAGE}
                rows = (await connection.execute(_BACKLOG, values)).all()
            for row in rows:
                yield _to_proposal(row)
            after = rows[-1].sequence if rows else until


class _Listener:
    """One who listens; whoever falls too far behind is let go."""

    def __init__(self) -> None:
        self._heard: Final[asyncio.Queue[Proposal | None]] = asyncio.Queue()
        self._after = 0

    def begin(self, after: int) -> None:
        """Hear only of what comes after a number."""
        self._after = after

    def tell(self, proposal: Proposal) -> None:
        if self._heard.qsize() < FARTHEST_BEHIND:
            self._heard.put_nowait(proposal)
        else:
            self.let_go()

    def let_go(self) -> None:
        self._heard.put_nowait(None)

    async def hear(self) -> AsyncGenerator[Proposal]:
        while (proposal := await self._heard.get()) is not None:
            if proposal.sequence > self._after:
                yield proposal


def _pauses() -> Iterator[float]:
    return ever_longer(SETTLE_SECONDS, LONGEST_SETTLE_SECONDS)


def _to_proposal(row: Any) -> Proposal:  # noqa: ANN401 - a row of the feed
    return Proposal(
        sequence=row.sequence,
        match_id=MatchId(row.match_id),
        version=row.version,
        need_id=NeedId(row.need_id),
        line_id=LineId(row.line_id),
        offer_id=OfferId(row.offer_id),
        party_id=PartyId(row.party_id),
        area=AreaRef(AreaScheme(row.scheme), row.area),
        station_area=(
            None
            if row.giver_area is None
            else AreaRef(AreaScheme(row.giver_scheme), row.giver_area)
        ),
        state=MatchState(row.state),
        society=Society(row.society),
        service=ServiceCode(row.service),
        quantity=row.quantity,
        unit=Unit(row.unit),
        value=row.value,
        is_known_to_party=row.is_known_to_party,
        is_reminder=row.is_reminder,
        at=row.at,
    )

"""The feed of facts about matches: read once per process, told to everybody who listens.

Rows get their sequence before they are committed, so a higher one may become visible first. Nobody
is told of a row while a lower one may still come. Whoever draws a sequence has a transaction id,
and a lock that says what for, before (a trigger of the table sees to that). So what is visible now
is final as soon as those have ended that were running at this moment and held the lock, which a
later snapshot shows. Whoever has ended by the time the locks are read, which is a little after
the snapshot was taken, may have held it. Other writes in the server hold nothing back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import Row, text
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

_RUNNING: Final = """
    with running as materialized (
        select pg_snapshot_xip(pg_current_snapshot()) as id
    ), lock as materialized (
        select * from pg_locks where granted and locktype in ('transactionid', 'advisory')
    ), writer as (
        select running.id from running
        left join lock as own on own.locktype = 'transactionid'
            and own.mode = 'ExclusiveLock' and own.transactionid = running.id::xid
        where own.pid is null or exists (
            select from lock as feed
            where feed.virtualtransaction = own.virtualtransaction
                and feed.locktype = 'advisory' and (feed.classid, feed.objid) = (20817, 1)
                and feed.database = (
                    select oid from pg_database where datname = current_database()
                )
        )
    ), seen as (
        select
            array(select id::text::bigint from running) as running,
            array(select id::text::bigint from writer) as writers
    )
"""

_READ: Final = text(f"""
    {_RUNNING}
    select seen.*, fact.*
    from seen
    left join lateral (
        select proposal_feed.*, giver.scheme as giver_scheme, giver.area as giver_area
        from proposal_feed
        left join party as giver on giver.id = proposal_feed.party_id and giver.is_station
        where sequence > :after order by sequence limit :page
    ) as fact on true
    order by fact.sequence
""")  # noqa: S608 - of constants

_BACKLOG: Final = text("""
    select proposal_feed.*, giver.scheme as giver_scheme, giver.area as giver_area
    from proposal_feed
    left join party as giver on giver.id = proposal_feed.party_id and giver.is_station
    where sequence > :after and sequence <= :until
    order by sequence limit :page
""")

_LAST: Final = text(f"""
    {_RUNNING}
    select seen.*, (select coalesce(max(sequence), 0) from proposal_feed) as last from seen
""")  # noqa: S608 - of constants

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one look at the feed saw: rows, and which transactions were running.

    ``writers`` are those of them that may have drawn a lower sequence than a row that was seen.
    """

    rows: tuple[Proposal, ...]
    running: frozenset[int]
    writers: frozenset[int]


class Settling:
    """Decides which of the rows that were seen are final.

    A mark remembers the highest row of one look and who could fill a gap below it then.
    """

    def __init__(self, position: int) -> None:
        self.position = position
        self._marks: Final[deque[tuple[int, frozenset[int]]]] = deque()

    @property
    def is_waiting(self) -> bool:
        """Whether rows were seen that are not final yet."""
        return bool(self._marks)

    def look(self, sight: Sight) -> Sequence[Proposal]:
        """Return the rows that have become final, in their order."""
        if sight.rows:
            self._mark(sight.rows[-1].sequence, sight.writers)
        final = self.position
        while self._marks and self._marks[0][1].isdisjoint(sight.running):
            final = self._marks.popleft()[0]
        self.position = final
        return [row for row in sight.rows if row.sequence <= final]

    def _mark(self, sequence: int, writers: frozenset[int]) -> None:
        highest = self._marks[-1][0] if self._marks else self.position
        if sequence > highest:
            self._marks.append((sequence, writers))


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
        last = await self._last()
        writers, running = frozenset(last.writers), frozenset(last.running)
        pauses = _pauses()
        while not writers.isdisjoint(running):
            await asyncio.sleep(next(pauses))
            running = frozenset((await self._last()).running)
        return int(last.last)

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
            running=frozenset(rows[0].running),
            writers=frozenset(rows[0].writers),
        )

    async def _last(self) -> Row[Any]:
        async with self._unit_of_work.transaction() as session:
            return (await (await session.connection()).execute(_LAST)).one()

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

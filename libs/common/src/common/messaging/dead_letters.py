"""Deciding about records that need somebody: look, replay, discard.

A dead letter holds up the later events of its subject. Replaying it lets the consumer try again,
discarding it lets the later ones go on without it; either way somebody decided.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import text

from common.clearance import system
from common.failpoints import Step, failpoint
from common.messaging import held, subjects
from common.messaging.fates import Reason, State
from common.messaging.kafka import Record
from common.persistence.unit_of_work import tell

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_FIND: Final = text("""
    select *, headers::text as headers_text from held_event
    where (cast(:ids as bigint[]) is null or id = any (cast(:ids as bigint[])))
      and (cast(:grp as text) is null or grp = :grp)
      and (cast(:topic as text) is null or topic = :topic)
      and (cast(:reason as text) is null or reason = :reason)
      and (cast(:type as text) is null or type = :type)
      and (cast(:subject as text) is null or subject = :subject)
      and state = any (cast(:states as text[]))
    order by topic, subject, version, id limit :most
""")
_REPLAY: Final = text("""
    update held_event
    set state = 'waiting', reason = 'replayed', attempts = 0, next_try_at = clock_timestamp(),
        deadline_at = null
    where id = :id
""")
_DISCARD: Final = text("""
    update held_event set state = 'discarded', deadline_at = null where id = :id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which held records; what is not said does not matter."""

    ids: Sequence[int] | None = None
    group: str | None = None
    topic: str | None = None
    reason: Reason | None = None
    type: str | None = None
    subject: str | None = None
    states: Sequence[State] = (State.DEAD,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A held record, as somebody who decides about it needs to see it."""

    id: int
    group: str
    state: State
    reason: Reason
    detail: str
    stack: str
    attempts: int
    held_at: datetime
    source: str | None
    event_id: UUID | None
    type: str | None
    subject: str | None
    version: int | None
    record: Record


async def find(engine: AsyncEngine, selection: Selection, *, most: int = 100) -> Sequence[Letter]:
    """Return held records, those of one subject in their order."""
    async with _connected(engine) as connection:
        return await _find(connection, selection, most)


async def show(engine: AsyncEngine, letter_id: int) -> Letter | None:
    """Return one held record, in whatever state it is."""
    found = await find(engine, Selection(ids=(letter_id,), states=tuple(State)))
    return found[0] if found else None


async def replay(engine: AsyncEngine, selection: Selection, *, despite_gap: bool = False) -> int:
    """Let the consumer try dead letters again; return how many.

    Args:
        engine: Of the service whose consumer refused them.
        selection: Of dead letters.
        despite_gap: Take it that the events before each of them will never come.
    """
    async with _connected(engine) as connection:
        letters = await _find(connection, selection, None)
        for letter in letters:
            if despite_gap:
                await _move_on(connection, letter, to=(letter.version or 1) - 1)
            await connection.execute(_REPLAY, {"id": letter.id})
            failpoint(Step.LETTERS_REPLAYED)
    return len(letters)


async def discard(engine: AsyncEngine, selection: Selection) -> int:
    """Decide that dead letters shall have no effect, so that later events go on; return how many.

    They are kept for inspection.
    """
    async with _connected(engine) as connection:
        letters = await _find(connection, selection, None)
        for letter in letters:
            await _move_on(connection, letter, to=letter.version or 0)
            await connection.execute(_DISCARD, {"id": letter.id})
            failpoint(Step.LETTERS_DISCARDED)
    return len(letters)


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    async with engine.begin() as connection:
        await tell(connection, system("dead letters"))
        yield connection


async def _find(
    connection: AsyncConnection, selection: Selection, most: int | None
) -> Sequence[Letter]:
    found = await connection.execute(
        _FIND,
        {
            "ids": None if selection.ids is None else list(selection.ids),
            "grp": selection.group,
            "topic": selection.topic,
            "reason": selection.reason,
            "type": selection.type,
            "subject": selection.subject,
            "states": list(selection.states),
            "most": most,
        },
    )
    return [_letter(row) for row in found]


async def _move_on(connection: AsyncConnection, letter: Letter, *, to: int) -> None:
    if letter.subject is None or letter.version is None:
        return
    topic = letter.record.partition.topic
    await subjects.lock(connection, letter.group, topic, [letter.subject])
    await subjects.move(connection, letter.group, topic, {letter.subject: to})


def _letter(row: Any) -> Letter:  # noqa: ANN401 - a row of held_event
    return Letter(
        id=row.id,
        group=row.grp,
        state=State(row.state),
        reason=Reason(row.reason),
        detail=row.detail,
        stack=row.stack,
        attempts=row.attempts,
        held_at=row.held_at,
        source=row.source,
        event_id=row.event_id,
        type=row.type,
        subject=row.subject,
        version=row.version,
        record=held.record_of(row),
    )

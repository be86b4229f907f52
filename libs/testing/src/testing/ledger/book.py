"""What the tests of the frame put in and look for: facts about parties, and their effects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import text

from common.contracts.registry import PartyRegistered, PartySuspended, PartyVetted
from common.ids import new_id
from common.messaging.codec import encode
from common.messaging.event import Message
from common.messaging.handlers import Handlers
from common.persistence.outbox import source_of
from common.persistence.outbox_rows import Staged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.messaging.event import Envelope, Event
    from common.messaging.sender import Outgoing

SERVICE: Final = "registry"
TOPIC: Final = "registry.party"
VETTED_ON: Final = date(2026, 1, 5)

_EFFECT: Final = text("""
    insert into effect (subject, version, event_id) values (:subject, :version, :event_id)
""")


@dataclass(frozen=True, slots=True)
class Effect:
    """That an event was handled."""

    subject: str
    version: int
    event_id: UUID


def message(party: UUID, version: int) -> Message:
    """Return a fact about a party, with a version."""
    return Message(
        event=PartyVetted(party_id=party, vetted_on=VETTED_ON, valid_until=date(2027, 1, 5)),
        version=version,
        partition_key=str(party),
        occurred_at=datetime.now(UTC),
    )


def outgoing(sent: Message, *, event_id: UUID | None = None) -> Outgoing:
    """Return a fact as the relay would write it."""
    return encode(
        Staged(
            id=event_id or new_id(),
            topic=sent.event.topic(),
            subject=sent.event.subject,
            type=sent.event.name,
            payload=sent.event.model_dump_json(),
            partition_key=sent.partition_key,
            source=source_of(SERVICE),
            version=sent.version,
            time=sent.occurred_at,
            traceparent=None,
        )
    )


async def note(envelope: Envelope[Event], session: AsyncSession) -> None:
    """Handle an event by writing down that it was handled."""
    connection = await session.connection()
    await connection.execute(_EFFECT, _effect(envelope))


async def note_all(envelopes: Sequence[Envelope[Event]], session: AsyncSession) -> None:
    """Handle events by writing down that they were handled."""
    connection = await session.connection()
    await connection.execute(_EFFECT, [_effect(envelope) for envelope in envelopes])


def _effect(envelope: Envelope[Event]) -> dict[str, object]:
    return {
        "subject": envelope.subject,
        "version": envelope.version,
        "event_id": envelope.id,
    }


def noting(*, together: bool = False) -> Handlers:
    """Return handlers that write down every fact about parties, one by one or many together."""
    handlers, facts = Handlers(), (PartyVetted, PartySuspended, PartyRegistered)
    if together:
        handlers.on_batch(*facts)(note_all)
    else:
        handlers.on_any(*facts)(note)
    return handlers


async def effects(engine: AsyncEngine) -> Sequence[Effect]:
    """Return what was written down, in the order in which it was."""
    async with engine.connect() as connection:
        found = await connection.execute(
            text("select subject, version, event_id from effect order by place")
        )
        return [Effect(*row) for row in found]


async def count(engine: AsyncEngine, table: str, where: str = "true") -> int:
    """Count rows."""
    async with engine.connect() as connection:
        found = await connection.execute(text(f"select count(*) from {table} where {where}"))  # noqa: S608
        return int(found.scalar_one())


def inversions(versions: Sequence[tuple[str, int]]) -> int:
    """Count how often a subject's version is followed by one that is not later."""
    last: dict[str, int] = {}
    wrong = 0
    for subject, version in versions:
        wrong += version <= last.get(subject, 0)
        last[subject] = max(version, last.get(subject, 0))
    return wrong

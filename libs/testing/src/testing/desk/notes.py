"""What can be done with notes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlmodel import Field, col, or_, select
from typing_extensions import override

from common.errors import Conflict, NotFound, PreconditionFailed
from common.frame import Frame
from common.grants import OutsideYourScope, Permission, Reach, Role
from common.messaging.event import Event, Message
from common.paging import Slice, Window, cut
from common.persistence.keyset import after
from common.persistence.table import Row, counter, instant

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from common.grants import Scope
    from common.places import AreaRef

WRITE: Final = Permission(
    "notes:write",
    {
        Role.PLATFORM_ADMIN: Reach.EVERYWHERE,
        Role.STATION_WORKER: Reach.AREA,
        Role.PARTNER: Reach.ORGANISATION,
    },
)
READ: Final = Permission("notes:read", {**WRITE.reach, Role.ANALYST: Reach.AREA})


@dataclass(eq=False)
class NoteNotFound(NotFound, code="note-not-found", zh="没有这张便条。"):
    """There is no such note."""

    note_id: UUID


@dataclass(eq=False)
class NoteAlreadyClosed(Conflict, code="note-already-closed", zh="便条已关闭。"):
    """The note was closed before."""

    note_id: UUID


class NoteWritten(Event, name="desk.note.written.v1"):
    """Somebody handed in a note."""

    note_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.note_id)


class NoteRow(Row, table=True):
    """A stored note."""

    __tablename__: ClassVar[Any] = "note"

    note_id: UUID = Field(primary_key=True)
    version: int = counter()
    title: str
    scheme: str
    area: str
    org: UUID | None = None
    written_at: datetime = instant()
    is_closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Every ability of the service.

    Work that is told to wait stays in its transaction until the gate opens.
    """

    frame: Frame
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    arrivals: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def write(
        self, scope: Scope, *, title: str, ref: AreaRef, org: UUID | None = None
    ) -> NoteRow:
        """Hand in a note."""
        area = await self.frame.areas.find(ref)
        if not scope.covers(area, org=org):
            raise OutsideYourScope(permission=WRITE.name)
        note = NoteRow(
            note_id=self.frame.new_id(),
            version=1,
            title=title,
            scheme=ref.scheme.value,
            area=ref.code,
            org=org,
            written_at=self.frame.clock.now(),
        )
        async with self.frame.unit_of_work.transaction() as session:
            session.add(note)
            written = NoteWritten(note_id=note.note_id)
            message = Message(
                event=written,
                version=1,
                partition_key=written.subject,
                occurred_at=note.written_at,
            )
            await self.frame.outbox.stage(session, [message])
        return note

    async def find(self, scope: Scope, note_id: UUID) -> NoteRow:
        """Return a note within a scope."""
        statement = select(NoteRow).where(col(NoteRow.note_id) == note_id, self._within(scope))
        async with self.frame.unit_of_work.transaction() as session:
            note = (await session.exec(statement)).one_or_none()
        if note is None:
            raise NoteNotFound(note_id=note_id)
        return note

    async def close(self, scope: Scope, note_id: UUID, version: int | None) -> NoteRow:
        """Close a note."""
        async with self.frame.unit_of_work.transaction() as session:
            note = await self.find(scope, note_id)
            if version is not None and version != note.version:
                raise PreconditionFailed(version=note.version)
            if note.is_closed:
                raise NoteAlreadyClosed(note_id=note_id)
            note.is_closed = True
            note.version += 1
            session.add(note)
        return note

    async def list(self, scope: Scope, window: Window, title: str | None) -> Slice[NoteRow]:
        """Return the notes within a scope, oldest first."""
        order = (col(NoteRow.written_at), col(NoteRow.note_id))
        statement = select(NoteRow).where(self._within(scope), after(window, *order))
        if title is not None:
            statement = statement.where(col(NoteRow.title) == title)
        async with self.frame.unit_of_work.transaction() as session:
            rows = (await session.exec(statement.order_by(*order).limit(window.probe))).all()
        return cut(rows, window, lambda note: (note.written_at, note.note_id))

    async def wait(self) -> None:
        """Wait at the gate."""
        self.arrivals.release()
        await self.gate.wait()

    async def count(self, first: int) -> AsyncGenerator[int]:
        """Count, three numbers at once and then whenever the gate opens."""
        for number in range(first, first + 3):
            yield number
        await self.wait()
        yield first + 3

    def _within(self, scope: Scope) -> Any:  # noqa: ANN401 - a condition
        in_area = self.frame.areas.within(scope, col(NoteRow.scheme), col(NoteRow.area))
        return or_(in_area, col(NoteRow.org).in_(scope.orgs))

"""What imports ask of the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.domain.imports import Import
from registry.domain.mapping import SheetMapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from common.grants import Caller, Scope
    from common.paging import Slice, Window
    from registry.domain.cells import Flaw
    from registry.domain.imports import Authority, Form, ImportId, Outcome
    from registry.domain.mapping import Tab
    from registry.domain.rows import NamedArea


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMapping:
    """A mapping that an area keeps, under a name."""

    id: UUID
    subject: str
    scheme: AreaScheme
    area: AreaRef | None
    name: str
    mapping: SheetMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """An import that this process works on, until another one has a later epoch."""

    of: Import
    epoch: int
    attempts: int


class ClaimLost(Exception):
    """Somebody else works on the import now; what was about to be written is not."""


class Imports(Protocol):
    """The imports, as of the current transaction."""

    async def add(self, new: Import, /) -> None:
        """Store a new import."""
        ...

    async def find(self, import_id: ImportId, /, *, lock: bool = False) -> Import | None:
        """Return an import, if the work at hand may see it."""
        ...

    async def page(self, scope: Scope, window: Window, /) -> Slice[Import]:
        """Return the imports within the scope, the oldest first."""
        ...

    async def save(self, changed: Import, /) -> None:
        """Store what a caller decided, and take the import from whoever works on it."""
        ...

    async def put_part(self, import_id: ImportId, number: int, content: bytes, /) -> int:
        """Store a part, in the place of one that came before; return how many there are."""
        ...

    async def content(self, import_id: ImportId, /) -> bytes:
        """Return all parts as one."""
        ...

    async def flaws(self, import_id: ImportId, window: Window, /) -> Slice[Flaw]:
        """Return what is wrong with the rows, in their order."""
        ...

    async def claim(self) -> Claimed | None:
        """Return an import to work on; for a while nobody else is given it."""
        ...

    async def progress(self, claimed: Claimed, done: int, counts: Mapping[Outcome, int], /) -> None:
        """Note how many good rows are written, or raise ``ClaimLost``."""
        ...

    async def note_flaws(self, claimed: Claimed, flaws: Sequence[Flaw], /) -> None:
        """Add to what is wrong with the rows."""
        ...

    async def forget_flaws(self, claimed: Claimed, /) -> None:
        """Begin anew with what is wrong."""
        ...

    async def settle(self, claimed: Claimed, rested: Import, /) -> None:
        """Store the end of the work; drop the file when it is needed no more.

        Raises:
            ClaimLost: Somebody else works on it now, or the caller decided anew.
        """
        ...

    async def forget_old(self, *, days: int) -> int:
        """Drop imports that were begun so long ago, with their files; return how many."""
        ...

    async def keep(self, saved: SavedMapping, /) -> SavedMapping:
        """Keep a mapping, in the place of one of the same name for the same area and subject."""
        ...

    async def mapping(self, mapping_id: UUID, /) -> SavedMapping | None:
        """Return a kept mapping, if the work at hand may see it."""
        ...

    async def mappings(
        self, subject: str | None, scope: Scope, window: Window, /
    ) -> Slice[SavedMapping]:
        """Return the kept mappings within the scope."""
        ...


class Attempts(Protocol):
    """Part of a transaction that can be undone by itself."""

    def transaction(self) -> AbstractAsyncContextManager[object]:
        """Commit on leaving the outermost block, roll back on an exception."""
        ...

    def attempt(self) -> AbstractAsyncContextManager[object]:
        """Undo what was done in the block, and only that, on an exception."""
        ...


class Read(Protocol):
    """Reads files; slow, and not on the loop."""

    def __call__(self, content: bytes, form: Form, /) -> Sequence[Tab]:
        """Return the tables of a file.

        Raises:
            FileUnreadable: It is not of this form.
            FileTooLarge: It is more than one import may be.
        """
        ...


class Callers(Protocol):
    """Who may do what, now."""

    async def caller(self, authority: Authority, /) -> Caller:
        """Return somebody with those of their grants that are still in force."""
        ...


class Prefetch(Protocol):
    """Areas about to be asked for one by one."""

    async def learn(self, refs: Sequence[AreaRef], /) -> None:
        """Fetch them in one go; codes that do not exist are nobody's concern here."""
        ...


class Names(Protocol):
    """The names of the areas in force."""

    async def within(self, scheme: AreaScheme, code: str | None, /) -> Sequence[NamedArea]:
        """Return an area and its parts, or all areas of a scheme."""
        ...

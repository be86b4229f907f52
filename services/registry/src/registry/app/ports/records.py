"""What use cases ask of the keeping of dated records, such as contracts and supervisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from registry.app.creations import Creatable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from common.change import Change
    from common.grants import Scope
    from common.paging import Slice, Window
    from common.places import AreaRef


class Record(Creatable, Protocol):
    """An aggregate that stands in an area, and perhaps belongs to an organisation."""

    @property
    def version(self) -> int:
        """Return the number of facts so far."""
        ...

    @property
    def area(self) -> AreaRef:
        """Return the area in which it stands."""
        ...

    @property
    def org(self) -> UUID | None:
        """Return the organisation that may see it wherever it stands, if there is one."""
        ...


R = TypeVar("R", bound=Record)
F = TypeVar("F", contravariant=True)  # noqa: PLC0105
W = TypeVar("W", contravariant=True)  # noqa: PLC0105


class Records(Protocol[R, F, W]):
    """The records of one kind, as of the current transaction."""

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, R]:
        """Return those of the records that exist."""
        ...

    async def add_all(self, changes: Sequence[Change[R, F]], /) -> None:
        """Store new records and stage their facts, all or none, or raise a ``Conflict``."""
        ...

    async def hold(self, record_id: UUID, /) -> None:
        """Let nobody change a record, or hold it, before the open transaction ends."""
        ...

    async def save(self, change: Change[R, F], /) -> None:
        """Store a record's new state and stage its facts, or raise a ``Conflict``."""
        ...

    async def page(self, wanted: W, scope: Scope, window: Window, /) -> Slice[R]:
        """Return the records within the scope, in the order of their ids."""
        ...

"""What services ask of the keeping of people's keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from common.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from common.personal.sealing import DataKey


@dataclass(eq=False)
class PersonErased(NotFound, code="person-erased", zh="此人的信息已依法删除，无法恢复。"):
    """What was known of this person has been erased, and nothing can be kept under the id again."""

    person_id: UUID


class KeyStore(Protocol):
    """Keys of people, each on its own, outside of whatever transaction is open.

    So a key is there before the row that needs it; a key whose row never came says nothing.
    """

    async def provide(self, person_ids: Collection[UUID], /) -> Mapping[UUID, DataKey]:
        """Return the keys of people, made where there is none yet.

        Raises:
            PersonErased: One of them was erased.
        """
        ...

    async def find(self, person_ids: Collection[UUID], /) -> Mapping[UUID, DataKey]:
        """Return the keys that there are; nothing for whom nothing was kept, or who was erased."""
        ...

    async def erase(self, person_ids: Collection[UUID], /, *, at: datetime) -> None:
        """Forget the keys for ever; harmless when it was done before."""
        ...

    async def erased(self) -> frozenset[UUID]:
        """Return everybody who was erased."""
        ...

    async def rewrap(self) -> int:
        """Wrap every key by the ring's current version; return how many were not before."""
        ...

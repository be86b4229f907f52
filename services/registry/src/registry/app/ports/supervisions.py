"""What use cases ask of the keeping of supervisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import AreaScheme

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.supervision import SupervisorLoad


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionFilter:
    """Which supervisions are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    supervisor: UUID | None = None
    worker: UUID | None = None
    station: UUID | None = None
    on: date | None = None


class Loads(Protocol):
    """How many workers each supervisor stands by, as of the current transaction."""

    async def loads(
        self, wanted: SupervisionFilter, scope: Scope, window: Window, /
    ) -> Slice[SupervisorLoad]:
        """Return the supervisors of what is wanted, in the order of their ids."""
        ...

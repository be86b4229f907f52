"""What use cases ask of the record of what changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from common.paging import Key
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.domain.change import ThingChanged, ThingKind

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Which changes are wanted; what is none does not matter."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    kind: ThingKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of the record: what changed in it, where it ends, and whether more is known."""

    items: tuple[ThingChanged, ...]
    until: Key
    is_more: bool


class Changes(Protocol):
    """What changed, in an order to which nothing is ever added before a place already read."""

    async def after(self, wanted: ChangeFilter, scope: Scope, window: Window, /) -> Stretch:
        """Return what changed after a place, or from the beginning."""
        ...

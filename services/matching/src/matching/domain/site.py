"""Where something is, as far as matching needs to know it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from common.places import AreaRef, Position
from matching.domain.identity import PoolId


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """An area with the township, county and prefecture around it, and a point if one may be known.

    Homes have no point. A place larger than a township has no township, and so on: what is not
    known is not guessed. The pool is that of the area when the thing came to be, for ever.
    """

    area: AreaRef
    pool_id: PoolId
    township: AreaRef | None = None
    county: AreaRef | None = None
    prefecture: AreaRef | None = None
    point: Position | None = None

    def at(self, point: Position) -> Site:
        """Return the place with its exact point."""
        return replace(self, point=point)

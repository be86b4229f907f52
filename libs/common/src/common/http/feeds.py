"""Change feeds: what changed since a place, and the place to go on from, which there always is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request

from common.http.pages import LONGEST_CURSOR, context_of, seal, unseal
from common.http.schemas import View
from common.paging import Key, Window

DEFAULT_LIMIT = 200
MOST = 1000

V = TypeVar("V")


class Feed(View, Generic[V]):
    """Some changes, the `since` of the next request, and whether more is known already."""

    items: list[V]
    since: str
    is_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The stretch of a feed that a caller asks for."""

    window: Window
    context: bytes

    def feed(self, items: Sequence[V], *, until: Key, is_more: bool) -> Feed[V]:
        """Return what was found, and where to go on."""
        return Feed(items=list(items), since=seal(until, self.context), is_more=is_more)


async def following(
    request: Request,
    since: Annotated[
        str | None,
        Query(description="The `since` of the answer before.", max_length=LONGEST_CURSOR),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Most items.")] = DEFAULT_LIMIT,
) -> Followed:
    """Return the stretch that a request asks for.

    Raises:
        CursorInvalid: `since` is not one of this feed with these filters.
    """
    context = context_of(request)
    after = None if since is None else unseal(since, context)
    return Followed(window=Window(limit=limit, after=after), context=context)


Following = Annotated[Followed, Depends(following)]
"""What a feed declares to be asked for stretch by stretch."""

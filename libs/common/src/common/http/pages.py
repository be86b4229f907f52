"""Cursor pages: a cursor is the place where a page ended, sealed so that nobody makes one up.

The seal binds a cursor to its list and filters. It is a checksum and no secret: a caller who forged
one would see nothing that a filter could not show.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from typing import Annotated, Final, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from common.http.refusals import CursorInvalid
from common.http.schemas import View
from common.paging import Key, KeyPart, Slice, Window

DEFAULT_LIMIT: Final = 50
MOST: Final = 200
_SEAL_BYTES: Final = 8
LONGEST_CURSOR: Final = 1024

_PLACES: Final = frozenset({"cursor", "since", "limit"})

T = TypeVar("T")
V = TypeVar("V")


class Page(View, Generic[T]):
    """Some items of a list, and the cursor of the next page unless this is the last."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """The page that a caller asks for."""

    window: Window
    request: Request
    response: Response

    def page(self, found: Slice[T], view: Callable[[T], V]) -> Page[V]:
        """Return what was found as a page, and link to the next one."""
        cursor = None if found.next is None else seal(found.next, context_of(self.request))
        if cursor is not None:
            self.response.headers["link"] = f'<{_next_url(self.request, cursor)}>; rel="next"'
        return Page(items=[view(item) for item in found.items], next=cursor)


async def paging(
    request: Request,
    response: Response,
    cursor: Annotated[
        str | None, Query(description="The `next` of the page before.", max_length=LONGEST_CURSOR)
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Most items.")] = DEFAULT_LIMIT,
) -> Paging:
    """Return the page that a request asks for.

    Raises:
        CursorInvalid: The cursor is not one of this list with these filters.
    """
    after = None if cursor is None else unseal(cursor, context_of(request))
    return Paging(window=Window(limit=limit, after=after), request=request, response=response)


Pages = Annotated[Paging, Depends(paging)]
"""What a list declares to be asked for page by page."""


def seal(key: Key, context: bytes) -> str:
    """Return the cursor of a place in a list."""
    content = json.dumps([_packed(part) for part in key], separators=(",", ":")).encode()
    return urlsafe_b64encode(_seal(content, context) + content).rstrip(b"=").decode()


def unseal(cursor: str, context: bytes) -> Key:
    """Return the place that a cursor of this list names.

    Raises:
        CursorInvalid: It was not made by ``seal`` for this context.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        sealed = urlsafe_b64decode(padded)
        content = sealed[_SEAL_BYTES:]
        if _seal(content, context) != sealed[:_SEAL_BYTES]:
            raise CursorInvalid
        return tuple(_unpacked(kind, value) for kind, value in json.loads(content))
    except (ValueError, TypeError, KeyError, binascii.Error) as error:
        raise CursorInvalid from error


def _seal(content: bytes, context: bytes) -> bytes:
    return blake2s(content, key=blake2s(context).digest(), digest_size=_SEAL_BYTES).digest()


def _packed(part: KeyPart) -> tuple[str, str]:
    match part:
        case datetime():
            return "t", part.isoformat()
        case UUID():
            return "u", str(part)
        case int():
            return "i", str(part)
        case str():
            return "s", part


def _unpacked(kind: str, value: str) -> KeyPart:
    return _KINDS[kind](value)


_KINDS: Final[dict[str, Callable[[str], KeyPart]]] = {
    "t": datetime.fromisoformat,
    "u": UUID,
    "i": int,
    "s": str,
}


def context_of(request: Request) -> bytes:
    """Return what a cursor is bound to: the list, and its filters."""
    return json.dumps([request.url.path, _filters(request)]).encode()


def _filters(request: Request) -> list[tuple[str, str]]:
    asked = request.query_params.multi_items()
    return sorted((name, value) for name, value in asked if name not in _PLACES)


def _next_url(request: Request, cursor: str) -> str:
    limit = request.query_params.get("limit")
    asked = [*_filters(request), ("cursor", cursor), *([("limit", limit)] if limit else [])]
    return f"{request.url.path}?{urlencode(asked)}"

"""What is looked at in a request before the framework reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from common.http.flaws import MOST_FIELDS, crowd_flaws, text_flaws
from common.http.refusals import (
    Flaw,
    InputInvalid,
    InputMalformed,
    MediaTypeUnsupported,
    UnknownFilter,
)

if TYPE_CHECKING:
    from starlette.requests import Request

# Escapes that may make NUL or half of a surrogate pair; without them no body can hold either.
_SUSPECT: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


def check_query(request: Request, known: frozenset[str]) -> None:
    """Refuse what no filter of the route would understand.

    Raises:
        UnknownFilter: The query has a parameter that the route does not know.
        InputInvalid: The path or the query holds NUL.
    """
    if "\0" in request.scope["path"]:
        raise InputInvalid(errors=[_no_nul("/path")])
    if not request.scope["query_string"]:
        return
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise UnknownFilter(known=sorted(known))
        if "\0" in value:
            raise InputInvalid(errors=[_no_nul(f"/query/{name}")])


async def check_body(request: Request, *, is_expected: bool) -> None:
    """Refuse a body that is no JSON, is nested without end, or holds text that cannot be stored.

    Raises:
        MediaTypeUnsupported: It says of itself that it is something else.
        InputMalformed: It is not JSON.
        InputInvalid: A text in it holds NUL or half of a surrogate pair, or an object in it has
            more fields than there are; the framework would make an error of each.
    """
    if not is_expected:
        return
    content = await request.body()
    if not content:
        return
    _check_media_type(request)
    if b"\0" in content:
        # Python would take it for UTF-16 and read on.
        raise InputMalformed
    try:
        content.decode()
        value = await request.json()
    except (ValueError, RecursionError) as error:
        raise InputMalformed from error
    if content.count(b":") > MOST_FIELDS and (flaws := crowd_flaws(value)):
        raise InputInvalid(errors=flaws)
    if _SUSPECT.search(content) and (flaws := text_flaws(value)):
        raise InputInvalid(errors=flaws)


def _check_media_type(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = kind == "application/json" or kind.endswith("+json")
    if not is_json or request.headers.get("content-encoding", "identity") != "identity":
        raise MediaTypeUnsupported


def _no_nul(pointer: str) -> Flaw:
    return Flaw(pointer=pointer, code="text-invalid", detail="No NUL, no lone surrogate")

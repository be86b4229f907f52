"""What is hidden has to look like what does not exist."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import httpx

NOBODYS_ID: Final = "0192d3c4-ffff-7fff-bfff-ffffffffffff"
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Other parameters of a path are words that everybody may know.
_NAMES_A_THING: Final = frozenset({"{sub}"})
# These say when and which, and differ between any two answers.
_OWN_TO_EACH: Final = frozenset({"x-request-id", "date", "content-length"})


def absent(path_format: str, path: str) -> str | None:
    """Return the path of the same request about a thing that does not exist.

    ``None`` where the path names no thing.
    """
    bare, mark, query = path.partition("?")
    parts = [
        _nobodys(part) if form in _NAMES_A_THING or form.endswith("_id}") else part
        for form, part in zip(path_format.split("/"), bare.split("/"), strict=True)
    ]
    other = "/".join(parts) + mark + query
    return None if other == path else other


def looks_the_same(one: httpx.Response, other: httpx.Response) -> bool:
    """Tell whether nobody could learn from two answers which of two things exists."""
    return _shape(one) == _shape(other)


def _nobodys(part: str) -> str:
    return NOBODYS_ID if _ID.fullmatch(part) else f"not-{part}"


def _shape(answer: httpx.Response) -> tuple[int, object, object]:
    headers = {name: value for name, value in answer.headers.items() if name not in _OWN_TO_EACH}
    body = json.loads(answer.text)
    if isinstance(body, dict):
        body.pop("instance", None)
    # The id that was asked for may be repeated; everything else may not differ.
    return answer.status_code, headers, _ID.sub("<id>", json.dumps(body))

"""Refused input, named by JSON pointer: what came is never repeated, it may be personal data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from common.http.refusals import Flaw, InputInvalid, InputMalformed, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi.exceptions import RequestValidationError

MOST_FLAWS: Final = 50
MOST_FIELDS: Final = 1_000
_FIELD: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
# What a caller may be told of a rule; everything else in pydantic's context can hold input.
_BOUNDS: Final = ("ge", "gt", "le", "lt", "min_length", "max_length", "multiple_of", "expected")


def refusal_of(error: RequestValidationError) -> Refusal:
    """Return the refusal that names what the framework found wrong."""
    found: Sequence[Mapping[str, Any]] = error.errors()
    if any(flaw["type"] == "json_invalid" for flaw in found):
        return InputMalformed()
    return InputInvalid(errors=[_flaw(flaw) for flaw in found[:MOST_FLAWS]])


def text_flaws(value: object) -> Sequence[Flaw]:
    """Name every text in a body that holds NUL or half of a surrogate pair."""
    return [
        Flaw(pointer=pointer_to(place), code="text-invalid", detail="No NUL, no lone surrogate")
        for place in _bad_texts(value, ("body",))
    ][:MOST_FLAWS]


def crowd_flaws(value: object) -> Sequence[Flaw]:
    """Name the first object of a body that has more fields than anything that we read."""
    place = next(_crowded(value), None)
    if place is None:
        return []
    detail = f"At most {MOST_FIELDS} in one object"
    return [Flaw(pointer=pointer_to(place), code="too-many-fields", detail=detail)]


def pointer_to(place: Sequence[str | int]) -> str:
    """Return a JSON pointer; it ends before a name that only the sender can have made up."""
    parts: list[str] = []
    for part in place:
        if isinstance(part, str) and not _FIELD.fullmatch(part.replace("-", "_").lower()):
            break
        parts.append(str(part))
    return "".join(f"/{part}" for part in parts)


def is_bad_text(text: str) -> bool:
    """Tell whether PostgreSQL or UTF-8 could not hold this text."""
    return "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)


def _flaw(found: Mapping[str, Any]) -> Flaw:
    bounds: Mapping[str, Any] = found.get("ctx") or {}
    limits = ", ".join(f"{name} {bounds[name]}" for name in _BOUNDS if name in bounds)
    kind = str(found["type"])
    return Flaw(
        pointer=pointer_to(found["loc"]),
        code=kind.replace("_", "-"),
        detail=_DETAILS.get(kind, limits or kind.replace("_", " ").capitalize()),
    )


def _bad_texts(value: object, place: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, str):
        if is_bad_text(value):
            yield place
    elif isinstance(value, dict):
        for name, inner in value.items():
            if is_bad_text(name):
                yield place
            yield from _bad_texts(inner, (*place, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _bad_texts(inner, (*place, index))


def _crowded(value: object) -> Iterator[tuple[str | int, ...]]:
    # Not by recursion: a body may be nested as deep as its parser lets it.
    waiting: list[tuple[object, tuple[str | int, ...]]] = [(value, ("body",))]
    while waiting:
        there, place = waiting.pop()
        if isinstance(there, dict):
            if len(there) > MOST_FIELDS:
                yield place
            else:
                waiting.extend((inner, (*place, name)) for name, inner in there.items())
        elif isinstance(there, list):
            waiting.extend((inner, (*place, index)) for index, inner in enumerate(there))


_DETAILS: Final[Mapping[str, str]] = {
    "missing": "Required",
    "extra_forbidden": "No such field",
    "string_type": "Has to be a string",
    "string_pattern_mismatch": "Does not have the required form",
    "string_unicode": "No lone surrogate",
    "uuid_parsing": "Has to be a UUID",
    "int_parsing": "Has to be an integer",
    "bool_parsing": "Has to be true or false",
}

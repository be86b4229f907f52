"""Whatever a schema admits: drawn at random by Hypothesis, or the same few specimens every time.

The schemas are those of our promises. A keyword that they do not use yet is refused, so that
nothing is left out in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar
from uuid import NAMESPACE_DNS, uuid5

from hypothesis import strategies as st

from testing.promises import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import SearchStrategy

    from testing.promises import Schema

_V = TypeVar("_V")
_READ: Final = frozenset(
    {"$ref", "default", "format", "type", "properties", "required", "items", "uniqueItems", "enum"}
    | {"anyOf", "minimum", "maximum", "exclusiveMinimum", "const"}
    | {"$schema", "$id", "$defs", "title", "description", "examples"}
)
_FARTHEST: Final = 2**31 - 1


class Maker(Protocol[_V]):
    """Makes what stands for the values of each kind of schema."""

    def fields(self, required: Mapping[str, _V], optional: Mapping[str, _V]) -> _V: ...
    def elements(self, each: _V, *, unique: bool) -> _V: ...
    def either(self, kinds: Sequence[_V]) -> _V: ...
    def code(self, codes: Sequence[object]) -> _V: ...
    def whole(self, low: int, high: int) -> _V: ...
    def real(self, low: float, high: float) -> _V: ...
    def string(self, form: str) -> _V: ...


def made(schema: Schema, maker: Maker[_V]) -> _V:
    """Make what stands for all that a schema admits."""
    return _Walk(schema, maker).made(schema)


class _Walk(Generic[_V]):
    def __init__(self, document: Schema, maker: Maker[_V]) -> None:
        self._document: Final = document
        self._maker: Final = maker

    def made(self, schema: Schema) -> _V:
        found: Mapping[str, Any] = resolved(schema, self._document)
        assert found.keys() <= _READ, f"not read yet: {found.keys() - _READ}"
        if "anyOf" in found:
            return self._maker.either([self.made(kind) for kind in found["anyOf"]])
        if "enum" in found or "const" in found:
            return self._maker.code(found.get("enum") or [found["const"]])
        return self._of_type(found)

    def _of_type(self, found: Mapping[str, Any]) -> _V:
        match found["type"]:
            case "object":
                return self._fields(found)
            case "array":
                unique = bool(found.get("uniqueItems"))
                return self._maker.elements(self.made(found["items"]), unique=unique)
            case _:
                return self._scalar(found)

    def _scalar(self, found: Mapping[str, Any]) -> _V:
        match found["type"]:
            case "integer":
                low = found.get("exclusiveMinimum", found.get("minimum", -_FARTHEST) - 1) + 1
                return self._maker.whole(low, found.get("maximum", _FARTHEST))
            case "number":
                return self._maker.real(found["minimum"], found["maximum"])
            case "boolean":
                return self._maker.code([False, True])
            case "null":
                return self._maker.code([None])
            case "string":
                return self._maker.string(found.get("format", "text"))
            case other:
                raise NotImplementedError(other)

    def _fields(self, found: Mapping[str, Any]) -> _V:
        fields = {name: self.made(field) for name, field in sorted(found["properties"].items())}
        required = set(found.get("required", ()))
        return self._maker.fields(
            {name: field for name, field in fields.items() if name in required},
            {name: field for name, field in fields.items() if name not in required},
        )


class AtRandom:
    """Strategies of Hypothesis."""

    def fields(
        self,
        required: Mapping[str, SearchStrategy[object]],
        optional: Mapping[str, SearchStrategy[object]],
    ) -> SearchStrategy[object]:
        return st.fixed_dictionaries(dict(required), optional=dict(optional))

    def elements(self, each: SearchStrategy[object], *, unique: bool) -> SearchStrategy[object]:
        return st.lists(each, max_size=3, unique=unique)

    def either(self, kinds: Sequence[SearchStrategy[object]]) -> SearchStrategy[object]:
        return st.one_of(kinds)

    def code(self, codes: Sequence[object]) -> SearchStrategy[object]:
        return st.sampled_from(codes)

    def whole(self, low: int, high: int) -> SearchStrategy[object]:
        return st.integers(low, high)

    def real(self, low: float, high: float) -> SearchStrategy[object]:
        return st.floats(low, high)

    def string(self, form: str) -> SearchStrategy[object]:
        return _STRINGS[form]


_STRINGS: Final[Mapping[str, SearchStrategy[object]]] = {
    # What no record can hold is refused at the door: NUL and lone surrogates.
    "text": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    "uuid": st.uuids().map(str),
    "date": st.dates(min_value=date(1900, 1, 1)).map(date.isoformat),
    "date-time": st.datetimes(
        min_value=datetime(1900, 1, 1),  # noqa: DTZ001 - the zone comes beside it
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]),
    ).map(datetime.isoformat),
}


@dataclass
class Turn:
    """Which specimen it is, and how much of it is made already."""

    number: int
    is_rich: bool = True
    place: int = 0
    widest: int = 1

    def next(self, of: int = 1) -> int:
        """Return another number at every place, so that no two fields are alike."""
        self.place += 1
        self.widest = max(self.widest, of)
        return self.number + self.place


Specimen = Callable[[Turn], Any]


class ByTurns:
    """The same few values every time; the rich ones together show every code of every list."""

    def fields(
        self, required: Mapping[str, Specimen], optional: Mapping[str, Specimen]
    ) -> Specimen:
        def make(turn: Turn) -> dict[str, object]:
            given = {**required, **optional} if turn.is_rich else required
            return {name: field(turn) for name, field in given.items()}

        return make

    def elements(self, each: Specimen, *, unique: bool) -> Specimen:
        # Codes that follow one another differ.
        del unique
        return lambda turn: [each(turn), each(turn)] if turn.is_rich else []

    def either(self, kinds: Sequence[Specimen]) -> Specimen:
        # What may be missing comes last.
        return lambda turn: kinds[0 if turn.is_rich else -1](turn)

    def code(self, codes: Sequence[object]) -> Specimen:
        return lambda turn: codes[turn.next(len(codes)) % len(codes)]

    def whole(self, low: int, high: int) -> Specimen:
        return lambda turn: min(max(low, turn.next()), high)

    def real(self, low: float, high: float) -> Specimen:
        return lambda turn: low + (high - low) * (turn.next() % 7) / 8

    def string(self, form: str) -> Specimen:
        return lambda turn: _string(form, turn.next())


def _string(form: str, number: int) -> str:
    at = datetime(2026, 3, 2, 1, 30, tzinfo=UTC) + timedelta(days=number, microseconds=number)
    forms: Mapping[str, str] = {
        "text": f"先进街道 № {number}",
        "uuid": str(uuid5(NAMESPACE_DNS, str(number))),
        "date": at.date().isoformat(),
        "date-time": at.isoformat().replace("+00:00", "Z"),
    }
    return forms[form]


def specimens(schema: Schema) -> Iterator[dict[str, object]]:
    """Yield the poorest value that a schema admits, and rich ones with every code in them."""
    make = made(schema, ByTurns())
    yield make(Turn(0, is_rich=False))
    number, widest = 0, 2
    while number < widest:
        turn = Turn(number)
        yield make(turn)
        number, widest = number + 1, max(widest, turn.widest)


def at_random(schema: Schema) -> SearchStrategy[Any]:
    """Return a strategy for whatever a schema admits."""
    return made(schema, AtRandom())

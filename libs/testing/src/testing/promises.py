"""Published promises: the JSON Schema of every event, and what counts as breaking one.

A promise may grow and nothing else: a new optional field, or a new code in a code list. Everything
else would leave somebody unable to read: the old reader the new event, or the new reader an event
that is still in a log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from common.contracts import promised_events

if TYPE_CHECKING:
    from common.messaging.event import Event

Schema = Mapping[str, object]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ANNOTATIONS: Final = frozenset({"$schema", "$id", "$defs", "title", "description", "examples"})
_STRUCTURE: Final = frozenset({"properties", "required", "enum", "items", "anyOf"})


def promises() -> dict[str, Schema]:
    """Return what is promised today: the schema of every published event, by wire name."""
    return {name: schema_of(event) for name, event in sorted(promised_events().items())}


def schema_of(event: type[Event]) -> Schema:
    """Return the schema of an event's data as it travels."""
    schema = event.model_json_schema(mode="serialization")
    return {"$schema": DIALECT, "$id": f"urn:wushe:event:{event.name}", **schema}


def written(schema: Schema) -> str:
    """Return the text of a promise's file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def breaches(old: Schema, new: Schema) -> list[str]:
    """Return what of an old promise the new one breaks, as JSON pointers with a reason."""
    return list(_compared(_Side(old, old), _Side(new, new), at=""))


class _Side:
    """A schema inside the document that its references point into."""

    def __init__(self, schema: Schema, document: Schema) -> None:
        self.document: Final = document
        self.schema: Final = resolved(schema, document)

    def child(self, schema: object) -> _Side:
        """Return a schema below this one."""
        assert isinstance(schema, Mapping)
        return _Side(schema, self.document)

    def mapping(self, keyword: str) -> Mapping[str, object]:
        """Return a keyword's members, none if it is absent."""
        found = self.schema.get(keyword, {})
        assert isinstance(found, Mapping)
        return found

    def sequence(self, keyword: str) -> Sequence[object]:
        """Return a keyword's elements, none if it is absent."""
        found = self.schema.get(keyword, ())
        assert isinstance(found, Sequence)
        return found


def resolved(schema: Schema, document: Schema) -> Schema:
    """Return a schema with what its reference points to in its place."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: object = document
    for part in str(reference).removeprefix("#/").split("/"):
        assert isinstance(found, Mapping)
        found = found[part]
    assert isinstance(found, Mapping)
    # What stands beside a reference (a default) belongs to the field.
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**resolved(found, document), **beside}


def _compared(old: _Side, new: _Side, *, at: str) -> Iterator[str]:
    yield from _keywords(old, new, at=at)
    yield from _codes(old, new, at=at)
    yield from _fields(old, new, at=at)
    yield from _elements(old, new, at=at)
    yield from _alternatives(old, new, at=at)


def _keywords(old: _Side, new: _Side, *, at: str) -> Iterator[str]:
    for keyword in sorted((old.schema.keys() | new.schema.keys()) - ANNOTATIONS - _STRUCTURE):
        before, after = old.schema.get(keyword), new.schema.get(keyword)
        if (keyword in old.schema, before) != (keyword in new.schema, after):
            yield f"{at or '/'}: {keyword} was {before!r} and is {after!r}"


def _codes(old: _Side, new: _Side, *, at: str) -> Iterator[str]:
    if ("enum" in old.schema) != ("enum" in new.schema):
        yield f"{at or '/'}: the code list came or went"
        return
    kept = new.sequence("enum")
    for code in old.sequence("enum"):
        if code not in kept:
            yield f"{at or '/'}: the code {code!r} was removed"


def _fields(old: _Side, new: _Side, *, at: str) -> Iterator[str]:
    before, after = old.mapping("properties"), new.mapping("properties")
    was_required, is_required = set(old.sequence("required")), set(new.sequence("required"))
    for name in before:
        if name not in after:
            yield f"{at}/{name}: removed"
        else:
            yield from _compared(old.child(before[name]), new.child(after[name]), at=f"{at}/{name}")
    for name in sorted(map(str, is_required - was_required)):
        yield f"{at}/{name}: newly required"
    for name in sorted(map(str, (was_required - is_required) & after.keys())):
        yield f"{at}/{name}: no longer promised"


def _elements(old: _Side, new: _Side, *, at: str) -> Iterator[str]:
    if ("items" in old.schema) != ("items" in new.schema):
        yield f"{at or '/'}: the elements came or went"
    elif "items" in old.schema:
        before, after = old.child(old.schema["items"]), new.child(new.schema["items"])
        yield from _compared(before, after, at=f"{at}/*")


def _alternatives(old: _Side, new: _Side, *, at: str) -> Iterator[str]:
    before, after = old.sequence("anyOf"), new.sequence("anyOf")
    if len(before) != len(after):
        yield f"{at or '/'}: alternatives came or went"
        return
    for was, is_ in zip(before, after, strict=True):
        yield from _compared(old.child(was), new.child(is_), at=at)

"""JSON Schemas as something to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reporting.site.markup import Markup, element, inline, joined
from reporting.site.pages import said

if TYPE_CHECKING:
    from common.http.languages import Language

Json: TypeAlias = Mapping[str, Any]

_BOUNDS: Final = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "minLength": "length ≥ {}",
    "maxLength": "length ≤ {}",
    "minItems": "items ≥ {}",
    "maxItems": "items ≤ {}",
    "pattern": "{}",
}


def fields_of(schema: Json, language: Language) -> Markup:
    """Return the fields of an object as a table, or what else the schema is."""
    properties: Json = schema.get("properties", {})
    if not properties:
        return element("p", type_of(schema))
    required = set(schema.get("required", ()))
    rows = (
        element(
            "tr",
            element("td", element("code", name), _mark(name in required, language)),
            element("td", type_of(field)),
            element("td", inline(field.get("description", ""))),
        )
        for name, field in properties.items()
    )
    return element("table", element("tbody", *rows))


def type_of(schema: Json) -> Markup:
    """Return what a value may be, in one line, with links to named schemas."""
    if "$ref" in schema:
        name = name_of(schema["$ref"])
        return element("a", name, href=f"#schema-{name}")
    if "enum" in schema:
        return _alternatives([element("code", str(each)) for each in schema["enum"]])
    if "const" in schema:
        return element("code", str(schema["const"]))
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return _alternatives([type_of(each) for each in schema[several]])
    if len(schema.get("allOf", ())) == 1:
        return type_of(schema["allOf"][0])
    return _plain(schema)


class Examples:
    """Finds the example of a body, also that of a page whose items have one."""

    def __init__(self, schemas: Json, language: Language) -> None:
        self._schemas: Final = schemas
        self._language: Final = language

    def of(self, content: Json) -> Markup:
        """Return the example of a body, folded; nothing if there is none."""
        example = content.get("example", self._find(content.get("schema", {})))
        if example is None:
            return Markup("")
        text = json.dumps(example, ensure_ascii=False, indent=2)
        summary = element("summary", said(self._language, "示例", "Example"))
        return element("details", summary, element("pre", text, tabindex="0"))

    def _find(self, schema: Json) -> object:
        if "$ref" in schema:
            return self._find(self._schemas[name_of(schema["$ref"])])
        if schema.get("examples"):
            return schema["examples"][0]
        properties: Json = schema.get("properties", {})
        if "items" in properties and "next" in properties:
            item = self._find(properties["items"].get("items", {}))
            return None if item is None else {"items": [item], "next": None}
        return None


def name_of(reference: str) -> str:
    """Return the name at the end of a reference."""
    return reference.rpartition("/")[2]


def _plain(schema: Json) -> Markup:
    kind = schema.get("type")
    if kind == "array":
        return joined(["[ ", type_of(schema.get("items", {})), " ]"])
    if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return joined(["{ … : ", type_of(schema["additionalProperties"]), " }"])
    shown = schema.get("format") or kind or "any"
    bounds = [text.format(schema[name]) for name, text in _BOUNDS.items() if name in schema]
    return joined([str(shown), *(element("small", " ", bound) for bound in bounds)])


def _alternatives(parts: list[Markup]) -> Markup:
    spaced = [piece for part in parts for piece in (Markup(" | "), part)]
    return joined(spaced[1:])


def _mark(is_required: bool, language: Language) -> Markup:  # noqa: FBT001 - one call
    return element("em", said(language, "必填", "required")) if is_required else Markup("")

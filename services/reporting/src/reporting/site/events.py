"""The reference of events: the AsyncAPI document as a page to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from reporting.site.markup import Markup, element, joined, prose
from reporting.site.pages import page, said
from reporting.site.schemas import fields_of

if TYPE_CHECKING:
    from common.http.languages import Language

Json: TypeAlias = Mapping[str, Any]


def event_reference(document: Json, language: Language) -> str:
    """Return the reference of everything that services tell each other."""
    title = said(language, "事件参考", "Event reference")
    channels = document["channels"]
    messages = document["components"]["messages"]
    schemas = document["components"]["schemas"]
    intro = (
        element("h1", title),
        prose(document["info"]["description"]),
        element(
            "p",
            said(language, "机器可读：", "For machines: "),
            element("a", "/asyncapi.json", href="/asyncapi.json"),
        ),
    )
    sections = (
        _topic(topic, channel, messages, schemas, language) for topic, channel in channels.items()
    )
    parts = (_part(name, schema, language) for name, schema in schemas.items() if "." not in name)
    shared = element(
        "section", element("h2", said(language, "共用结构", "Parts"), id="schemas"), *parts
    )
    return page(
        title,
        _contents(channels, language),
        element("div", *intro, *sections, shared, class_="reference"),
        language=language,
        wide=True,
    )


def _contents(channels: Json, language: Language) -> Markup:
    entries = (
        joined(
            [
                element("a", topic, href=f"#{topic}", class_="service"),
                element(
                    "ul",
                    *(
                        element("li", element("a", _short(name), href=f"#{name}"))
                        for name in channel["messages"]
                    ),
                ),
            ]
        )
        for topic, channel in channels.items()
    )
    parts = element("a", said(language, "共用结构", "Parts"), href="#schemas", class_="service")
    return element("aside", *entries, parts)


def _topic(topic: str, channel: Json, messages: Json, schemas: Json, language: Language) -> Markup:
    names: Sequence[str] = list(channel["messages"])
    return element(
        "section",
        element("h2", element("code", topic), id=topic),
        prose(channel["description"]),
        *(_event(name, messages[name], schemas[name], language) for name in names),
    )


def _event(name: str, message: Json, schema: Json, language: Language) -> Markup:
    return element(
        "article",
        element("h3", element("code", name), id=name),
        prose(message["summary"]),
        fields_of(schema, language),
        class_="operation",
    )


def _part(name: str, schema: Json, language: Language) -> Markup:
    return element(
        "article",
        element("h3", element("code", name), id=f"schema-{name}"),
        prose(schema.get("description", "")),
        fields_of(schema, language),
        class_="schema",
    )


def _short(name: str) -> str:
    """Return an event's name without its topic."""
    return ".".join(name.split(".")[2:])

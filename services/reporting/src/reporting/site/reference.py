"""The API reference: the OpenAPI document as a page to read, without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from reporting.site.markup import Markup, element, inline, joined, prose
from reporting.site.pages import page, said
from reporting.site.schemas import Examples, fields_of, type_of

if TYPE_CHECKING:
    from common.http.languages import Language

Json: TypeAlias = Mapping[str, Any]

METHODS: Final = ("get", "post", "put", "patch", "delete")


def api_reference(document: Json, language: Language) -> str:
    """Return the reference of a whole API."""
    title = said(language, "接口参考", "API reference")
    groups = _groups(document)
    intro = (
        element("h1", title),
        prose(document["info"].get("description", "")),
        element(
            "p",
            said(language, "机器可读：", "For machines: "),
            element("a", "/openapi.json", href="/openapi.json"),
        ),
    )
    sections = (
        _service(name, operations, document, language) for name, operations in groups.items()
    )
    schemas = document.get("components", {}).get("schemas", {})
    return page(
        title,
        _contents(groups, language),
        element("div", *intro, *sections, _schemas(schemas, language), class_="reference"),
        language=language,
        wide=True,
    )


@dataclass(frozen=True, slots=True)
class _Operation:
    """One thing that can be asked of a service."""

    method: str
    path: str
    told: Json

    @property
    def anchor(self) -> str:
        """Where on the page it is described."""
        return f"{self.method}{self.path}".translate(
            {ord("/"): "-", ord("{"): None, ord("}"): None}
        )

    @property
    def short_path(self) -> str:
        """The path without the service and the version, which the heading says."""
        return "/" + "/".join(self.path.split("/")[3:])


_Groups: TypeAlias = Mapping[str, Sequence[_Operation]]


def _groups(document: Json) -> _Groups:
    """Return the operations of every service."""
    by_service: dict[str, list[_Operation]] = {}
    for path, item in document["paths"].items():
        operations = by_service.setdefault(path.split("/")[1], [])
        operations += [
            _Operation(method, path, item[method]) for method in METHODS if method in item
        ]
    return by_service


def _contents(groups: _Groups, language: Language) -> Markup:
    schemas = element("a", said(language, "数据结构", "Schemas"), href="#schemas", class_="service")
    entries = (
        joined(
            [
                element("a", service, href=f"#{service}", class_="service"),
                element("ul", *map(_entry, operations)),
            ]
        )
        for service, operations in groups.items()
    )
    return element("aside", *entries, schemas)


def _entry(operation: _Operation) -> Markup:
    name = (_method(operation.method), operation.short_path)
    return element("li", element("a", *name, href=f"#{operation.anchor}"))


def _service(
    name: str, operations: Sequence[_Operation], document: Json, language: Language
) -> Markup:
    about: Json = document["x-services"][name]
    examples = Examples(document["components"]["schemas"], language)
    return element(
        "section",
        element("h2", name, id=name),
        prose(about.get("description", "")),
        *(_operation(operation, examples, language) for operation in operations),
    )


def _operation(operation: _Operation, examples: Examples, language: Language) -> Markup:
    told = operation.told
    return element(
        "article",
        element(
            "h3", _method(operation.method), element("code", operation.path), id=operation.anchor
        ),
        prose(told.get("description", told.get("summary", ""))),
        _access(told, language),
        _parameters(told.get("parameters", []), language),
        _body(told.get("requestBody"), examples, language),
        _answers(told.get("responses", {}), language),
        *(examples.of(_content(answer)) for answer in _good(told.get("responses", {}))[:1]),
        class_="operation",
    )


def _access(told: Json, language: Language) -> Markup:
    if not told.get("security"):
        return element("p", said(language, "无需令牌", "No token needed"), class_="access open")
    return element("p", said(language, "需要令牌", "Needs a token"), class_="access")


def _parameters(parameters: Sequence[Json], language: Language) -> Markup:
    if not parameters:
        return Markup("")
    rows = (
        element(
            "tr",
            element("td", element("code", each["name"]), _required(each, language)),
            element("td", each["in"]),
            element("td", type_of(each.get("schema", {}))),
            element("td", inline(each.get("description", ""))),
        )
        for each in parameters
    )
    return joined(
        [
            element("h4", said(language, "参数", "Parameters")),
            element("table", element("tbody", *rows)),
        ]
    )


def _required(parameter: Json, language: Language) -> Markup:
    if not parameter.get("required"):
        return Markup("")
    return element("em", said(language, "必填", "required"))


def _body(body: Json | None, examples: Examples, language: Language) -> Markup:
    if body is None:
        return Markup("")
    media, content = next(iter(body["content"].items()))
    return joined(
        [
            element("h4", said(language, "请求内容 ", "Body "), element("small", media)),
            element("p", type_of(content.get("schema", {}))),
            examples.of(content),
        ]
    )


def _good(responses: Json) -> list[Json]:
    """Return the answers of those who are served."""
    return [answer for status, answer in responses.items() if status.startswith("2")]


def _content(answer: Json) -> Json:
    return next(iter(answer.get("content", {}).values()), {})


def _answers(responses: Json, language: Language) -> Markup:
    return joined(
        [
            element("h4", said(language, "回答", "Answers")),
            element(
                "table",
                element("tbody", *(_answer(*each) for each in responses.items())),
                class_="answers",
            ),
        ]
    )


def _answer(status: str, response: Json) -> Markup:
    content = response.get("content", {})
    problems = content.get("application/problem+json", {}).get("examples", {})
    links = [element("a", element("code", code), href=f"/problems/{code}") for code in problems]
    told = joined(piece for link in links for piece in (link, " ")) or _answered(response, content)
    return element(
        "tr", element("td", element("code", status, class_=f"s{status[0]}")), element("td", told)
    )


def _answered(response: Json, content: Json) -> Markup:
    if not content:
        return inline(response.get("description", ""))
    media, body = next(iter(content.items()))
    schema = body.get("schema", {})
    return type_of(schema) if schema else joined([element("small", media)])


def _schemas(schemas: Json, language: Language) -> Markup:
    return element(
        "section",
        element("h2", said(language, "数据结构", "Schemas"), id="schemas"),
        *(_schema(name, schema, language) for name, schema in sorted(schemas.items())),
    )


def _schema(name: str, schema: Json, language: Language) -> Markup:
    return element(
        "article",
        element("h3", element("code", name), id=f"schema-{name}"),
        prose(schema.get("description", "")),
        fields_of(schema, language),
        class_="schema",
    )


def _method(method: str) -> Markup:
    return element("b", method.upper(), class_=f"method {method}")

"""The frame of every page, and the pages that people read first."""

from __future__ import annotations

from typing import Final

from common.http.languages import Language
from reporting.site.markup import Markup, element, joined

NAME: Final = "Wushe 五社"


def page(title: str, *content: str, language: Language, wide: bool = False) -> str:
    """Return a whole page; it needs one style sheet, no script and nobody else's server."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title if title == NAME else f"{title} · {NAME}"),
        element("link", rel="stylesheet", href="/static/site.css"),
        element("link", rel="icon", href="/static/mark.svg", type="image/svg+xml"),
    )
    main = element("main", *content, class_="wide" if wide else None)
    body = element("body", _banner(language), main, _footer(language))
    return "<!doctype html>\n" + element("html", head, body, lang=language.tag)


def said(language: Language, zh: str, en: str) -> str:
    """Return what is said in a language."""
    return zh if language is Language.ZH else en


def _banner(language: Language) -> Markup:
    links = (
        ("/", said(language, "首页", "Home")),
        ("/docs", said(language, "接口", "API")),
        ("/docs/events", said(language, "事件", "Events")),
        ("/problems", said(language, "错误", "Problems")),
    )
    mark = element("img", src="/static/mark.svg", alt="", width="28", height="28")
    return element(
        "header",
        element("a", mark, element("span", NAME), href="/", class_="name"),
        element("nav", *(element("a", text, href=to) for to, text in links)),
    )


def _footer(language: Language) -> Markup:
    text = said(
        language,
        "五社联动：一次提出需求，即刻找到最合适的帮助，并说得清为什么。Apache-2.0。",
        "A need comes in once; the best team of helpers is found at once and can be explained. "
        "Apache-2.0.",
    )
    return element("footer", element("p", text))


def home(welcome: Markup, language: Language) -> str:
    """Return the landing page."""
    return page(NAME, welcome, language=language)


def problems_index(entries: list[tuple[str, str]], language: Language) -> str:
    """Return the list of all problems: code and title."""
    title = said(language, "错误说明", "Problems explained")
    rows = (
        element(
            "tr",
            element("td", element("a", element("code", code), href=f"/problems/{code}")),
            element("td", text),
        )
        for code, text in entries
    )
    intro = said(
        language,
        "每一次拒绝都按 RFC 9457 回答；type 指向本页中的一项。",
        "Every refusal is an RFC 9457 problem; its type is the address of one of these pages.",
    )
    return page(
        title,
        element("h1", title),
        element("p", intro, class_="lead"),
        element("table", element("tbody", *rows), class_="codes"),
        language=language,
    )


def problem(code: str, article: Markup, language: Language) -> str:
    """Return the page of one problem."""
    back = element("p", element("a", said(language, "全部错误", "All problems"), href="/problems"))
    return page(code, element("article", article, class_="prose"), back, language=language)


def not_here(language: Language) -> str:
    """Return the page for an address that is none."""
    title = said(language, "没有这个页面", "There is no such page")
    back = element("a", said(language, "回到首页", "Back to the first page"), href="/")
    return page(title, joined([element("h1", title), element("p", back)]), language=language)

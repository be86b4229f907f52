"""What was built into this package: documents and pages, read once."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from reporting.site.events import event_reference
from reporting.site.markup import Markup
from reporting.site.pages import home, problem, problems_index
from reporting.site.reference import api_reference

if TYPE_CHECKING:
    from common.http.languages import Language

_HERE: Final = files("reporting.site")


@cache
def document(name: str) -> bytes:
    """Return a generated document, such as ``openapi.json``."""
    return (_HERE / name).read_bytes()


@cache
def parsed(name: str) -> Any:  # noqa: ANN401 - a JSON document
    """Return a generated document as values."""
    return json.loads(document(name))


@cache
def asset(name: str) -> bytes | None:
    """Return what a page needs beside its text, if there is such a thing."""
    found = {each.name: each for each in (_HERE / "static").iterdir()}.get(name)
    return None if found is None else found.read_bytes()


@cache
def home_page(language: Language) -> str:
    """Return the landing page."""
    return home(Markup((_HERE / "home" / f"{language}.html").read_text("utf-8")), language)


@cache
def problem_titles() -> dict[str, dict[str, str]]:
    """Return the titles of every problem that has a page, by code and language."""
    titles: dict[str, dict[str, str]] = parsed("problems/index.json")
    return titles


@cache
def problem_page(code: str, language: Language) -> str | None:
    """Return the page of a problem, if there is one."""
    # Looked up and not joined to a path: a code comes from outside.
    if code not in problem_titles():
        return None
    return problem(code, Markup((_HERE / "problems" / f"{code}.html").read_text("utf-8")), language)


@cache
def problems_page(language: Language) -> str:
    """Return the list of all problems."""
    entries = [(code, titles[language]) for code, titles in sorted(problem_titles().items())]
    return problems_index(entries, language)


@cache
def api_page(language: Language) -> str:
    """Return the API reference."""
    return api_reference(parsed("openapi.json"), language)


@cache
def events_page(language: Language) -> str:
    """Return the reference of events."""
    return event_reference(parsed("asyncapi.json"), language)

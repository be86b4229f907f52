"""The site is open to everybody, whole in itself, and every link in it leads somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

import pytest
from typing_extensions import override

from common.contracts import promised_events
from reporting.bootstrap import build
from reporting.settings import Settings
from testing.api import Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

PAGES = ["/", "/docs", "/docs/events", "/problems", "/problems/unknown-area"]


class Read(HTMLParser):
    """What matters of a page: where it points, what can be pointed to, what it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"href", "src"}:
                self.links.append(value or "")
            if name == "id":
                self.anchors.add(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(name)


@pytest.fixture
async def site() -> AsyncGenerator[Api]:
    async with api(build, Settings, "reporting", has_areas=False) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("accepts", "language"), [("zh-CN", "zh-CN"), ("en", "en"), ("fr", "zh-CN")]
)
async def test_a_page_needs_no_token_and_speaks_both_languages(
    site: Api, path: str, accepts: str, language: str
) -> None:
    answer = await site.get(path, headers={"accept-language": accepts})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text


async def test_a_language_can_be_chosen_by_a_link(site: Api) -> None:
    answer = await site.get("/?lang=en", headers={"accept-language": "zh"})

    assert "One need, five kinds of helper" in answer.text


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_runs_nothing_and_asks_nobody_else(site: Api, path: str) -> None:
    answer = await site.get(path)
    read = Read(answer.text)

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]
    assert not read.tags & {"script", "iframe", "object", "style", "form"}
    assert read.handlers == []
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)


async def test_every_link_leads_somewhere(site: Api) -> None:
    found: dict[str, set[str] | None] = {}
    waiting = list(PAGES)
    broken: set[str] = set()
    while waiting:
        path, anchor = urldefrag(waiting.pop())
        if path not in found:
            answer = await site.get(path)
            page = Read(answer.text if answer.headers["content-type"].startswith("text") else "")
            found[path] = page.anchors if answer.status_code == 200 else None
            waiting += [_absolute(link, path) for link in page.links]
        anchors = found[path]
        if anchors is None or (anchor and anchor not in anchors):
            broken.add(f"{path}#{anchor}")

    assert broken == set()
    assert len(found) > 20


def _absolute(link: str, page: str) -> str:
    return f"{page}{link}" if link.startswith("#") else link


@pytest.mark.parametrize(
    "path",
    ["/problems/nothing", "/problems/index", "/problems/..%2Fhome%2Fzh", "/static/none.css"],
)
async def test_there_is_nothing_else(site: Api, path: str) -> None:
    assert (await site.get(path)).status_code == 404


async def test_a_problem_links_to_its_own_page(site: Api) -> None:
    problem = (await site.get("/reporting/v1/needs")).json()

    page = await site.get(problem["type"])

    assert (problem["status"], page.status_code) == (401, 200)
    assert problem["title"] in page.text


class TestOpenAPI:
    async def document(self, site: Api) -> dict[str, Any]:
        answer = await site.get("/openapi.json")
        assert answer.headers["content-type"] == "application/json"
        document: dict[str, Any] = answer.json()
        return document

    async def test_describes_four_services(self, site: Api) -> None:
        document = await self.document(site)

        assert {path.split("/")[1] for path in document["paths"]} == {
            "registry",
            "cases",
            "matching",
            "reporting",
        }
        assert list(document["x-services"]) == ["registry", "cases", "matching", "reporting"]

    async def test_has_every_route_of_this_service(self, site: Api) -> None:
        document = await self.document(site)

        assert {path for path in document["paths"] if path.startswith("/reporting/")} == set(
            site.app.openapi()["paths"]
        )

    async def test_every_reference_in_it_is_found(self, site: Api) -> None:
        document = await self.document(site)

        assert [ref for ref in references(document) if not is_found(ref, document)] == []

    async def test_no_two_operations_are_called_alike(self, site: Api) -> None:
        document = await self.document(site)

        names = [
            operation["operationId"]
            for item in document["paths"].values()
            for operation in item.values()
        ]
        assert len(names) == len(set(names))


class TestAsyncAPI:
    async def test_promises_every_event_on_its_topic(self, site: Api) -> None:
        document = (await site.get("/asyncapi.json")).json()

        promised = {
            (name, channel["address"])
            for channel in document["channels"].values()
            for name in channel["messages"]
        }
        assert document["asyncapi"] == "3.0.0"
        assert promised == {(name, event.topic()) for name, event in promised_events().items()}

    async def test_every_reference_in_it_is_found(self, site: Api) -> None:
        document = (await site.get("/asyncapi.json")).json()

        assert [ref for ref in references(document) if not is_found(ref, document)] == []


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def is_found(reference: str, document: dict[str, Any]) -> bool:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        if not isinstance(found, dict) or part not in found:
            return False
        found = found[part]
    return True

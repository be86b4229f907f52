"""The site: open to everybody, the same for all, in both languages."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Query, Response

from common.http.languages import Language, Speaking
from common.http.permissions import public
from common.http.route import router
from reporting.site import content, pages

routes: Final = router("", tags=["site"])

TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}
# Nothing of a page comes from elsewhere, and nothing in it runs.
_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "public, max-age=300",
}


async def reading(
    speaking: Speaking,
    lang: Annotated[Language | None, Query(description="Instead of Accept-Language.")] = None,
) -> Language:
    """Return the language that a page is read in."""
    return lang or speaking


Reading = Annotated[Language, Depends(reading)]


@routes.get("/", include_in_schema=False, dependencies=[public()])
async def show_home(language: Reading) -> Response:
    """Say what this is, and where to go."""
    return _html(content.home_page(language), language)


@routes.get("/docs", include_in_schema=False, dependencies=[public()])
async def show_api(language: Reading) -> Response:
    """Show the API reference."""
    return _html(content.api_page(language), language)


@routes.get("/docs/events", include_in_schema=False, dependencies=[public()])
async def show_events(language: Reading) -> Response:
    """Show the reference of events."""
    return _html(content.events_page(language), language)


@routes.get("/openapi.json", include_in_schema=False, dependencies=[public()])
async def show_openapi() -> Response:
    """Return the OpenAPI document of all services."""
    return _answer(content.document("openapi.json"), "application/json")


@routes.get("/asyncapi.json", include_in_schema=False, dependencies=[public()])
async def show_asyncapi() -> Response:
    """Return the AsyncAPI document of all events."""
    return _answer(content.document("asyncapi.json"), "application/json")


@routes.get("/problems", include_in_schema=False, dependencies=[public()])
async def list_problems(language: Reading) -> Response:
    """List everything that a request can be refused for."""
    return _html(content.problems_page(language), language)


@routes.get("/problems/{code}", include_in_schema=False, dependencies=[public()])
async def show_problem(code: str, language: Reading) -> Response:
    """Explain one problem."""
    return _html(content.problem_page(code, language), language)


@routes.get("/static/{name}", include_in_schema=False, dependencies=[public()])
async def show_asset(name: str) -> Response:
    """Return what a page needs beside its text."""
    asset = content.asset(name)
    if asset is None:
        return Response(status_code=HTTPStatus.NOT_FOUND.value, headers=_HEADERS)
    return _answer(asset, TYPES[name.rpartition(".")[2]])


def _html(page: str | None, language: Language) -> Response:
    found = page is not None
    return Response(
        page if found else pages.not_here(language),
        status_code=(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND).value,
        media_type="text/html; charset=utf-8",
        headers={**_HEADERS, "content-language": language.tag, "vary": "accept-language"},
    )


def _answer(body: bytes, media_type: str) -> Response:
    return Response(body, media_type=media_type, headers=_HEADERS)

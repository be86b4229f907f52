"""Every route with the application's check switched off: what the database alone keeps back.

Endpoints are told, by the framework's own way of replacing a dependency, that their caller reaches
everywhere; what the database is told of the caller stays true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.grants import Scope
from common.http.permissions import Permitted
from common.http.server import api_routes
from common.http.statuses import is_success
from testing.imprint import imprint
from testing.matrix import Ask, Sort, Tried, introduced, rows_of
from testing.people import crowd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi import FastAPI
    from fastapi.dependencies.models import Dependant

    from testing.api import Api
    from testing.matrix import Arrange, Row
    from testing.people import Person


async def try_unchecked(api: Api, arranged: Mapping[str, Arrange]) -> Tried:
    """Try what the matrix refuses for where a caller stands, and return what came through."""
    tried = Tried()
    people = [each for each in crowd() if each.is_known() and len(each.counting) == 1]
    headers = {str(each): await introduced(api, each) for each in people}
    rows = [row for row in rows_of(api) if row.name in arranged]
    # What is arranged is arranged with the checks on.
    for row in rows:
        ask = await arranged[row.name](api)
        if ask.sort is not Sort.STREAM:
            await _try(api, row, ask, _outsiders(row, people), headers, tried)
    return tried


async def _try(
    api: Api,
    row: Row,
    ask: Ask,
    people: Sequence[Person],
    headers: Mapping[str, Mapping[str, str]],
    tried: Tried,
) -> None:
    before = await imprint(api)
    _switch_off(api.app)
    for each in people:
        tried.cells += 1
        answer = await api.request(row.method, ask.path, json=ask.json, headers=headers[str(each)])
        is_open = ask.sort is Sort.LISTING or (ask.sort is Sort.CREATION and row.method == "GET")
        leaks = bool(ask.mentions) and ask.mentions in answer.text
        if leaks or (is_success(answer.status_code) and not is_open):
            tried.failures.append(f"{row.name} as {each}: {answer.status_code} {answer.text[:200]}")
    api.app.dependency_overrides.clear()
    if await imprint(api) != before:
        tried.failures.append(f"{row.name}: somebody changed something")


def _outsiders(row: Row, people: Sequence[Person]) -> Sequence[Person]:
    return [each for each in people if row.has_role(each) and not row.admits(each)]


def _switch_off(app: FastAPI) -> None:
    for route in api_routes(app):
        for declared in _permitted(route.dependant):
            app.dependency_overrides[declared] = _everywhere


async def _everywhere() -> Scope:
    return Scope(sub="anybody", is_everywhere=True)


def _permitted(dependant: Dependant) -> Iterator[Permitted]:
    if isinstance(dependant.call, Permitted):
        yield dependant.call
    for needed in dependant.dependencies:
        yield from _permitted(needed)

"""Every route × role × place, against the rules that the routes declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reporting_story import STREET, Story, hear

from reporting.bootstrap import build
from reporting.settings import Settings
from testing.api import Api, api
from testing.matrix import BY_WHOM, Arrange, Ask, Sort, try_matrix
from testing.unchecked import try_unchecked

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

ABOUT = f"scheme=nbs&area={STREET}"


def asking(path: str, *, mentions: str = "") -> Arrange:
    """Return a question about the street: the area is no secret, so a refusal says why."""

    async def arrange(_api: Api) -> Ask:
        path_asked = f"/reporting/v1{path}?{ABOUT}"
        return Ask(path=path_asked, sort=Sort.CREATION, mentions=mentions)

    return arrange


def reading(path: str, sort: Sort, *, mentions: str = "") -> Arrange:
    """Return a request about the one need that there is."""

    async def arrange(_api: Api) -> Ask:
        return Ask(path=f"/reporting/v1{path}", sort=sort, mentions=mentions)

    return arrange


def requests(story: Story) -> Mapping[str, Arrange]:
    told = story.met()
    event, closed, need = str(told[0].id), str(told[-1].id), str(story.need_id)
    return {
        "GET /reporting/v1/coverage": asking("/coverage"),
        "GET /reporting/v1/linkage": asking("/linkage", mentions='"met":1'),
        "GET /reporting/v1/indicators": asking("/indicators", mentions='"numerator":1'),
        "GET /reporting/v1/indicators/{code}/events": asking(
            "/indicators/needs_met/events", mentions=closed
        ),
        "GET /reporting/v1/needs": reading("/needs", Sort.LISTING, mentions=need),
        "GET /reporting/v1/needs/{need_id}": reading(f"/needs/{need}", Sort.EXISTING),
        "GET /reporting/v1/events": reading("/events", Sort.LISTING, mentions=event),
        "GET /reporting/v1/events/{event_id}": reading(f"/events/{event}", Sort.EXISTING),
    }


@pytest.fixture
async def client() -> AsyncGenerator[Api]:
    async with api(build, Settings, "reporting") as client:
        await hear(client.service, Story().met())
        yield client


@BY_WHOM
async def test_every_role_reaches_what_is_declared_and_no_further(
    client: Api, *, is_whole: bool
) -> None:
    tried = await try_matrix(client, requests(Story()), is_whole=is_whole)

    assert tried.failures == []
    print(f"{tried.cells} cells of reporting")  # noqa: T201  # The figure that SECURITY.md tells.


async def test_s4_the_database_alone_keeps_what_is_foreign(client: Api) -> None:
    tried = await try_unchecked(client, requests(Story()))

    assert tried.failures == []
    assert tried.cells > 50

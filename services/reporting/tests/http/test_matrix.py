"""Every route × role × place, against the rules that the routes declare."""

from __future__ import annotations

from reporting_story import STREET, Story, hear

from reporting.bootstrap import build
from reporting.settings import Settings
from testing.api import Api, api
from testing.matrix import Arrange, Ask, Sort, try_matrix

ABOUT = f"scheme=nbs&area={STREET}"


def asking(path: str) -> Arrange:
    """Return a question about the street: the area is no secret, so a refusal says why."""

    async def arrange(_api: Api) -> Ask:
        return Ask(path=f"/reporting/v1{path}?{ABOUT}", sort=Sort.CREATION)

    return arrange


def reading(path: str, sort: Sort, *, mentions: str = "") -> Arrange:
    """Return a request about the one need that there is."""

    async def arrange(_api: Api) -> Ask:
        return Ask(path=f"/reporting/v1{path}", sort=sort, mentions=mentions)

    return arrange


async def test_every_role_reaches_what_is_declared_and_no_further() -> None:
    story = Story()
    events = story.met()
    event, need = events[0].id, str(story.need_id)
    async with api(build, Settings, "reporting") as client:
        await hear(client.service, events)

        tried = await try_matrix(
            client,
            {
                "GET /reporting/v1/coverage": asking("/coverage"),
                "GET /reporting/v1/linkage": asking("/linkage"),
                "GET /reporting/v1/indicators": asking("/indicators"),
                "GET /reporting/v1/indicators/{code}/events": asking(
                    "/indicators/needs_met/events"
                ),
                "GET /reporting/v1/needs": reading("/needs", Sort.LISTING, mentions=need),
                "GET /reporting/v1/needs/{need_id}": reading(f"/needs/{need}", Sort.EXISTING),
                "GET /reporting/v1/events": reading("/events", Sort.LISTING, mentions=str(event)),
                "GET /reporting/v1/events/{event_id}": reading(f"/events/{event}", Sort.EXISTING),
            },
        )

    assert tried.failures == []
    print(f"{tried.cells} cells of reporting")  # noqa: T201  # The figure that SECURITY.md tells.

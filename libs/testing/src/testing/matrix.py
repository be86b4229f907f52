"""Every route × every role × where the caller stands: what the published rules say must be so.

The expected answer comes from the declaration beside the route, the one that the code enforces and
publishes. What a test supplies is one request per route, about a thing in ``STREET`` that belongs
to ``THING_ORG``; a route without one is a failure.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import UUID

from typing_extensions import override

from common.grants import Permission, Reach, Role
from common.http.permissions import Permitted
from common.http.server import api_routes
from common.http.statuses import is_success
from testing.api import STREET, Api

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from fastapi import FastAPI

THING_ORG: Final = UUID("0192d3c4-0000-7000-8000-00000000aaaa")
OTHER_ORG: Final = UUID("0192d3c4-0000-7000-8000-00000000bbbb")


class Place(StrEnum):
    """Where a caller's grant is, seen from the thing."""

    OWN = "own"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"


AREA_OF: Final[Mapping[Place, str]] = {
    Place.OWN: STREET,
    Place.PARENT: "210213",
    Place.CHILD: "210213009001",
    Place.SIBLING: "210213008",
}


class Sort(StrEnum):
    """What a request is about, which decides how a refusal looks."""

    CREATION = "creation"
    EXISTING = "existing"
    LISTING = "listing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request that would succeed for whoever may make it.

    ``mentions`` is text that a listing shows just when the thing is within the caller's scope.
    """

    path: str
    sort: Sort
    json: object = None
    mentions: str = ""


Arrange = Callable[[Api], Awaitable[Ask]]
"""Makes the thing, in ``STREET`` and of ``THING_ORG``, and returns a request about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One field of the matrix."""

    route: str
    permission: Permission
    role: Role
    place: Place

    @property
    def has_role(self) -> bool:
        """Whether the role has the permission at all."""
        return self.role in self.permission.reach

    @property
    def is_inside(self) -> bool:
        """Whether the thing is within the caller's scope."""
        reach = self.permission.reach[self.role]
        if reach is Reach.EVERYWHERE:
            return True
        if reach is Reach.ORGANISATION:
            return self.place is Place.OWN
        return self.place in {Place.OWN, Place.PARENT}

    @override
    def __str__(self) -> str:
        return f"{self.route} as {self.role} from {self.place}"


def cells(app: FastAPI) -> Iterator[Cell]:
    """Yield the matrix of an application."""
    for route in api_routes(app):
        declared = route.declaration
        if not isinstance(declared, Permitted):
            continue
        for method in route.verbs:
            for role in Role:
                for place in Place:
                    yield Cell(
                        route=f"{method} {route.path_format}",
                        permission=declared.permission,
                        role=role,
                        place=place,
                    )


async def matrix_failures(api: Api, arranged: Mapping[str, Arrange]) -> list[str]:
    """Try every cell and return what was not as it must be; empty is good.

    Args:
        api: A client of the application; it makes all the callers.
        arranged: By route, such as ``"POST /cases/v1/needs"``.
    """
    failures: list[str] = []
    for cell in cells(api.app):
        arrange = arranged.get(cell.route)
        if arrange is None:
            failures.append(f"{cell.route} has no request")
            continue
        if (wrong := await _try(api, cell, await arrange(api))) is not None:
            failures.append(f"{cell}: {wrong}")
    unknown = arranged.keys() - {cell.route for cell in cells(api.app)}
    return sorted({*failures, *(f"{route} is no route" for route in unknown)})


async def _try(api: Api, cell: Cell, ask: Ask) -> str | None:
    org = THING_ORG if cell.place is Place.OWN else OTHER_ORG
    caller = await api.signed_in(cell.role, area=AREA_OF[cell.place], org=org)
    try:
        method = cell.route.partition(" ")[0]
        answer = await caller.request(method, ask.path, json=ask.json)
    finally:
        await caller.aclose()
    return _judge(cell, ask, answer)


def _judge(cell: Cell, ask: Ask, answer: httpx.Response) -> str | None:
    status = HTTPStatus(answer.status_code)
    if not cell.has_role:
        return _unless(_is_problem(answer, HTTPStatus.FORBIDDEN, "role-not-permitted"), answer)
    if ask.sort is Sort.LISTING:
        is_shown = ask.mentions in answer.text
        return _unless(is_success(status) and is_shown is cell.is_inside, answer)
    if cell.is_inside:
        return _unless(is_success(status), answer)
    if ask.sort is Sort.CREATION:
        return _unless(_is_problem(answer, HTTPStatus.FORBIDDEN, "outside-your-scope"), answer)
    return _unless(status is HTTPStatus.NOT_FOUND, answer)


def _is_problem(answer: httpx.Response, status: HTTPStatus, code: str) -> bool:
    return answer.status_code == status and str(answer.json()["type"]).endswith(f"/{code}")


def _unless(is_right: bool, answer: httpx.Response) -> str | None:  # noqa: FBT001
    return None if is_right else f"answered {answer.status_code} {answer.text[:200]}"

"""Every route × everybody: what the published rules say must be so, and nothing else.

The expected answer comes from the declaration beside the route, the one that the code enforces and
publishes. What a test supplies is one request per route, about a thing in ``STREET`` that belongs
to ``THING_ORG``; a route without one is a failure. Who is refused must have changed nothing, and
what is hidden must look like what does not exist.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pytest
from typing_extensions import override

from common.http.permissions import Authenticated, Declaration, Permitted, Public
from common.http.server import api_routes
from common.http.statuses import is_success
from common.vocabulary import AreaScheme
from testing.absence import absent, looks_the_same
from testing.imprint import imprint
from testing.overhearing import overheard
from testing.people import OTHER_ORG, OWN, THING_ORG, Person, Proof, crowd, regulars

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from common.grants import Reach, Role
    from testing.api import Api

__all__ = [
    "BY_WHOM",
    "OTHER_ORG",
    "THING_ORG",
    "Arrange",
    "Ask",
    "Row",
    "Sort",
    "Tried",
    "introduced",
    "rows_of",
    "try_matrix",
]

_SECONDS_AGO: Final = 7200

BY_WHOM: Final = pytest.mark.parametrize(
    "is_whole",
    [
        pytest.param(False, id="by the regulars"),
        pytest.param(True, id="by everybody", marks=pytest.mark.long),
    ],
)
"""Routes that are declared alike need all of the crowd once; ``make test-long`` sends it to all."""


class Sort(StrEnum):
    """What a request is about, which decides how a refusal looks."""

    CREATION = "creation"
    EXISTING = "existing"
    LISTING = "listing"
    STREAM = "stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request that would succeed for whoever may make it.

    ``mentions`` is text that a listing or a stream shows just when the thing is within the scope.
    """

    path: str
    sort: Sort
    json: object = None
    mentions: str = ""


Arrange = Callable[["Api"], Awaitable[Ask]]
"""Makes the thing, in ``STREET`` and of ``THING_ORG``, and returns a request about it."""


@dataclass(slots=True)
class Tried:
    """How many cells were tried, and what was not as it must be."""

    cells: int = 0
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One route of the matrix."""

    method: str
    path: str
    declared: Declaration
    is_unsafe: bool

    @property
    def name(self) -> str:
        """What tests call it, such as ``POST /cases/v1/needs``."""
        return f"{self.method} {self.path}"

    @override
    def __str__(self) -> str:
        return self.name

    @property
    def published(self) -> tuple[str | None, Mapping[Role, Reach]]:
        """The permission and how far each role reaches, as callers are told."""
        if not isinstance(self.declared, Permitted):
            return None, {}
        return self.declared.permission.name, dict(self.declared.permission.reach)

    def has_role(self, each: Person) -> bool:
        """Tell whether the person may use the route at all."""
        declared = self.declared
        return not isinstance(declared, Permitted) or each.has_role(declared.permission)

    def admits(self, each: Person) -> bool:
        """Tell whether the person may do this with the thing."""
        declared = self.declared
        if not each.is_known():
            return False
        return not isinstance(declared, Permitted) or each.reaches(declared.permission)


async def try_matrix(
    api: Api,
    arranged: Mapping[str, Arrange],
    *,
    people: Sequence[Person] = (),
    is_whole: bool = False,
) -> Tried:
    """Try every cell and return what was not as it must be; no failures is good.

    Args:
        api: A client of the application; it makes all the callers.
        arranged: By route, such as ``"POST /cases/v1/needs"``.
        people: Who tries, if not the usual crowd.
        is_whole: Whether all of the crowd try every route, even one that is declared like another.
    """
    tried = Tried()
    await api.put_areas(AreaScheme.MCA)
    # Who uses what is open to every caller may be given more by it, so that is tried at the end.
    rows = sorted(
        rows_of(api), key=lambda row: row.is_unsafe and isinstance(row.declared, Authenticated)
    )
    people = people or crowd()
    visitors = _Visitors(people, everywhere=people if is_whole else regulars(people))
    headers = {str(each): await introduced(api, each) for each in people}
    known = {f"GET {api.service.prefix}/me": _ask_who_i_am, **arranged}
    for row in rows:
        if (arrange := known.get(row.name)) is not None:
            await _Trial(api, row, arrange, headers, tried).run(visitors)
        else:
            tried.failures.append(f"{row.name} has no request")
    tried.failures += sorted(f"{name} is no route" for name in known.keys() - {*map(str, rows)})
    tried.failures += await _unpublished(api, rows)
    return tried


class _Visitors:
    """Everybody tries the first of the routes that are declared alike; the regulars try all."""

    def __init__(self, people: Sequence[Person], *, everywhere: Sequence[Person]) -> None:
        self._people: Final = people
        self._everywhere: Final = everywhere
        self._seen: Final[set[object]] = set()

    def of(self, row: Row, ask: Ask) -> Sequence[Person]:
        kind = (row.declared.__class__, frozenset(row.published[1].items()), ask.sort)
        if kind in self._seen:
            return self._everywhere
        self._seen.add(kind)
        return self._people


class _Trial:
    """Everybody's attempts at one route: first those who must be refused, then the others."""

    def __init__(
        self,
        api: Api,
        row: Row,
        arrange: Arrange,
        headers: Mapping[str, Mapping[str, str]],
        tried: Tried,
    ) -> None:
        self._api: Final = api
        self._row: Final = row
        self._arrange: Final = arrange
        self._headers: Final = headers
        self._tried: Final = tried
        self._has_seen_effect = False

    async def run(self, visitors: _Visitors) -> None:
        ask = await self._arrange(self._api)
        people = visitors.of(self._row, ask)
        self._tried.cells += len(people)
        before = await imprint(self._api)
        for each in people:
            if not self._row.admits(each) and not self._may_listen(each, ask):
                await self._try_refused(each, ask)
        if await imprint(self._api) != before:
            self._fail("somebody who was refused", "changed something")
        if ask.sort is Sort.STREAM:
            await self._try_stream(people, ask)
            return
        for each in people:
            if self._row.admits(each):
                await self._try_admitted(each, ask)
                ask = await self._arrange(self._api) if self._row.is_unsafe else ask
        # Or the imprint would not show an effect, and prove nothing about who was refused.
        if self._row.is_unsafe and not self._has_seen_effect:
            self._fail("anybody", "was admitted and changed nothing")

    def _may_listen(self, each: Person, ask: Ask) -> bool:
        # A stream opens for everybody with the role; what is outside the scope is not told on it.
        return ask.sort is Sort.STREAM and each.is_known() and self._row.has_role(each)

    async def _try_admitted(self, each: Person, ask: Ask) -> None:
        is_first = self._row.is_unsafe and not self._has_seen_effect
        before = await imprint(self._api) if is_first else ""
        answer = await self._send(each, ask.path, ask)
        if not is_success(answer.status_code) or ask.mentions not in answer.text:
            self._fail(each, f"answered {_told(answer)}")
        elif is_first:
            self._has_seen_effect = await imprint(self._api) != before

    async def _try_refused(self, each: Person, ask: Ask) -> None:
        answer = await self._send(each, ask.path, ask)
        if not self._is_refusal(each, ask, answer):
            self._fail(each, f"answered {_told(answer)}")
        elif (other := self._absent_for(each, ask)) is not None:
            # Whether the thing exists must not show, whatever the refusal is.
            unknown = await self._send(each, other, ask)
            if not looks_the_same(answer, unknown):
                self._fail(each, f"can tell {_told(answer)} from {_told(unknown)}")

    def _absent_for(self, each: Person, ask: Ask) -> str | None:
        # Without the role nothing is looked up, wherever one stands: it is enough to ask from one.
        is_worth_it = self._row.has_role(each) or any(stand is OWN for _, stand in each.counting)
        return absent(self._row.path, ask.path) if is_worth_it else None

    async def _try_stream(self, people: Sequence[Person], ask: Ask) -> None:
        listeners = [each for each in people if self._may_listen(each, ask)]
        told = [self._headers[str(each)] for each in listeners if self._row.admits(each)]
        others = [self._headers[str(each)] for each in listeners if not self._row.admits(each)]
        missed, leaked = await overheard(self._api, ask.path, ask.mentions, told, others)
        if missed or leaked:
            self._fail("a listener", f"missed it {missed} times, leaked it {leaked} times")

    def _is_refusal(self, each: Person, ask: Ask, answer: httpx.Response) -> bool:
        if not each.is_known():
            return _is_problem(answer, HTTPStatus.UNAUTHORIZED, "unauthenticated")
        if not self._row.has_role(each):
            return _is_problem(answer, HTTPStatus.FORBIDDEN, "role-not-permitted")
        if ask.sort is Sort.LISTING:
            return is_success(answer.status_code) and ask.mentions not in answer.text
        if ask.sort is Sort.CREATION:
            return _is_problem(answer, HTTPStatus.FORBIDDEN, "outside-your-scope")
        return answer.status_code == HTTPStatus.NOT_FOUND

    async def _send(self, each: Person, path: str, ask: Ask) -> httpx.Response:
        headers = self._headers[str(each)]
        return await self._api.request(self._row.method, path, json=ask.json, headers=headers)

    def _fail(self, who: Person | str, what: str) -> None:
        self._tried.failures.append(f"{self._row.name} as {who}: {what}")


def rows_of(api: Api) -> Iterator[Row]:
    """Yield every route that asks who calls."""
    for route in api_routes(api.app):
        if not isinstance(route.declaration, Public):
            for method in route.verbs:
                yield Row(
                    method=method,
                    path=route.path_format,
                    declared=route.declaration,
                    is_unsafe=route.is_unsafe,
                )


async def introduced(api: Api, each: Person) -> Mapping[str, str]:
    """Make a person known, and return the headers that they send."""
    if each.proof is Proof.NOTHING:
        return {}
    sub = f"matrix-{uuid4()}"
    await api.put_account(sub, each.held)
    claims = api.issuer.claims(sub, each.claimed)
    if each.proof is Proof.STALE:
        claims = {**claims, "exp": int(time.time()) - _SECONDS_AGO}
    return {"authorization": f"Bearer {api.issuer.mint(claims)}"}


async def _ask_who_i_am(api: Api) -> Ask:
    return Ask(path=f"{api.service.prefix}/me", sort=Sort.EXISTING)


async def _unpublished(api: Api, rows: Sequence[Row]) -> Sequence[str]:
    """Name the rows that the published table does not have, or has otherwise."""
    answer = await api.get(f"{api.service.prefix}/permissions")
    published = {
        f"{rule['method']} {rule['path']}": (rule["permission"], rule["roles"])
        for rule in answer.json()["routes"]
        if rule["access"] != "public"
    }
    tried = {row.name: row.published for row in rows}
    return [
        f"{name} is published as {published.get(name)}, tried as {tried.get(name)}"
        for name in sorted(published.keys() | tried.keys())
        if published.get(name) != tried.get(name)
    ]


def _is_problem(answer: httpx.Response, status: HTTPStatus, code: str) -> bool:
    return answer.status_code == status and str(answer.json()["type"]).endswith(f"/{code}")


def _told(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.text[:200]}"

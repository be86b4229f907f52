"""One person at work: calls through the gateway, with a token, each answered or explained."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID, uuid4

import httpx
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from wushe.demo.cast import Person

Json: TypeAlias = dict[str, Any]
PATIENCE_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.05
_PROBLEM: Final = "application/problem+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One answered request, for the record."""

    method: str
    path: str
    status: int
    milliseconds: float


@dataclass
class UnexpectedAnswer(Exception):
    """The API did not do what the story needs."""

    method: str
    path: str
    status: int
    body: str

    @override
    def __str__(self) -> str:
        return f"{self.method} {self.path} was answered {self.status}: {self.body}"

    @property
    def code(self) -> str:
        """The public code of the problem, or nothing."""
        return self.body.partition('"type":"')[2].partition('"')[0].rpartition("/")[2]


@dataclass
class NothingCame(Exception):
    """Something that the story waits for did not come in time."""

    awaited: str
    seconds: float
    last: str

    @override
    def __str__(self) -> str:
        return f"{self.awaited} did not come within {self.seconds:.0f} s; last seen: {self.last}"


class Desk:
    """A person's access to the gateway; every call is noted."""

    def __init__(
        self, person: Person, *, gateway: str, token: str, note: Callable[[Call], None]
    ) -> None:
        self.person: Final = person
        self._note: Final = note
        self._client: Final = httpx.Client(
            base_url=gateway,
            headers={"authorization": f"Bearer {token}", "accept-language": "zh-CN"},
            timeout=20.0,
            # A proxy of the environment does not know what listens on the loopback address.
            trust_env=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, **query: str | int) -> Json:
        """Return what is there.

        Raises:
            UnexpectedAnswer: The answer is not 2xx.
        """
        return self._call("GET", path, params=query)

    def pages(self, path: str, **query: str | int) -> Iterator[Json]:
        """Yield the items of a list, page after page."""
        cursor: str | None = None
        while True:
            at = {**query, "limit": 100, **({"cursor": cursor} if cursor else {})}
            page = self._call("GET", path, params=at)
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def post(
        self, path: str, body: Mapping[str, object] | None = None, *, key: UUID | None = None
    ) -> Json:
        """Make something happen, once: the key makes a repetition harmless.

        Raises:
            UnexpectedAnswer: The answer is not 2xx.
        """
        return self._call("POST", path, json=body, key=key or uuid4())

    def put(self, path: str, body: Mapping[str, object], *, key: UUID | None = None) -> Json:
        """Say how something is, in place of what was said before.

        Raises:
            UnexpectedAnswer: The answer is not 2xx.
        """
        return self._call("PUT", path, json=body, key=key or uuid4())

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Mapping[str, object] | None = None,
        key: UUID | None = None,
    ) -> Json:
        headers = {} if key is None else {"idempotency-key": str(key)}
        start = time.perf_counter()
        answer = self._client.request(method, path, params=params, json=json, headers=headers)
        spent = (time.perf_counter() - start) * 1_000
        self._note(
            Call(method=method, path=path, status=answer.status_code, milliseconds=round(spent, 1))
        )
        if not answer.is_success:
            raise UnexpectedAnswer(method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else {}


def until(
    look: Callable[[], Json],
    holds: Callable[[Json], bool],
    *,
    awaited: str,
    seconds: float = PATIENCE_SECONDS,
    bear: frozenset[str] = frozenset(),
) -> Json:
    """Look again and again until what is seen holds.

    A problem whose code is in ``bear`` only means "not yet".

    Raises:
        NothingCame: The time is over.
        UnexpectedAnswer: A problem that time does not solve.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            seen = look()
        except UnexpectedAnswer as answer:
            if answer.code not in bear:
                raise
            last = str(answer)
        else:
            if holds(seen):
                return seen
            last = str(seen)[:500]
        if time.monotonic() > deadline:
            raise NothingCame(awaited, seconds, last)
        time.sleep(_POLL_SECONDS)

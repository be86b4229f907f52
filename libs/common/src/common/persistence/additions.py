"""Adding what is expected to be new, past the session, which costs six times the statement.

A request that only adds decides by what is in memory; whether a thing was there before is found by
writing. So it is first carried out without any transaction, and only notes what it would add; then
all of that is written on the driver, in one transaction with the request's key and its answer
(``common.http.idempotency``, ``UnitOfWork.on_driver``). Whatever is not as expected, a key that was
used, an id that is taken, a question that only the database answers, undoes it, and the request
is carried out again the careful way, in a session. So this way decides nothing: it either does what
the careful way would have done, or does not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlmodel.ext.asyncio.session import AsyncSession


class NotPlain(Exception):
    """The request does more than add, or finds that what it adds is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """An ``insert ... returning`` of the driver's, and how many rows it returns if all is new.

    ``after`` others, and not with them, is added what a policy lets in only beside what they add.
    ``wakes`` is the channel on which the commit is told.
    """

    statement: str
    arguments: Sequence[object]
    rows: int
    after: bool = False
    wakes: str | None = None


async def write(driver: Any, additions: Sequence[Addition]) -> None:  # noqa: ANN401 - no types
    """Write additions in the driver's transaction, in two statements at most.

    Raises:
        NotPlain: Something was there before.
    """
    for after in (False, True):
        together = [addition for addition in additions if addition.after is after]
        if together:
            await _write(driver, together)


async def _write(driver: Any, additions: Sequence[Addition]) -> None:  # noqa: ANN401
    statement = _together(
        tuple((each.statement, len(each.arguments)) for each in additions),
        next((each.wakes for each in additions if each.wakes is not None), None),
    )
    written = await driver.fetchrow(statement, *chain.from_iterable(e.arguments for e in additions))
    if [*written][: len(additions)] != [each.rows for each in additions]:
        raise NotPlain


@cache
def _together(statements: Sequence[tuple[str, int]], wakes: str | None) -> str:
    """Return one statement of several, which returns how many rows each of them added.

    To send each alone costs the process more than to carry it out costs the database.
    """
    parts: list[str] = []
    places = 0
    for number, (statement, arguments) in enumerate(statements):
        parts.append(f"added_{number} as ({_from(places, statement)})")
        places += arguments
    counts = [f"(select count(*) from added_{number})" for number in range(len(parts))]  # noqa: S608
    notified = [] if wakes is None else [f"pg_notify('{wakes}', '')"]
    return f"with {', '.join(parts)} select {', '.join([*counts, *notified])}"


def _from(places: int, statement: str) -> str:
    return _PLACE.sub(lambda found: f"${int(found[1]) + places}", statement)


_PLACE: Final = re.compile(r"\$(\d+)")
_noted: Final[ContextVar[list[Addition] | None]] = ContextVar("additions", default=None)


@contextmanager
def noting() -> Generator[list[Addition]]:
    """Have the work in the block note what it would add, and touch nothing."""
    additions: list[Addition] = []
    token = _noted.set(additions)
    try:
        yield additions
    finally:
        _noted.reset(token)


def noted() -> list[Addition] | None:
    """Return where to note additions, if they are only to be noted."""
    return _noted.get()


class _NoSession:
    """Stands where a session would: whoever asks it for anything needs the careful way."""

    def __getattr__(self, name: str) -> object:
        raise NotPlain


NO_SESSION: Final = cast("AsyncSession", _NoSession())
"""What adapters are given while additions are only noted."""

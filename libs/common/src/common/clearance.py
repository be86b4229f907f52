"""Which rows of the database a piece of work may touch, whatever its statements say.

Everybody who opens a transaction has declared this before: a route the scope of its caller, a part
that works by itself its name. It travels with the work as a context variable, is told to the
database by the first statement of every transaction, and is enforced there by the policies of
the tables (``common.persistence.walls``). Work that declared nothing may touch nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

from typing_extensions import override

from common.places import AreaRef

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Generator

    from common.grants import Scope

T = TypeVar("T")


class Width(StrEnum):
    """How wide a clearance is, before areas and organisations narrow it."""

    PUBLIC = "public"
    """What everybody may read: areas and their lists."""
    CALLER = "caller"
    """And what belongs to the caller in person."""
    SCOPE = "scope"
    """And what lies in the caller's areas or belongs to the caller's organisations."""
    EVERYWHERE = "everywhere"
    """And what lies anywhere; but not the tables by which services deliver and recover."""
    SYSTEM = "system"
    """Everything, for the service's own work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """What somebody may touch; ``who`` is the caller's ``sub``, or the name of the work."""

    width: Width
    who: str = ""
    areas: frozenset[AreaRef] = frozenset()
    orgs: frozenset[UUID] = frozenset()


@dataclass(eq=False)
class NotCleared(RuntimeError):
    """Somebody opens a transaction who has not said what they may touch."""

    @override
    def __str__(self) -> str:
        return "declare it before: common.clearance.cleared(...)"


_current: Final[ContextVar[Clearance | None]] = ContextVar("clearance", default=None)


def public() -> Clearance:
    """Return what a caller who shows no token may touch."""
    return Clearance(width=Width.PUBLIC)


def own(sub: str) -> Clearance:
    """Return what a caller may touch of whom only the name is known."""
    return Clearance(width=Width.CALLER, who=sub)


def of_scope(scope: Scope) -> Clearance:
    """Return what a caller may touch under a permission."""
    if scope.is_everywhere:
        return Clearance(width=Width.EVERYWHERE, who=scope.sub)
    return Clearance(width=Width.SCOPE, who=scope.sub, areas=scope.areas, orgs=scope.orgs)


def system(work: str) -> Clearance:
    """Return what the service's own work may touch; the name says why it has to."""
    return Clearance(width=Width.SYSTEM, who=work)


def current() -> Clearance:
    """Return what was declared for the work at hand.

    Raises:
        NotCleared: Nothing was.
    """
    clearance = _current.get()
    if clearance is None:
        raise NotCleared
    return clearance


@contextmanager
def cleared(clearance: Clearance) -> Generator[None]:
    """Declare what the work in the block may touch.

    Inside a transaction that was opened under another clearance, the next ``transaction()`` tells
    the database, and takes it back at its end: so a use case that has made sure of what its
    caller named can reach for what the caller may not see.
    """
    token = _current.set(clearance)
    try:
        yield
    finally:
        _current.reset(token)


async def throughout(clearance: Clearance, items: AsyncIterator[T]) -> AsyncGenerator[T]:
    """Pass items on, each made under a clearance: for what is read after its block was left."""
    while True:
        with cleared(clearance):
            try:
                item = await anext(items)
            except StopAsyncIteration:
                return
        yield item

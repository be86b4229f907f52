"""Creations under ids that callers may choose, one or five hundred at a time.

Each item has its own outcome. All that can be stored is stored in one go; only when that fails,
because of a rival or of another item of the same batch, the halves are tried one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeAlias, TypeVar

from common.change import Change
from common.errors import Conflict, DomainError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from uuid import UUID

    from common.grants import Scope


class Creatable(Protocol):
    """An aggregate that can tell whether it is what another creation asked for."""

    @property
    def id(self) -> UUID:
        """Return the identifier, perhaps chosen by the caller."""
        ...

    def has_content_of(self, other: Self, /) -> bool:
        """Tell whether both were created alike, whatever happened since."""
        ...


T = TypeVar("T", bound=Creatable)
F = TypeVar("F")
Command = TypeVar("Command")
Told = TypeVar("Told", contravariant=True)  # noqa: PLC0105


@dataclass(frozen=True, slots=True)
class Made(Generic[T]):
    """What exists now; a repeated creation finds it made before."""

    thing: T
    is_new: bool


Outcome: TypeAlias = Made[T] | DomainError
Proposal: TypeAlias = Change[T, F] | DomainError


class Shelf(Protocol[T, Told]):
    """Where created things are kept."""

    async def find_many(self, ids: Collection[UUID], /) -> Mapping[UUID, T]:
        """Return those of the things that exist."""
        ...

    async def add_all(self, changes: Sequence[Change[T, Told]], /) -> None:
        """Store new things and stage their facts, all or none.

        Raises:
            Conflict: One of them cannot be, because of what exists.
        """
        ...


async def create_each(
    proposals: Sequence[Proposal[T, F]],
    *,
    shelf: Shelf[T, F],
    differs: Callable[[T], Conflict],
) -> list[Outcome[T]]:
    """Store what was proposed, and say of each item what became of it.

    Args:
        proposals: Decisions, or the errors that took their place, which are handed through.
        shelf: Where the things are kept.
        differs: Makes the error for an id that belongs to a thing with other content.
    """
    settled = await _settle(proposals, shelf=shelf, differs=differs)
    try:
        return await _add(settled, shelf=shelf)
    except Conflict:
        if len(proposals) == 1:
            return [await _create_one(proposals[0], shelf=shelf, differs=differs)]
    half = len(proposals) // 2
    return [
        *await create_each(proposals[:half], shelf=shelf, differs=differs),
        *await create_each(proposals[half:], shelf=shelf, differs=differs),
    ]


def alone(
    many: Callable[[Sequence[Command], Scope], Awaitable[Sequence[Outcome[T]]]],
) -> Callable[[Command, Scope], Awaitable[Made[T]]]:
    """Return the ability to create one thing as ``many`` does; what is refused is raised."""

    async def one(command: Command, scope: Scope) -> Made[T]:
        outcomes = await many([command], scope)
        return _made(outcomes[0])

    return one


def _made(outcome: Outcome[T]) -> Made[T]:
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


async def _create_one(
    proposal: Proposal[T, F], *, shelf: Shelf[T, F], differs: Callable[[T], Conflict]
) -> Outcome[T]:
    # A rival who was faster may have made just this.
    settled = await _settle([proposal], shelf=shelf, differs=differs)
    try:
        return (await _add(settled, shelf=shelf))[0]
    except Conflict as refusal:
        return refusal


async def _settle(
    proposals: Sequence[Proposal[T, F]],
    *,
    shelf: Shelf[T, F],
    differs: Callable[[T], Conflict],
) -> list[Proposal[T, F] | Made[T]]:
    wanted = [item.state.id for item in proposals if isinstance(item, Change)]
    known = await shelf.find_many(wanted)
    return [_settled(item, known, differs) for item in proposals]


def _settled(
    proposal: Proposal[T, F], known: Mapping[UUID, T], differs: Callable[[T], Conflict]
) -> Proposal[T, F] | Made[T]:
    if isinstance(proposal, DomainError) or (there := known.get(proposal.state.id)) is None:
        return proposal
    if there.has_content_of(proposal.state):
        return Made(there, is_new=False)
    return differs(there)


async def _add(
    settled: Sequence[Proposal[T, F] | Made[T]], *, shelf: Shelf[T, F]
) -> list[Outcome[T]]:
    await shelf.add_all([item for item in settled if isinstance(item, Change)])
    return [Made(item.state, is_new=True) if isinstance(item, Change) else item for item in settled]

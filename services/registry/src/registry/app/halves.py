"""Storing many things at once, so that what is wrong with one stops none of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from common.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from registry.app.ports.imports import Attempts
    from registry.app.sheets import Taken

T = TypeVar("T")


async def by_halves(
    wanted: Sequence[T],
    store: Callable[[Sequence[T]], Awaitable[Sequence[Taken]]],
    *,
    work: Attempts,
) -> list[Taken]:
    """Store things all in one go; when that conflicts with what is there, half of them at a time.

    Nothing of one that is refused remains.
    """
    if not wanted:
        return []
    try:
        async with work.attempt():
            return list(await store(wanted))
    except Conflict as refusal:
        if len(wanted) == 1:
            return [refusal]
    half = len(wanted) // 2
    return [
        *await by_halves(wanted[:half], store, work=work),
        *await by_halves(wanted[half:], store, work=work),
    ]

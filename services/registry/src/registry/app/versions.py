"""Decisions made on what the caller has read (``If-Match``)."""

from __future__ import annotations

from typing import Protocol

from common.errors import PreconditionFailed


class Versioned(Protocol):
    """An aggregate that counts its facts."""

    @property
    def version(self) -> int:
        """Return the number of facts so far."""
        ...


def refuse_stale(thing: Versioned, seen: int | None) -> None:
    """Accept a decision if the thing is still as the caller saw it, or the caller did not say.

    Raises:
        PreconditionFailed: It has changed since.
    """
    if seen is not None and seen != thing.version:
        raise PreconditionFailed(version=thing.version)

"""What the clients were told: the other half of every check that nothing was lost or doubled."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One request that a client sends until it is answered, always under the same key."""

    path: str
    key: UUID
    body: dict[str, Any]
    needs: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A submission with the answer that said yes."""

    submission: Submission
    status: int
    body: bytes
    attempts: int


@dataclass(slots=True)
class Ledger:
    """Every acceptance, and every other answer on the way to it."""

    accepted: list[Acceptance] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def needs(self) -> set[str]:
        """The ids of the needs that the system promised to keep."""
        return {str(need) for each in self.accepted for need in each.submission.needs}

    @property
    def needs_of_groups(self) -> set[str]:
        """The ids of those of them that have a place, for which somebody can be found."""
        return {
            body["id"]
            for each in self.accepted
            for body in each.submission.body.get("needs", [each.submission.body])
            if body["place"] is not None
        }

    @property
    def retried(self) -> list[Acceptance]:
        """What was only accepted after it had been tried before."""
        return [each for each in self.accepted if each.attempts > 1]

    def summary(self) -> str:
        """Say in one line what the clients saw."""
        return (
            f"{len(self.needs)} needs accepted in {len(self.accepted)} requests, "
            f"{len(self.retried)} of them tried again; answers {dict(self.statuses)}"
        )

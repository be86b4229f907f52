"""What use cases ask of the keeping of accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.change import Change
    from registry.domain.account import Account, AccountFact


class Accounts(Protocol):
    """The accounts, as of the current transaction."""

    async def find(self, sub: str, /, *, is_held: bool = False) -> Account | None:
        """Return the account of a login, if anybody has granted it anything.

        One that is held is changed by nobody else before the end of the transaction.
        """
        ...

    async def save(self, change: Change[Account, AccountFact], /) -> None:
        """Store an account and stage its facts, or raise ``AccountChangedMeanwhile``."""
        ...

    async def due(self, at: datetime, /) -> str | None:
        """Return a login for which a grant begins or is over by an instant, the longest due."""
        ...

    async def reschedule(self, account: Account, at: datetime, /) -> None:
        """Note when a grant of the account begins or is over next after an instant."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLink:
    """The posting of a worker, and since when a login is linked to it."""

    posting_id: UUID
    linked_at: datetime


class PostingLinks(Protocol):
    """Which login belongs to which posting, as of the current transaction."""

    async def link(self, sub: str, posting_id: UUID, at: datetime, /) -> None:
        """Link a login to a posting; again changes nothing.

        Raises:
            PostingAlreadyLinked: Another login is.
        """
        ...

    async def unlink(self, sub: str, posting_id: UUID, /) -> None:
        """Forget that a login is linked to a posting."""
        ...

    async def of(self, sub: str, /) -> Sequence[PostingLink]:
        """Return the postings of a login, the oldest link first."""
        ...

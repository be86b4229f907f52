"""What use cases ask of the keeping of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from common.change import Change
    from registry.domain.account import Account, AccountFact


class Accounts(Protocol):
    """The accounts, as of the current transaction."""

    async def find(self, sub: str, /) -> Account | None:
        """Return the account of a login, if anybody has granted it anything."""
        ...

    async def save(self, change: Change[Account, AccountFact], /) -> None:
        """Store an account and stage its facts, or raise ``AccountChangedMeanwhile``."""
        ...

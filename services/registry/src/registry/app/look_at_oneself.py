"""What a caller is told about themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.app.ports.accounts import PostingLink
from registry.domain.account import Account

if TYPE_CHECKING:
    from registry.app.ports.accounts import Accounts, PostingLinks
    from registry.app.ports.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Oneself:
    """An account, if there is one, and the postings that its login is linked to."""

    account: Account | None
    postings: Sequence[PostingLink]


async def look_at_oneself(
    sub: str, *, unit_of_work: UnitOfWork, accounts: Accounts, links: PostingLinks
) -> Oneself:
    """Return what is known of a login."""
    async with unit_of_work.transaction():
        return Oneself(account=await accounts.find(sub), postings=await links.of(sub))

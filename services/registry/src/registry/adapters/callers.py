"""Who may do what now, for work that is done in somebody's name after they have gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from common.http.tokens import Token

if TYPE_CHECKING:
    from common.accounts import Accounts
    from common.grants import Caller
    from registry.domain.imports import Authority

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class CurrentCallers:
    """Asks the accounts; what was granted when the work was ordered is the ceiling."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts: Final = accounts

    async def caller(self, authority: Authority, /) -> Caller:
        """Return somebody with those of their grants that are still in force."""
        token = Token(sub=authority.sub, grants=authority.grants, expires_at=_NEVER)
        return await self._accounts.caller(token)

"""The grants of accounts as the registry last told them: the truth behind a token's claims.

A grant of a token counts only as far as the account holds it now. Both are areas of a tree or
organisations, so the two meet in the narrower of them, or not at all.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Field, col, select

from common.clearance import cleared, own
from common.grants import Caller, Grant
from common.http.tokens import grants_in
from common.persistence.table import Row, counter, document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.areas import Areas
    from common.contracts.registry import AccountChanged
    from common.http.tokens import Token
    from common.messaging.event import Envelope
    from common.persistence.unit_of_work import UnitOfWork
    from common.places import AreaRef

FRESH_SECONDS: Final = 1.0
_REMEMBERED: Final = 4096


class AccountRow(Row, table=True):
    """An account and everything it may do."""

    __tablename__: ClassVar[Any] = "account"

    account_id: UUID = Field(primary_key=True)
    sub: str = Field(unique=True)
    grants: list[dict[str, Any]] = document()
    version: int = counter()


class Accounts:
    """Tells what a caller may do now; what it tells is never older than a second."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        areas: Areas,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas
        self._now: Final = now
        self._seen: OrderedDict[str, tuple[float, tuple[Grant, ...]]] = OrderedDict()

    async def caller(self, token: Token) -> Caller:
        """Return the bearer of a token with the grants that both token and account have."""
        with cleared(own(token.sub)):
            held = await self.grants_of(token.sub)
            met = [await self._meet(claimed, each) for claimed in token.grants for each in held]
        grants = dict.fromkeys(grant for grant in met if grant is not None)
        return Caller(sub=token.sub, grants=tuple(grants))

    async def grants_of(self, sub: str) -> tuple[Grant, ...]:
        """Return the grants of an account; one that is unknown has none."""
        known = self._seen.get(sub)
        if known is not None and self._now() - known[0] < FRESH_SECONDS:
            return known[1]
        asked_at = self._now()
        grants = await self._read(sub)
        self._remember(sub, asked_at, grants)
        return grants

    def forget(self) -> None:
        """Ask the database again at the next request: for whoever has just changed a grant."""
        self._seen.clear()

    async def _read(self, sub: str) -> tuple[Grant, ...]:
        statement = select(AccountRow.grants).where(col(AccountRow.sub) == sub)
        with cleared(own(sub)):
            async with self._unit_of_work.transaction() as session:
                found = (await session.exec(statement)).one_or_none()
        return tuple(grants_in(found))

    def _remember(self, sub: str, asked_at: float, grants: tuple[Grant, ...]) -> None:
        self._seen[sub] = asked_at, grants
        self._seen.move_to_end(sub)
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    async def _meet(self, claimed: Grant, held: Grant) -> Grant | None:
        if claimed.role is not held.role or not _agree(claimed.org, held.org):
            return None
        org = claimed.org or held.org
        if claimed.area is None or held.area is None or claimed.area == held.area:
            return Grant(role=held.role, area=claimed.area or held.area, org=org)
        area = await self._narrower(claimed.area, held.area)
        return None if area is None else Grant(role=held.role, area=area, org=org)

    async def _narrower(self, one: AreaRef, other: AreaRef) -> AreaRef | None:
        if await self._areas.lies_within(one, other):
            return one
        return other if await self._areas.lies_within(other, one) else None


async def note_account(event: Envelope[AccountChanged], session: AsyncSession) -> None:
    """Take over the grants of an account as the registry tells them."""
    await put_account(
        session,
        account_id=event.data.account_id,
        sub=event.data.sub,
        grants=[grant.model_dump(mode="json") for grant in event.data.grants],
        version=event.version,
    )


async def put_account(
    session: AsyncSession,
    *,
    account_id: UUID,
    sub: str,
    grants: Sequence[dict[str, Any]],
    version: int,
) -> None:
    """Write the grants of an account, unless a later version is there already."""
    new = insert(AccountRow).values(
        account_id=account_id, sub=sub, grants=list(grants), version=version
    )
    statement = new.on_conflict_do_update(
        index_elements=["account_id"],
        set_={"sub": sub, "grants": new.excluded.grants, "version": version},
        where=col(AccountRow.version) < version,
    )
    await session.exec(statement)


def _agree(one: UUID | None, other: UUID | None) -> bool:
    return one is None or other is None or one == other

"""Accounts in PostgreSQL, in the table from which every request's grants are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from typing_extensions import override

from common.accounts import AccountRow
from common.contracts.registry import GrantHeld
from common.grants import Grant
from common.places import AreaRef
from registry.adapters.published import about_account, grant_held
from registry.app.ports.accounts import Accounts
from registry.domain.account import Account, AccountFact, AccountId
from registry.domain.errors.accounts import AccountChangedMeanwhile

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession

    from common.change import Change
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork


class PostgresAccounts(Accounts):
    """The accounts of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox

    @override
    async def find(self, sub: str, /) -> Account | None:
        wanted = select(AccountRow).where(col(AccountRow.sub) == sub)
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(wanted)).one_or_none()
        return None if row is None else _to_account(row)

    @override
    async def save(self, change: Change[Account, AccountFact], /) -> None:
        async with self._unit_of_work.transaction() as session:
            await _write(session, change)
            await self._outbox.stage(session, [about_account(fact) for fact in change.facts])


async def _write(session: AsyncSession, change: Change[Account, AccountFact]) -> None:
    account = change.state
    before = account.version - len(change.facts)
    if before == 0:
        await _insert(session, account)
        return
    unchanged = (col(AccountRow.account_id) == account.id) & (col(AccountRow.version) == before)
    written = await session.exec(update(AccountRow).where(unchanged).values(**_to_values(account)))
    if written.rowcount == 0:
        raise AccountChangedMeanwhile(sub=account.sub)


async def _insert(session: AsyncSession, account: Account) -> None:
    try:
        async with session.begin_nested():
            await session.exec(insert(AccountRow).values(**_to_values(account)))
    except IntegrityError as error:
        raise AccountChangedMeanwhile(sub=account.sub) from error


def _to_account(row: AccountRow) -> Account:
    return Account(
        id=AccountId(row.account_id),
        version=row.version,
        sub=row.sub,
        grants=tuple(_to_grant(GrantHeld.model_validate(held)) for held in row.grants),
    )


def _to_grant(held: GrantHeld) -> Grant:
    if held.scheme is None or held.area is None:
        return Grant(role=held.role, org=held.org)
    return Grant(role=held.role, area=AreaRef(held.scheme, held.area), org=held.org)


def _to_values(account: Account) -> dict[str, Any]:
    return {
        "account_id": account.id,
        "sub": account.sub,
        "grants": [grant_held(grant).model_dump(mode="json") for grant in account.grants],
        "version": account.version,
    }

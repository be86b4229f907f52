"""Accounts in PostgreSQL, in the table from which every request's grants are read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from typing_extensions import override

from common.accounts import AccountRow
from common.contracts.registry import GrantHeld
from common.grants import Grant
from common.places import AreaRef
from registry.adapters.postgres.access_tables import EntitlementsRow
from registry.adapters.published import about_account, grant_held
from registry.app.ports.accounts import Accounts
from registry.domain.account import Account, AccountFact, AccountId
from registry.domain.entitlement import Entitlement, Origin, next_change
from registry.domain.errors.accounts import AccountChangedMeanwhile

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    async def find(self, sub: str, /, *, is_held: bool = False) -> Account | None:
        is_same = col(EntitlementsRow.account_id) == col(AccountRow.account_id)
        wanted = (
            select(AccountRow, EntitlementsRow)
            .join(EntitlementsRow, is_same, isouter=True)
            .where(col(AccountRow.sub) == sub)
        )
        if is_held:
            wanted = wanted.with_for_update(of=AccountRow)
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(wanted)).one_or_none()
        return None if row is None else _to_account(*row)

    @override
    async def save(self, change: Change[Account, AccountFact], /) -> None:
        async with self._unit_of_work.transaction() as session:
            await _write(session, change)
            await _write_entitlements(session, change)
            await self._outbox.stage(session, [about_account(fact) for fact in change.facts])

    @override
    async def due(self, at: datetime, /) -> str | None:
        wanted = (
            select(EntitlementsRow.sub)
            .where(col(EntitlementsRow.next_change_at) <= at)
            .order_by(col(EntitlementsRow.next_change_at))
            .limit(1)
        )
        async with self._unit_of_work.transaction() as session:
            return (await session.exec(wanted)).one_or_none()

    @override
    async def reschedule(self, account: Account, at: datetime, /) -> None:
        unchanged = (col(EntitlementsRow.account_id) == account.id) & (
            col(EntitlementsRow.version) == account.version
        )
        due_next = update(EntitlementsRow).values(
            next_change_at=next_change(account.entitlements, at)
        )
        async with self._unit_of_work.transaction() as session:
            await session.exec(due_next.where(unchanged))


class EntitlementDocument(BaseModel):
    """An entitlement as it is stored."""

    model_config = ConfigDict(frozen=True)

    grant: GrantHeld
    origin: Origin
    source: UUID | None
    since: datetime | None
    until: datetime | None


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


async def _write_entitlements(session: AsyncSession, change: Change[Account, AccountFact]) -> None:
    account = change.state
    at = max(fact.at for fact in change.facts)
    values: dict[str, Any] = {
        "sub": account.sub,
        "version": account.version,
        "entitlements": [_to_document(each) for each in account.entitlements],
        "next_change_at": next_change(account.entitlements, at),
    }
    new = upsert(EntitlementsRow).values(account_id=account.id, **values)
    await session.exec(new.on_conflict_do_update(index_elements=["account_id"], set_=values))


async def _insert(session: AsyncSession, account: Account) -> None:
    try:
        async with session.begin_nested():
            await session.exec(insert(AccountRow).values(**_to_values(account)))
    except IntegrityError as error:
        raise AccountChangedMeanwhile(sub=account.sub) from error


def _to_account(row: AccountRow, known: EntitlementsRow | None) -> Account:
    grants = tuple(_to_grant(GrantHeld.model_validate(held)) for held in row.grants)
    return Account(
        id=AccountId(row.account_id),
        version=row.version,
        sub=row.sub,
        grants=grants,
        entitlements=tuple(_to_entitlements(row, known, grants)),
    )


def _to_entitlements(
    row: AccountRow, known: EntitlementsRow | None, grants: tuple[Grant, ...]
) -> Iterator[Entitlement]:
    stored = [] if known is None else [_to_entitlement(each) for each in known.entitlements]
    if known is not None and known.version == row.version:
        yield from stored
        return
    # A release that knows only grants has written the account. What it says holds; what it let
    # stand keeps its end.
    kept = [each for each in stored if each.grant in grants]
    yield from kept
    explained = {each.grant for each in kept}
    yield from (Entitlement(grant=grant) for grant in grants if grant not in explained)


def _to_entitlement(stored: dict[str, Any]) -> Entitlement:
    found = EntitlementDocument.model_validate(stored)
    return Entitlement(
        grant=_to_grant(found.grant),
        origin=found.origin,
        source=found.source,
        since=found.since,
        until=found.until,
    )


def _to_document(entitlement: Entitlement) -> dict[str, Any]:
    return EntitlementDocument(
        grant=grant_held(entitlement.grant),
        origin=entitlement.origin,
        source=entitlement.source,
        since=entitlement.since,
        until=entitlement.until,
    ).model_dump(mode="json")


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

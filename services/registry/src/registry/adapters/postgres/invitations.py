"""Invitations in PostgreSQL; of their secrets only digests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, update
from sqlmodel import col, select
from typing_extensions import override

from common.paging import cut
from registry.adapters.postgres.access_tables import InvitationRow
from registry.adapters.postgres.granted import columns_of, grant_in, place_in
from registry.app.ports.invitations import Invitations
from registry.domain.entitlement import Days
from registry.domain.errors.invitations import InvitationNotFound
from registry.domain.invitation import Invitation, InvitationId, Promise
from registry.domain.secret import Digest

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from common.areas import Areas
    from common.grants import Scope
    from common.paging import Key, Slice, Window
    from common.persistence.unit_of_work import UnitOfWork


class PostgresInvitations(Invitations):
    """The invitations of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def add(self, invitation: Invitation, /) -> None:
        async with self._unit_of_work.transaction() as session:
            await session.exec(insert(InvitationRow).values(**_to_values(invitation)))

    @override
    async def get(self, invitation_id: InvitationId, /, *, is_held: bool = False) -> Invitation:
        return await self._one(col(InvitationRow.id) == invitation_id, is_held=is_held)

    @override
    async def with_secret(self, digest: Digest, /) -> Invitation:
        return await self._one(col(InvitationRow.secret_sha256) == digest, is_held=True)

    @override
    async def save(self, invitation: Invitation, /) -> None:
        this = col(InvitationRow.id) == invitation.id
        values = _to_values(invitation)
        async with self._unit_of_work.transaction() as session:
            await session.exec(update(InvitationRow).where(this).values(**values))

    @override
    async def page(self, scope: Scope, window: Window, /) -> Slice[Invitation]:
        within = self._areas.within(scope, col(InvitationRow.scheme), col(InvitationRow.area))
        wanted = (
            select(InvitationRow).where(within).order_by(col(InvitationRow.id)).limit(window.probe)
        )
        if window.after is not None:
            wanted = wanted.where(col(InvitationRow.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted)).all()
        return cut([_to_invitation(row) for row in rows], window, _key)

    async def _one(self, is_meant: ColumnElement[bool], *, is_held: bool) -> Invitation:
        wanted = select(InvitationRow).where(is_meant)
        if is_held:
            wanted = wanted.with_for_update()
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(wanted)).one_or_none()
        if row is None:
            raise InvitationNotFound
        return _to_invitation(row)


def _key(invitation: Invitation) -> Key:
    return (invitation.id,)


def _to_invitation(row: InvitationRow) -> Invitation:
    return Invitation(
        id=InvitationId(row.id),
        promise=Promise(
            grant=grant_in(row),
            days=Days(first=row.first_on, last=row.last_on),
            posting_id=row.posting_id,
        ),
        place=place_in(row),
        digest=Digest(row.secret_sha256),
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_by=row.used_by,
        used_at=row.used_at,
        withdrawn_at=row.withdrawn_at,
    )


def _to_values(invitation: Invitation) -> dict[str, Any]:
    promise = invitation.promise
    return {
        "id": invitation.id,
        **columns_of(promise.grant, invitation.place),
        "first_on": promise.days.first,
        "last_on": promise.days.last,
        "posting_id": promise.posting_id,
        "secret_sha256": invitation.digest,
        "made_by": invitation.made_by,
        "made_at": invitation.made_at,
        "expires_at": invitation.expires_at,
        "used_by": invitation.used_by,
        "used_at": invitation.used_at,
        "withdrawn_at": invitation.withdrawn_at,
    }

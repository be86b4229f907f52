"""Which login belongs to which posting, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from typing_extensions import override

from registry.adapters.postgres.access_tables import PostingLinkRow
from registry.app.ports.accounts import PostingLink, PostingLinks
from registry.domain.errors.invitations import PostingAlreadyLinked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from common.persistence.unit_of_work import UnitOfWork


class PostgresPostingLinks(PostingLinks):
    """The links of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def link(self, sub: str, posting_id: UUID, at: datetime, /) -> None:
        new = insert(PostingLinkRow).values(posting_id=posting_id, sub=sub, linked_at=at)
        holder = select(PostingLinkRow.sub).where(col(PostingLinkRow.posting_id) == posting_id)
        async with self._unit_of_work.transaction() as session:
            await session.exec(new.on_conflict_do_nothing())
            if (await session.exec(holder)).one() != sub:
                raise PostingAlreadyLinked(posting_id=posting_id)

    @override
    async def unlink(self, sub: str, posting_id: UUID, /) -> None:
        is_meant = (col(PostingLinkRow.posting_id) == posting_id) & (col(PostingLinkRow.sub) == sub)
        async with self._unit_of_work.transaction() as session:
            await session.exec(delete(PostingLinkRow).where(is_meant))

    @override
    async def of(self, sub: str, /) -> Sequence[PostingLink]:
        wanted = (
            select(PostingLinkRow)
            .where(col(PostingLinkRow.sub) == sub)
            .order_by(col(PostingLinkRow.linked_at), col(PostingLinkRow.posting_id))
        )
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted)).all()
        return [PostingLink(posting_id=row.posting_id, linked_at=row.linked_at) for row in rows]

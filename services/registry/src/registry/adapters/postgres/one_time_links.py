"""One-time links in PostgreSQL; of what makes them only digests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import Answer, AreaScheme
from registry.adapters.postgres.access_tables import OneTimeLinkRow
from registry.adapters.published import about_link
from registry.app.ports.one_time_links import OneTimeLinks
from registry.domain.errors.one_time_links import LinkNotFound, LinkReplaced
from registry.domain.one_time_link import Answered, LinkFact, LinkId, OneTimeLink
from registry.domain.party import PartyId
from registry.domain.secret import Digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement

    from common.change import Change
    from common.persistence.outbox import Outbox
    from common.persistence.unit_of_work import UnitOfWork


class PostgresOneTimeLinks(OneTimeLinks):
    """The links of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, outbox: Outbox) -> None:
        self._unit_of_work: Final = unit_of_work
        self._outbox: Final = outbox

    @override
    async def add(self, link: OneTimeLink, /) -> None:
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    await session.exec(insert(OneTimeLinkRow).values(**_to_values(link)))
            except IntegrityError as error:
                raise LinkReplaced from error

    @override
    async def get(self, link_id: LinkId, /) -> OneTimeLink:
        return _only(await self._read(col(OneTimeLinkRow.id) == link_id))

    @override
    async def with_secret(self, digest: Digest, /) -> OneTimeLink:
        return _only(await self._hold(col(OneTimeLinkRow.secret_sha256) == digest))

    @override
    async def of(self, match_id: UUID, party_id: PartyId, /) -> Sequence[OneTimeLink]:
        row = OneTimeLinkRow
        return await self._hold((col(row.match_id) == match_id) & (col(row.party_id) == party_id))

    @override
    async def save(self, change: Change[OneTimeLink, LinkFact], /) -> None:
        this = col(OneTimeLinkRow.id) == change.state.id
        values = _to_values(change.state)
        async with self._unit_of_work.transaction() as session:
            await session.exec(update(OneTimeLinkRow).where(this).values(**values))
            await self._outbox.stage(session, [about_link(fact) for fact in change.facts])

    async def _read(self, is_meant: ColumnElement[bool]) -> Sequence[OneTimeLink]:
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(select(OneTimeLinkRow).where(is_meant))).all()
        return [_to_link(row) for row in rows]

    async def _hold(self, is_meant: ColumnElement[bool]) -> Sequence[OneTimeLink]:
        wanted = select(OneTimeLinkRow).where(is_meant).with_for_update()
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted)).all()
        return [_to_link(row) for row in rows]


def _only(found: Sequence[OneTimeLink]) -> OneTimeLink:
    if not found:
        raise LinkNotFound
    return found[0]


def _to_link(row: OneTimeLinkRow) -> OneTimeLink:
    answered = None
    if row.answer is not None and row.answered_at is not None:
        answered = Answered(answer=Answer(row.answer), at=row.answered_at)
    return OneTimeLink(
        id=LinkId(row.id),
        match_id=row.match_id,
        party_id=PartyId(row.party_id),
        place=AreaRef(AreaScheme(row.scheme), row.area),
        digest=Digest(row.secret_sha256),
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        answered=answered,
        replaced_at=row.replaced_at,
    )


def _to_values(link: OneTimeLink) -> dict[str, Any]:
    return {
        "id": link.id,
        "match_id": link.match_id,
        "party_id": link.party_id,
        "scheme": link.place.scheme.value,
        "area": link.place.code,
        "secret_sha256": link.digest,
        "made_by": link.made_by,
        "made_at": link.made_at,
        "expires_at": link.expires_at,
        "answer": link.answered.answer.value if link.answered else None,
        "answered_at": link.answered.at if link.answered else None,
        "replaced_at": link.replaced_at,
    }

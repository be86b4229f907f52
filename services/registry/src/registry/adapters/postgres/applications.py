"""Applications of those who want to be partners, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, update
from sqlmodel import col, select
from typing_extensions import override

from common.paging import cut
from common.places import AreaRef
from common.vocabulary import AreaScheme, Society
from registry.adapters.postgres.access_tables import PartnerApplicationRow
from registry.app.ports.applications import Applications
from registry.domain.errors.applications import ApplicationNotFound
from registry.domain.partner_application import (
    ApplicationId,
    ApplicationState,
    Approval,
    PartnerApplication,
    Refusal,
    RefusalReason,
)
from registry.domain.party import PartyId
from registry.domain.secret import Digest

if TYPE_CHECKING:
    from common.areas import Areas
    from common.grants import Scope
    from common.paging import Key, Slice, Window
    from common.persistence.unit_of_work import UnitOfWork


class PostgresApplications(Applications):
    """The applications of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    @override
    async def add(self, application: PartnerApplication, /) -> None:
        async with self._unit_of_work.transaction() as session:
            await session.exec(insert(PartnerApplicationRow).values(**_to_values(application)))

    @override
    async def get(
        self, application_id: ApplicationId, /, *, is_held: bool = False
    ) -> PartnerApplication:
        wanted = select(PartnerApplicationRow).where(
            col(PartnerApplicationRow.id) == application_id
        )
        if is_held:
            wanted = wanted.with_for_update()
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(wanted)).one_or_none()
        if row is None:
            raise ApplicationNotFound(application_id=application_id)
        return _to_application(row)

    @override
    async def save(self, application: PartnerApplication, /) -> None:
        this = col(PartnerApplicationRow.id) == application.id
        values = _to_values(application)
        async with self._unit_of_work.transaction() as session:
            await session.exec(update(PartnerApplicationRow).where(this).values(**values))

    @override
    async def page(
        self, state: ApplicationState | None, scope: Scope, window: Window, /
    ) -> Slice[PartnerApplication]:
        row = PartnerApplicationRow
        wanted = (
            select(row)
            .where(self._areas.within(scope, col(row.scheme), col(row.area)))
            .order_by(col(row.id))
            .limit(window.probe)
        )
        if state is not None:
            wanted = wanted.where(col(row.state) == state.value)
        if window.after is not None:
            wanted = wanted.where(col(row.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted)).all()
        return cut([_to_application(each) for each in rows], window, _key)


def _key(application: PartnerApplication) -> Key:
    return (application.id,)


def _to_application(row: PartnerApplicationRow) -> PartnerApplication:
    return PartnerApplication(
        id=ApplicationId(row.id),
        society=Society(row.society),
        public_name=row.public_name,
        area=AreaRef(AreaScheme(row.scheme), row.area),
        digest=Digest(row.secret_sha256),
        applied_at=row.applied_at,
        decision=_to_decision(row),
    )


def _to_decision(row: PartnerApplicationRow) -> Approval | Refusal | None:
    if row.decided_by is None or row.decided_at is None:
        return None
    if row.party_id is not None:
        return Approval(party_id=PartyId(row.party_id), by=row.decided_by, at=row.decided_at)
    reason = RefusalReason(row.refusal_reason or RefusalReason.OTHER)
    return Refusal(reason=reason, by=row.decided_by, at=row.decided_at)


def _to_values(application: PartnerApplication) -> dict[str, Any]:
    decision = application.decision
    return {
        "id": application.id,
        "society": application.society.value,
        "public_name": application.public_name,
        "scheme": application.area.scheme.value,
        "area": application.area.code,
        "secret_sha256": application.digest,
        "applied_at": application.applied_at,
        "state": application.state.value,
        "party_id": decision.party_id if isinstance(decision, Approval) else None,
        "refusal_reason": decision.reason.value if isinstance(decision, Refusal) else None,
        "decided_by": decision.by if decision else None,
        "decided_at": decision.at if decision else None,
    }

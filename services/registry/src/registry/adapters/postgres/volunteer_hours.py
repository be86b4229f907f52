"""Hours and certificates in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col, select
from typing_extensions import override

from common.paging import cut
from common.vocabulary import ServiceCode
from registry.adapters.postgres.volunteer_hours_tables import CertificateRow, VolunteerHoursRow
from registry.app.ports.mergers import Following
from registry.app.ports.volunteer_hours import Certificates, Hours
from registry.domain.certificate import Certificate, CertificateId, Revocation, RevocationReason
from registry.domain.errors.certificates import CertificateNotFound
from registry.domain.party import PartyId
from registry.domain.volunteer_hours import ConfirmedHours, HoursId, Period, ServiceTime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from common.paging import Slice, Window
    from common.persistence.unit_of_work import UnitOfWork


class PostgresHours(Hours, Following):
    """The hours of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def add(self, hours: ConfirmedHours, /) -> None:
        new = upsert(VolunteerHoursRow).values(
            id=hours.id,
            party_id=hours.party_id,
            match_id=hours.match_id,
            service=hours.service.value,
            served_on=hours.served_on,
            minutes=hours.minutes,
            confirmed_at=hours.confirmed_at,
        )
        async with self._unit_of_work.transaction() as session:
            await session.exec(new.on_conflict_do_nothing())

    @override
    async def of(self, party_id: PartyId, period: Period, /) -> Sequence[ConfirmedHours]:
        row = VolunteerHoursRow
        wanted = select(row).where(col(row.party_id) == party_id)
        if period.first_on is not None:
            wanted = wanted.where(col(row.served_on) >= period.first_on)
        if period.last_on is not None:
            wanted = wanted.where(col(row.served_on) <= period.last_on)
        async with self._unit_of_work.transaction() as session:
            return [_to_hours(each) for each in (await session.exec(wanted)).all()]

    @override
    async def minutes_of(self, party_id: PartyId, /) -> int:
        row = VolunteerHoursRow
        counted = select(func.coalesce(func.sum(col(row.minutes)), 0))
        async with self._unit_of_work.transaction() as session:
            return int((await session.exec(counted.where(col(row.party_id) == party_id))).one())

    @override
    async def follow(self, merged_id: PartyId, survivor_id: PartyId, /) -> None:
        row = VolunteerHoursRow
        moved = update(row).where(col(row.party_id) == merged_id).values(party_id=survivor_id)
        async with self._unit_of_work.transaction() as session:
            await session.exec(moved)

    @override
    async def page(self, party_id: PartyId, window: Window, /) -> Slice[ConfirmedHours]:
        row = VolunteerHoursRow
        wanted = select(row).where(col(row.party_id) == party_id).order_by(col(row.id))
        if window.after is not None:
            wanted = wanted.where(col(row.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted.limit(window.probe))).all()
        return cut([_to_hours(each) for each in rows], window, lambda hours: (hours.id,))


class PostgresCertificates(Certificates):
    """The certificates of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work: Final = unit_of_work

    @override
    async def add(self, certificate: Certificate, /) -> None:
        async with self._unit_of_work.transaction() as session:
            await session.exec(insert(CertificateRow).values(**_to_values(certificate)))

    @override
    async def get(self, certificate_id: CertificateId, /, *, is_held: bool = False) -> Certificate:
        return await self._one(col(CertificateRow.id) == certificate_id, is_held=is_held)

    @override
    async def numbered(self, number: str, /) -> Certificate:
        return await self._one(col(CertificateRow.number) == number, is_held=False)

    @override
    async def save(self, certificate: Certificate, /) -> None:
        this = col(CertificateRow.id) == certificate.id
        values = _to_values(certificate)
        async with self._unit_of_work.transaction() as session:
            await session.exec(update(CertificateRow).where(this).values(**values))

    @override
    async def page(self, party_id: PartyId, window: Window, /) -> Slice[Certificate]:
        row = CertificateRow
        wanted = select(row).where(col(row.party_id) == party_id).order_by(col(row.id))
        if window.after is not None:
            wanted = wanted.where(col(row.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted.limit(window.probe))).all()
        return cut([_to_certificate(each) for each in rows], window, lambda each: (each.id,))

    async def _one(self, is_meant: ColumnElement[bool], *, is_held: bool) -> Certificate:
        wanted = select(CertificateRow).where(is_meant)
        if is_held:
            wanted = wanted.with_for_update()
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(wanted)).one_or_none()
        if row is None:
            raise CertificateNotFound
        return _to_certificate(row)


def _to_hours(row: VolunteerHoursRow) -> ConfirmedHours:
    return ConfirmedHours(
        id=HoursId(row.id),
        party_id=PartyId(row.party_id),
        match_id=row.match_id,
        service=ServiceCode(row.service),
        served_on=row.served_on,
        minutes=row.minutes,
        confirmed_at=row.confirmed_at,
    )


def _to_certificate(row: CertificateRow) -> Certificate:
    return Certificate(
        id=CertificateId(row.id),
        number=row.number,
        party_id=PartyId(row.party_id),
        volunteer_number=row.volunteer_number,
        issuer_id=PartyId(row.issuer_id),
        issuer_name=row.issuer_name,
        first_on=row.first_on,
        last_on=row.last_on,
        times=tuple(_to_time(time) for time in row.times),
        issued_at=row.issued_at,
        issued_by=row.issued_by,
        digest=row.digest,
        revocation=_to_revocation(row),
    )


def _to_time(stored: dict[str, Any]) -> ServiceTime:
    return ServiceTime(
        service=ServiceCode(stored["service"]), minutes=stored["minutes"], days=stored["days"]
    )


def _to_revocation(row: CertificateRow) -> Revocation | None:
    if row.revocation_reason is None or row.revoked_by is None or row.revoked_at is None:
        return None
    reason = RevocationReason(row.revocation_reason)
    return Revocation(reason=reason, by=row.revoked_by, at=row.revoked_at)


def _to_values(certificate: Certificate) -> dict[str, Any]:
    revocation = certificate.revocation
    return {
        "id": certificate.id,
        "number": certificate.number,
        "party_id": certificate.party_id,
        "volunteer_number": certificate.volunteer_number,
        "issuer_id": certificate.issuer_id,
        "issuer_name": certificate.issuer_name,
        "first_on": certificate.first_on,
        "last_on": certificate.last_on,
        "times": [
            {"service": time.service.value, "minutes": time.minutes, "days": time.days}
            for time in certificate.times
        ],
        "issued_at": certificate.issued_at,
        "issued_by": certificate.issued_by,
        "digest": certificate.digest,
        "revocation_reason": revocation.reason.value if revocation else None,
        "revoked_by": revocation.by if revocation else None,
        "revoked_at": revocation.at if revocation else None,
    }

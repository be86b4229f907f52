"""Hours add up to a star, and a certificate cannot be changed unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hour_asks import some_hours

from common.places import AreaRef
from common.vocabulary import AreaScheme, ServiceCode, Society
from registry.adapters.certificate_pdf import hours_of, render
from registry.domain.certificate import (
    BITS_OF_NUMBER,
    Certificate,
    CertificateId,
    RevocationReason,
    certify,
    number_of,
)
from registry.domain.errors.certificates import (
    CertificateAlreadyRevoked,
    NoHoursConfirmed,
    PeriodOutOfOrder,
)
from registry.domain.party import Party, PartyId
from registry.domain.volunteer_hours import Period, ServiceTime, record_of

NOW = datetime(2026, 2, 28, 17, tzinfo=UTC)
VOLUNTEER = PartyId(UUID(int=1))


def a_party(number: int, name: str, *, is_person: bool) -> Party:
    return Party(
        id=PartyId(UUID(int=number)),
        version=1,
        society=Society.VOLUNTEER,
        public_name=name,
        is_person=is_person,
        area=AreaRef(AreaScheme.NBS, "210213009"),
    )


def a_certificate(*minutes: int) -> Certificate:
    return certify(
        CertificateId(UUID(int=3)),
        record_of(VOLUNTEER, [some_hours(VOLUNTEER, minutes=each) for each in minutes]),
        number=number_of(0, at=NOW),
        volunteer_number="DL-V-000123",
        issuer=a_party(2, "金州区安心社会工作服务中心", is_person=False),
        by="worker-7",
        at=NOW,
    )


def test_a_record_adds_up_minutes_and_days_of_each_kind_of_service() -> None:
    record = record_of(
        VOLUNTEER,
        [
            some_hours(VOLUNTEER, minutes=90, served_on=date(2026, 2, 1)),
            some_hours(VOLUNTEER, minutes=30, served_on=date(2026, 2, 1)),
            some_hours(VOLUNTEER, minutes=60, served_on=date(2026, 2, 3)),
            some_hours(
                VOLUNTEER, minutes=240, served_on=date(2026, 1, 5), service=ServiceCode.TUTORING
            ),
        ],
    )

    assert record.times == (
        ServiceTime(service=ServiceCode.TUTORING, minutes=240, days=1),
        ServiceTime(service=ServiceCode.COMPANY, minutes=180, days=2),
    )
    assert (record.minutes, record.first_on, record.last_on) == (
        420,
        date(2026, 1, 5),
        date(2026, 2, 3),
    )


def test_there_is_nothing_to_certify_without_hours() -> None:
    with pytest.raises(NoHoursConfirmed):
        a_certificate()


def test_a_period_out_of_order_is_refused() -> None:
    with pytest.raises(PeriodOutOfOrder):
        Period(first_on=date(2026, 2, 2), last_on=date(2026, 2, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"number": "ZM2026-1111-1111-1111"},
        {"volunteer_number": "DL-V-000124"},
        {"issuer_name": "别的单位"},
        {"first_on": date(2020, 1, 1)},
        {"last_on": date(2026, 3, 1)},
        {"times": (ServiceTime(service=ServiceCode.COMPANY, minutes=90_000, days=1),)},
        {"issued_at": datetime(2026, 3, 2, tzinfo=UTC)},
    ],
)
def test_whatever_is_changed_breaks_the_seal(change: dict[str, object]) -> None:
    certificate = a_certificate(150)
    changed: Certificate = replace(certificate, **change)  # type: ignore[arg-type]

    assert certificate.is_untouched
    assert not changed.is_untouched


def test_a_revocation_is_final_and_leaves_the_seal() -> None:
    revoked = a_certificate(150).revoke(RevocationReason.ERROR, by="worker-7", at=NOW)

    assert revoked.is_untouched
    with pytest.raises(CertificateAlreadyRevoked):
        revoked.revoke(RevocationReason.FRAUD, by="worker-7", at=NOW)


def test_a_number_tells_the_year_in_china_and_all_its_bits() -> None:
    late = datetime(2026, 12, 31, 16, tzinfo=UTC)

    assert number_of(0, at=NOW) == "ZM2026-0000-0000-0000"
    assert number_of(2**BITS_OF_NUMBER - 1, at=late) == "ZM2027-ZZZZ-ZZZZ-ZZZZ"
    assert number_of(31, at=NOW) != number_of(31 << 5, at=NOW)


def test_the_day_of_issue_is_that_of_china() -> None:
    assert a_certificate(150).issued_on == date(2026, 3, 1)


@pytest.mark.parametrize(("minutes", "text"), [(60, "1"), (90, "1.5"), (6000, "100"), (50, "0.83")])
def test_minutes_are_written_as_hours(minutes: int, text: str) -> None:
    assert hours_of(minutes) == text


def test_the_same_certificate_is_printed_alike() -> None:
    paper = render(a_certificate(150), verified_at="https://example.org/x")

    assert paper.startswith(b"%PDF-")
    assert paper == render(a_certificate(150), verified_at="https://example.org/x")
    assert paper != render(a_certificate(151), verified_at="https://example.org/x")

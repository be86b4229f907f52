"""Social workers as a sheet; the number of a certificate identifies a person, so it is in none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from common.vocabulary import Society
from registry.app.profile_sheets import (
    Describing,
    identity_of,
    nothing_else,
    or_known,
    public_name_column,
)
from registry.domain.columns import ID, PLACE, Column, Kind, choice_column, day_column, id_column
from registry.domain.list_cells import hours_by_year, shown_years
from registry.domain.social_worker import CertificateLevel, Engagement, SocialWorker, refuse_misfit

if TYPE_CHECKING:
    from registry.app.sheets import Values
    from registry.domain.party import Party

COLUMNS: Final[tuple[Column, ...]] = (
    ID,
    public_name_column("社工编号", "工号", "人员编号", example="GZ-SW-0142"),
    *PLACE,
    choice_column(
        "engagement",
        "专兼职",
        "Engagement",
        list(Engagement),
        is_required=True,
        synonyms=("是否专职", "用工性质", "任职形式"),
        example="full_time",
    ),
    choice_column(
        "level",
        "证书等级",
        "Certificate level",
        list(CertificateLevel),
        synonyms=("职业资格", "社工证", "社工证等级", "职业水平等级", "资格等级"),
        example="social_worker",
    ),
    day_column(
        "registered_until",
        "登记有效期至",
        "Registered until",
        synonyms=("证书登记有效期", "登记有效期"),
    ),
    id_column(
        "employer_id",
        "用人单位编号",
        "Employer's id",
    ),
    Column(
        code="education_hours",
        zh="继续教育学时",
        en="Continuing education",
        kind=Kind.HOURS_BY_YEAR,
        parse=hours_by_year,
        synonyms=("继续教育", "继续教育小时"),
        example="2024:60; 2025:72",
    ),
)


def _said(row: Values, party: Party, known: SocialWorker | None) -> SocialWorker:
    refuse_misfit(party, Society.SOCIAL_WORKER)
    hours = {} if known is None else known.education_hours
    return SocialWorker(
        party_id=party.id,
        version=1 if known is None else known.version,
        engagement=row["engagement"],
        level=or_known(row, "level", known and known.level),
        registered_until=or_known(row, "registered_until", known and known.registered_until),
        employer_id=or_known(row, "employer_id", known and known.employer_id),
        # A year that the file does not name stays as it is.
        education_hours={**hours, **(row["education_hours"] or {})},
    )


WORKERS: Final[Describing[SocialWorker]] = Describing(
    code="social_workers",
    zh="社会工作者",
    en="Social workers",
    columns=COLUMNS,
    society=lambda _: Society.SOCIAL_WORKER,
    is_person=True,
    said=_said,
    claim=nothing_else,
)


def values_of(described: tuple[Party, SocialWorker]) -> Values:
    """Return a social worker as the row that would change nothing about them."""
    party, worker = described
    return {
        **identity_of(party),
        "engagement": worker.engagement,
        "level": worker.level,
        "registered_until": worker.registered_until,
        "employer_id": worker.employer_id,
        "education_hours": shown_years(worker.education_hours),
    }

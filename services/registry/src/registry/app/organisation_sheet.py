"""Organisations, communities and providers as a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from common.personal.plain_form import plain_number
from common.vocabulary import Society
from registry.app.profile_sheets import Describing, identity_of, or_known, public_name_column
from registry.app.sheets import RowIncomplete
from registry.domain.columns import (
    ID,
    PLACE,
    Column,
    choice_column,
    day_column,
    id_column,
    text_column,
)
from registry.domain.organisation import (
    FundraisingPermit,
    Organisation,
    OrganisationKind,
    describe_organisation,
)

if TYPE_CHECKING:
    from collections.abc import Hashable

    from registry.app.sheets import Values
    from registry.domain.party import Party

COLUMNS: Final[tuple[Column, ...]] = (
    ID,
    choice_column(
        "society",
        "类别",
        "Society",
        list(Society),
        is_required=True,
        synonyms=("主体类别", "五社类别"),
        example="social_organisation",
    ),
    public_name_column(
        *("名称", "机构名称", "组织名称", "单位名称", "社区名称"),
        example="金州区安心社会工作服务中心",
    ),
    *PLACE,
    choice_column(
        "kind",
        "组织类型",
        "Kind",
        list(OrganisationKind),
        is_required=True,
        synonyms=("机构类型", "登记类型", "类型"),
        example="social_work_agency",
    ),
    text_column(
        "credit_code",
        "统一社会信用代码",
        "Unified social credit code",
        synonyms=("信用代码", "社会信用代码", "机构代码"),
        example="91350100M000100Y43",
    ),
    id_column(
        "incubated_by",
        "孵化站点编号",
        "Incubated by",
    ),
    text_column(
        "permit_number", "公开募捐资格证号", "Fundraising permit", synonyms=("募捐资格证号",)
    ),
    day_column("permit_valid_from", "募捐资格起始日期", "Permit valid from"),
    day_column("permit_valid_until", "募捐资格截止日期", "Permit valid until"),
)
_PERMIT: Final = ("permit_number", "permit_valid_from", "permit_valid_until")


def _said(row: Values, party: Party, known: Organisation | None) -> Organisation:
    wanted = Organisation(
        party_id=party.id,
        version=1 if known is None else known.version,
        kind=row["kind"],
        credit_code=or_known(row, "credit_code", known and known.credit_code),
        incubated_by=or_known(row, "incubated_by", known and known.incubated_by),
        permit=_permit(row) or (None if known is None else known.permit),
    )
    return describe_organisation(wanted, party)


def _permit(row: Values) -> FundraisingPermit | None:
    missing = tuple(code for code in _PERMIT if row[code] is None)
    if missing == _PERMIT:
        return None
    if missing:
        raise RowIncomplete(columns=missing)
    number, valid_from, valid_until = (row[code] for code in _PERMIT)
    return FundraisingPermit(number=number, valid_from=valid_from, valid_until=valid_until)


def _code(row: Values) -> Hashable | None:
    return None if row["credit_code"] is None else plain_number(row["credit_code"])


ORGANISATIONS: Final[Describing[Organisation]] = Describing(
    code="organisations",
    zh="社会组织",
    en="Organisations",
    columns=COLUMNS,
    society=lambda row: row["society"],
    is_person=False,
    said=_said,
    claim=_code,
)


def values_of(described: tuple[Party, Organisation]) -> Values:
    """Return an organisation as the row that would change nothing about it."""
    party, organisation = described
    permit = organisation.permit
    return {
        **identity_of(party),
        "kind": organisation.kind,
        "credit_code": organisation.credit_code,
        "incubated_by": organisation.incubated_by,
        "permit_number": permit.number if permit else None,
        "permit_valid_from": permit.valid_from if permit else None,
        "permit_valid_until": permit.valid_until if permit else None,
    }

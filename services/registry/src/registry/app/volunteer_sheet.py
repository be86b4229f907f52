"""Volunteers as a sheet; numbers and confirmed hours are nobody's to say, so they are in none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from common.vocabulary import Society
from registry.app.profile_sheets import (
    Describing,
    identity_of,
    nothing_else,
    or_known,
    public_name_column,
)
from registry.domain.columns import ID, PLACE, Column, id_column
from registry.domain.list_cells import shown_choices, shown_weekly
from registry.domain.list_columns import choices_column, weekly_column
from registry.domain.social_worker import refuse_misfit
from registry.domain.volunteer import Language, Skill, Volunteer, in_order, new_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from registry.app.sheets import Values
    from registry.domain.party import Party

COLUMNS: Final[tuple[Column, ...]] = (
    ID,
    public_name_column("志愿者编号", "志愿者注册号", "人员编号", example="DL-V-000123"),
    *PLACE,
    choices_column(
        "skills",
        "技能",
        "Skills",
        list(Skill),
        synonyms=("特长", "专长", "服务技能"),
        example="tutoring; first_aid",
    ),
    choices_column(
        "languages",
        "语言",
        "Languages",
        list(Language),
        synonyms=("方言", "语言（方言）", "语言和方言"),
        example="mandarin; jiaoliao",
    ),
    weekly_column(
        "available",
        "可服务时段",
        "Available",
        synonyms=("服务时间", "可服务时间", "空闲时间"),
        example="sat 09:00-12:00",
    ),
    id_column(
        "organisation_id",
        "所属组织编号",
        "Organisation's id",
    ),
)


def volunteers(new_id: Callable[[], UUID]) -> Describing[Volunteer]:
    """Return the subject; who is described for the first time gets a number from a new id."""
    return Describing(
        code="volunteers",
        zh="志愿者",
        en="Volunteers",
        columns=COLUMNS,
        society=lambda _: Society.VOLUNTEER,
        is_person=True,
        said=partial(_said, new_id),
        claim=nothing_else,
    )


def _said(
    new_id: Callable[[], UUID], row: Values, party: Party, known: Volunteer | None
) -> Volunteer:
    refuse_misfit(party, Society.VOLUNTEER)
    available = () if known is None else known.available
    return Volunteer(
        party_id=party.id,
        version=1 if known is None else known.version,
        number=new_number(new_id()) if known is None else known.number,
        skills=or_known(row, "skills", frozenset() if known is None else known.skills),
        languages=or_known(row, "languages", frozenset() if known is None else known.languages),
        available=in_order(or_known(row, "available", available)),
        organisation_id=or_known(row, "organisation_id", known and known.organisation_id),
    )


def values_of(described: tuple[Party, Volunteer]) -> Values:
    """Return a volunteer as the row that would change nothing about them."""
    party, volunteer = described
    return {
        **identity_of(party),
        "skills": shown_choices(volunteer.skills),
        "languages": shown_choices(volunteer.languages),
        "available": shown_weekly(volunteer.available),
        "organisation_id": volunteer.organisation_id,
    }

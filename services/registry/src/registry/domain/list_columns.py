"""Columns whose cells hold several things, or a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.domain.columns import Column, Kind
from registry.domain.list_cells import several_of, weekly_hours, whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Unpack

    from common.vocabulary import Labelled
    from registry.domain.columns import Further


def number_column(code: str, zh: str, en: str, *, most: int, **further: Unpack[Further]) -> Column:
    """Return a column of whole numbers from one up."""
    parse = whole_number(least=1, most=most)
    return Column(code=code, zh=zh, en=en, kind=Kind.NUMBER, parse=parse, **further)


def choices_column(
    code: str, zh: str, en: str, choices: Sequence[Labelled], **further: Unpack[Further]
) -> Column:
    """Return a column that takes some of a list of codes, or their labels."""
    return Column(
        code=code,
        zh=zh,
        en=en,
        kind=Kind.CHOICES,
        parse=several_of(choices),
        choices=tuple(choices),
        **further,
    )


def weekly_column(code: str, zh: str, en: str, **further: Unpack[Further]) -> Column:
    """Return a column of hours of the week."""
    return Column(code=code, zh=zh, en=en, kind=Kind.WEEKLY_HOURS, parse=weekly_hours, **further)

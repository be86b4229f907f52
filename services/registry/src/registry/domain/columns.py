"""The columns of a subject's sheet: what they are called, and how their cells are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, TypedDict

from common.vocabulary import AreaScheme, Labelled
from registry.domain import cells
from registry.domain.cells import Parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Unpack


class Kind(Labelled):
    """What a column holds."""

    TEXT = "text", "文本", "Text"
    CODE = "code", "区划代码", "Area code"
    CHOICE = "choice", "选项", "Choice"
    DAY = "day", "日期", "Day"
    FLAG = "flag", "是/否", "Yes or no"
    ID = "id", "编号", "Id"
    NUMBER = "number", "整数", "Whole number"
    CHOICES = "choices", "多选", "Choices"
    WEEKLY_HOURS = "weekly_hours", "每周时段", "Hours of the week"
    HOURS_BY_YEAR = "hours_by_year", "分年度学时", "Hours by year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its code, its headers, and what it takes."""

    code: str
    zh: str
    en: str
    kind: Kind
    parse: Parse
    is_required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: tuple[Labelled, ...] = ()
    example: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the headers by which the column is known without asking anybody."""
        return (self.code, self.zh, self.en)


class Further(TypedDict, total=False):
    """What a column may have beyond what every one has."""

    is_required: bool
    synonyms: tuple[str, ...]
    example: str


def text_column(code: str, zh: str, en: str, **further: Unpack[Further]) -> Column:
    """Return a column of text."""
    return Column(code=code, zh=zh, en=en, kind=Kind.TEXT, parse=cells.text, **further)


def day_column(code: str, zh: str, en: str, **further: Unpack[Further]) -> Column:
    """Return a column of days."""
    return Column(code=code, zh=zh, en=en, kind=Kind.DAY, parse=cells.day, **further)


def id_column(code: str, zh: str, en: str, **further: Unpack[Further]) -> Column:
    """Return a column of ids that this system has given."""
    return Column(code=code, zh=zh, en=en, kind=Kind.ID, parse=cells.identifier, **further)


def flag_column(code: str, zh: str, en: str, **further: Unpack[Further]) -> Column:
    """Return a column of yes and no."""
    return Column(code=code, zh=zh, en=en, kind=Kind.FLAG, parse=cells.yes_or_no, **further)


def choice_column(
    code: str, zh: str, en: str, choices: Sequence[Labelled], **further: Unpack[Further]
) -> Column:
    """Return a column that takes one of a list of codes, or their labels."""
    return Column(
        code=code,
        zh=zh,
        en=en,
        kind=Kind.CHOICE,
        parse=cells.one_of(choices),
        choices=tuple(choices),
        **further,
    )


ID: Final = Column(
    code="id",
    zh="编号",
    en="Id",
    kind=Kind.ID,
    parse=cells.identifier,
    synonyms=("系统编号",),
)
PLACE: Final = (
    choice_column("scheme", "区划名录", "Scheme", list(AreaScheme), example="nbs"),
    Column(
        code="area",
        zh="区划代码",
        en="Area code",
        kind=Kind.CODE,
        parse=cells.area_code,
        is_required=True,
        synonyms=("行政区划代码", "统计用区划代码", "代码", "乡镇代码", "街道代码"),
        example="520102016",
    ),
    text_column(
        "area_name",
        "区划名称",
        "Area name",
        synonyms=(
            *("所属乡镇", "所属乡镇（街道）", "乡镇（街道）", "乡镇街道", "乡镇", "街道", "镇街"),
            *("镇（街道）", "所在乡镇", "所在街道", "街道（乡镇）", "乡镇名称", "街镇", "所属街道"),
        ),
    ),
    text_column(
        "county_name",
        "区县名称",
        "County name",
        synonyms=("所属区县", "区县", "县区", "县（市、区）", "区（县、市）", "区（县）", "县市区"),
    ),
)
"""Where something is: by code, or by names that are looked up within the area of the import."""


def shown(value: object) -> str:
    """Return a value as the cell that would be read as it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Labelled):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return str(value)

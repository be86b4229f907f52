"""Cells of a spreadsheet, and what people mean by what they type into them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

from common.vocabulary import Labelled

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that would have to be calculated; it is never taken for its last result."""


Cell: TypeAlias = str | int | float | bool | date | Formula | None
Parse: TypeAlias = Callable[[Cell], object]
"""Returns what a cell means, nothing for a blank one, or raises ``CellFlawed``."""


class FlawCode(Labelled):
    """What can be wrong with a row, beside what the use cases refuse."""

    REQUIRED = "required", "此项必填", "This has to be filled in"
    FORMULA = "formula", "单元格是公式，请粘贴为数值", "A formula; paste its value instead"
    NOT_TEXT = "not_text", "含有无法保存的字符", "Holds characters that cannot be kept"
    TOO_LONG = "too_long", "内容过长", "Too long"
    NOT_A_DAY = "not_a_day", "不是有效日期（如 2024-03-01）", "Not a day such as 2024-03-01"
    NOT_A_CHOICE = "not_a_choice", "不在可选范围内", "None of the choices"
    NOT_A_CODE = (
        "not_a_code",
        "不是有效的区划代码（2 至 12 位数字）",
        "Not a code of 2 to 12 digits",
    )
    NOT_YES_OR_NO = "not_yes_or_no", "请填“是”或“否”", "Has to be yes or no"
    NOT_AN_ID = "not_an_id", "不是有效的编号", "Not an id"
    NOT_A_NUMBER = "not_a_number", "不是范围内的整数", "Not a whole number within the bounds"
    NOT_WEEKLY_HOURS = (
        "not_weekly_hours",
        "不是每周时段（如 周六 09:00-12:00；周一 18:00-20:00）",
        "Not weekly hours such as sat 09:00-12:00; mon 18:00-20:00",
    )
    NOT_HOURS_BY_YEAR = (
        "not_hours_by_year",
        "不是分年度学时（如 2024:60；2025:72）",
        "Not hours by year such as 2024:60; 2025:72",
    )
    TWICE = "twice", "与文件中另一行重复", "The file has this in another row as well"
    NO_SUCH_AREA_NAME = "no_such_area_name", "找不到该名称的区划", "No area has this name"
    AREA_NAME_AMBIGUOUS = (
        "area_name_ambiguous",
        "有多个同名区划，请补充区县或填写代码",
        "Several areas have this name; add the county, or the code",
    )
    NOT_THERE = "not_there", "系统中没有，或不在您的辖区内", "Not there, or outside your area"
    DIFFERS = "differs", "与系统中已有内容不一致", "Differs from what is there already"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """What is wrong with a row, in both languages; never what the cell holds."""

    row: int
    column: str | None
    code: str
    zh: str
    en: str
    facts: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(eq=False)
class CellFlawed(ValueError):
    """A cell cannot be taken for what its column wants."""

    code: FlawCode
    facts: Mapping[str, object] = field(default_factory=dict[str, object])

    def at(self, row: int, column: str | None) -> Flaw:
        """Return the flaw of this cell."""
        return flaw_of(self.code, row, column, self.facts)


def flaw_of(
    code: FlawCode, row: int, column: str | None, facts: Mapping[str, object] | None = None
) -> Flaw:
    """Return a flaw with its sentences."""
    return Flaw(row=row, column=column, code=code, zh=code.zh, en=code.en, facts=facts or {})


_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff￾￿]")
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_CODE: Final = re.compile(r"[0-9]{2,12}")
_YES: Final = frozenset({"是", "有", "√", "y", "yes", "true", "1"})
_NO: Final = frozenset({"否", "无", "×", "n", "no", "false", "0"})
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell says nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def text_in(cell: Cell) -> str:
    """Return a cell as text, without the white space around it; a whole number has no point.

    Raises:
        CellFlawed: It is a formula, or cannot be kept.
    """
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        raise CellFlawed(FlawCode.FORMULA)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, bool):
        return "true" if cell else "false"
    told = str(cell).strip()
    if _UNWRITABLE.search(told):
        raise CellFlawed(FlawCode.NOT_TEXT)
    return told


def plain(text: str) -> str:
    """Return text as it is compared: full-width forms narrowed, white space gone, small."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def text(cell: Cell, *, most: int = 120) -> str | None:
    """Read text; it is kept as it stands."""
    told = text_in(cell)
    if len(told) > most:
        raise CellFlawed(FlawCode.TOO_LONG, {"most": most})
    return told or None


def day(cell: Cell) -> date | None:
    """Read a day, as a date or written in one of the usual ways."""
    found: date | None
    if isinstance(cell, datetime):
        found = cell.date()
    elif isinstance(cell, date):
        found = cell
    else:
        found = _written_day(text_in(cell))
    if found is not None and not _FIRST_DAY <= found <= _LAST_DAY:
        raise CellFlawed(FlawCode.NOT_A_DAY)
    return found


def _written_day(told: str) -> date | None:
    if not told:
        return None
    parts = _DAY.fullmatch(unicodedata.normalize("NFKC", told).strip())
    try:
        if parts is not None:
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        pass
    raise CellFlawed(FlawCode.NOT_A_DAY)


def area_code(cell: Cell) -> str | None:
    """Read the code of an area, as text or as the number that a spreadsheet made of it."""
    told = plain(text_in(cell))
    if told and _CODE.fullmatch(told) is None:
        raise CellFlawed(FlawCode.NOT_A_CODE)
    return told or None


def yes_or_no(cell: Cell) -> bool | None:
    """Read a yes or a no."""
    told = plain(text_in(cell))
    if told in _YES:
        return True
    if told in _NO:
        return False
    if told:
        raise CellFlawed(FlawCode.NOT_YES_OR_NO)
    return None


def identifier(cell: Cell) -> UUID | None:
    """Read the id of something that this system has made or shall make."""
    told = plain(text_in(cell))
    try:
        return UUID(told) if told else None
    except ValueError as error:
        raise CellFlawed(FlawCode.NOT_AN_ID) from error


def one_of(choices: Sequence[Labelled]) -> Parse:
    """Return what reads one of these codes, by the code itself or by either label."""
    known = {plain(word): each for each in choices for word in (each.value, each.zh, each.en)}

    def read(cell: Cell) -> Labelled | None:
        told = plain(text_in(cell))
        if told and told not in known:
            raise CellFlawed(FlawCode.NOT_A_CHOICE, {"choices": [each.value for each in choices]})
        return known.get(told)

    return read

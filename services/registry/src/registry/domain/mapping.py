"""How the table of a spreadsheet is laid out, and which of its columns means what.

Counties keep their lists as they please: titles above the header, headers of two rows, totals in
between, notes below. A mapping says how to read such a table; it is proposed from the headers,
confirmed by a person, kept, and used again for the next file of the same shape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from registry.domain.cells import Cell, CellFlawed, is_blank, plain, text_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.domain.columns import Column

LAST_HEADER_ROW: Final = 30
TALLEST_HEADER: Final = 2
SKIPPED: Final = (
    *("合计", "小计", "总计", "共计", "累计"),
    *("注:", "备注:", "说明:", "填表", "制表", "填报", "审核", "单位负责人", "联系人:", "联系电话"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One table of a file: rows of cells, merged ones filled."""

    name: str
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMapping:
    """How to read a table.

    ``columns`` gives the header of each field, of a header of two rows as ``upper/lower``;
    ``values`` translates cells; ``constants`` fill fields that no column has; a row that begins or
    ends with one of ``skipped`` is no data; ``filled_down`` are fields in which blank means "as
    above".
    """

    tab: str | None = None
    header_rows: int = 1
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    constants: Mapping[str, str] = field(default_factory=dict[str, str])
    skipped: Sequence[str] = ()
    filled_down: Sequence[str] = ()
    is_exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of data: its number in the file, counted from one, and its cells by field."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    tab: Tab
    row: int
    height: int
    places: Mapping[str, int]

    @property
    def texts(self) -> Sequence[str]:
        return _headers(self.tab.rows, self.row, self.height)


def proposed(tabs: Sequence[Tab], columns: Sequence[Column]) -> SheetMapping | None:
    """Return how the table that looks most like the subject's is probably meant; none if none does.

    It is exact when every header is the subject's own.
    """
    found = [
        _Header(tab=tab, row=row, height=height, places=places)
        for tab in tabs
        for height in range(1, TALLEST_HEADER + 1)
        for row in range(min(LAST_HEADER_ROW, len(tab.rows) - height + 1))
        if (places := _recognised(_headers(tab.rows, row, height), columns))
    ]
    if not found:
        return None
    # Of equal ones the lowest and plainest, and the first tab; max() keeps the first it meets.
    best = max(found, key=lambda each: (len(each.places), -each.height, -each.row))
    texts = best.texts
    is_exact = best.row == 0 and best.height == 1 and _is_own(texts, columns)
    return SheetMapping(
        tab=best.tab.name,
        header_rows=best.height,
        columns={code: texts[place] for code, place in best.places.items()},
        skipped=() if is_exact else SKIPPED,
        is_exact=is_exact,
    )


def lines_of(tabs: Sequence[Tab], mapping: SheetMapping) -> Sequence[Line] | None:
    """Return the rows of data as a mapping reads them; none when no table has its headers."""
    header = _found(tabs, mapping)
    return None if header is None else list(_lines(header, mapping))


def _found(tabs: Sequence[Tab], mapping: SheetMapping) -> _Header | None:
    wanted = {code: plain(header) for code, header in mapping.columns.items()}
    # The tab's name is where to look first: next year's has another.
    for tab in sorted(tabs, key=lambda each: each.name != mapping.tab):
        for row in range(min(LAST_HEADER_ROW, len(tab.rows) - mapping.header_rows + 1)):
            texts = [plain(text) for text in _headers(tab.rows, row, mapping.header_rows)]
            if wanted and set(wanted.values()) <= set(texts):
                places = {code: texts.index(header) for code, header in wanted.items()}
                return _Header(tab=tab, row=row, height=mapping.header_rows, places=places)
    return None


def _lines(header: _Header, mapping: SheetMapping) -> Iterator[Line]:
    skipped = tuple(plain(word) for word in mapping.skipped if plain(word))
    above: dict[str, Cell] = {}
    first = header.row + header.height
    for number, row in enumerate(islice(header.tab.rows, first, None), start=first + 1):
        if all(is_blank(cell) for cell in row) or (skipped and _is_skipped(row, skipped)):
            continue
        found: dict[str, Cell] = {
            code: row[place] if place < len(row) else None for code, place in header.places.items()
        }
        for code in mapping.filled_down:
            found[code] = above.get(code) if is_blank(found.get(code)) else found[code]
        above = found
        yield Line(number=number, cells=_translated(found, mapping))


def _translated(found: dict[str, Cell], mapping: SheetMapping) -> Mapping[str, Cell]:
    cells = dict(found)
    for code, words in mapping.values.items():
        told = _told(cells.get(code))
        for word, meant in words.items():
            if plain(word) == plain(told):
                cells[code] = meant
    for code, constant in mapping.constants.items():
        if is_blank(cells.get(code)):
            cells[code] = constant
    return cells


def _is_skipped(row: Sequence[Cell], skipped: tuple[str, ...]) -> bool:
    told = [plain(_told(cell)) for cell in row if not is_blank(cell)]
    if len(set(told)) == 1:
        # A title, a heading in between or a note, which is usually one merged cell.
        return True
    # The first cell may hold a running number; a total is named in one of the first two.
    return any(word.startswith(skipped) or word.endswith(skipped) for word in told[:2])


def _headers(rows: Sequence[Sequence[Cell]], first: int, height: int) -> Sequence[str]:
    block = rows[first : first + height]
    width = max((len(row) for row in block), default=0)
    return [_header([row[place] for row in block if place < len(row)]) for place in range(width)]


def _header(cells: Sequence[Cell]) -> str:
    told = [_told(cell) for cell in cells if not is_blank(cell)]
    # A header that spans both rows is one header.
    return "/".join(dict.fromkeys("".join(text.split()) for text in told))


def _told(cell: Cell) -> str:
    try:
        return text_in(cell)
    except CellFlawed:
        return ""


def _recognised(headers: Sequence[str], columns: Sequence[Column]) -> Mapping[str, int]:
    known = _words(columns)
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        for word in (plain(header), plain(header.rpartition("/")[2])):
            if word in known and known[word] not in found:
                found[known[word]] = place
                break
    return found


def _words(columns: Sequence[Column]) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for column in columns:
        for name in (*column.names, *column.synonyms):
            words.setdefault(plain(name), column.code)
    return words


def _is_own(headers: Sequence[str], columns: Sequence[Column]) -> bool:
    own = {plain(name): column.code for column in columns for name in column.names}
    told = [plain(header) for header in headers if header]
    return bool(told) and all(header in own for header in told)

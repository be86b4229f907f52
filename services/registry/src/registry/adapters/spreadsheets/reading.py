"""Reading CSV and XLSX, with limits: what comes in is not trusted.

A workbook is unpacked here, within limits, and only the parts that hold tables are handed on to the
library that reads them; so it never meets more bytes than were counted. Formulas are found before,
because the library would give their last results.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from registry.domain.cells import Cell, Formula
from registry.domain.errors.imports import FileTooLarge, FileUnreadable
from registry.domain.imports import Form
from registry.domain.mapping import Tab

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 100
MOST_MEMBERS: Final = 500
MOST_UNPACKED: Final = 192 * 1024 * 1024
LONGEST_TEXT: Final = 4_096
MOST_TEXT: Final = 512 * 1024 * 1024
MOST_FILLED: Final = 2_000_000
_HEAD: Final = 1024 * 1024

_WANTED: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/sharedStrings\.xml|xl/styles\.xml|xl/worksheets/[^/]+\.xml"
)
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_FORMULA_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*>\s*<(?:\w+:)?f[\s/>]"
)
_CELL: Final = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,9})([0-9]{1,19})[\"']")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"']([0-9]{1,19})[\"']")
_TEXT: Final = re.compile(rb"<(?:\w+:)?si\b.*?</(?:\w+:)?si>", re.DOTALL)
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_REFERENCE: Final = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_DELIMITERS: Final = ",\t;"
_LETTERS: Final = 26


def read(content: bytes, form: Form) -> Sequence[Tab]:
    """Return the tables of a file.

    Raises:
        FileUnreadable: It is not of this form, or its encoding is unknown.
        FileTooLarge: It holds more than one import may.
    """
    return _read_csv(content) if form is Form.CSV else _read_xlsx(content)


def _read_csv(content: bytes) -> Sequence[Tab]:
    text = _decoded(content)
    if "\0" in text:
        raise FileUnreadable
    head = text[:_HEAD].split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    rows: list[Sequence[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([_of_csv(cell) for cell in row])
            _check_size(len(rows), len(row))
    except csv.Error as error:
        raise FileUnreadable from error
    return [Tab(name="", rows=rows)]


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable


def _of_csv(cell: str) -> Cell:
    """Return a cell as it was before an export made it harmless."""
    if cell.startswith("="):
        return Formula()
    return cell[1:] if _is_harmless(cell) else cell


_HARMLESS: Final = re.compile(r"'+[=+\-@\t\r]")


def _is_harmless(cell: str) -> bool:
    return _HARMLESS.match(cell) is not None


def _read_xlsx(content: bytes) -> Sequence[Tab]:
    try:
        members = dict(_unpacked(content))
        formulas = {name: _formulas(member) for name, member in members.items()}
        _check_texts(members)
        for member in members.values():
            _check_references(member)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(_packed(members)))
        paths = _paths(members)
        return [
            _tab(workbook, name, formulas.get(paths.get(name, ""), frozenset()))
            for name in workbook.sheet_names
        ]
    except (
        *(zipfile.BadZipFile, zlib.error, CalamineError, EOFError, OSError, ValueError),
        # What zipfile says of a member that is encrypted, or packed in a way it does not know.
        RuntimeError,
    ) as error:
        raise FileUnreadable from error
    except BaseException as error:
        # What the library's own language calls a panic, and derives from nothing narrower.
        if type(error).__name__ == "PanicException":
            raise FileUnreadable from error
        raise


def _tab(workbook: CalamineWorkbook, name: str, formulas: frozenset[tuple[int, int]]) -> Tab:
    sheet = workbook.get_sheet_by_name(name)
    _check_size(sheet.total_height, sheet.total_width)
    rows = [list(map(_of_xlsx, row)) for row in sheet.to_python(skip_empty_area=False)]
    filled = 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        filled += _fill(rows, top, left, bottom, right)
        if filled > MOST_FILLED:
            raise FileTooLarge(what="merged", most=MOST_FILLED)
    for row, column in formulas:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = Formula()
    return Tab(name=name, rows=rows)


def _of_xlsx(cell: Any) -> Cell:  # noqa: ANN401 - whatever the library gives
    if isinstance(cell, str):
        return cell[1:] if _is_harmless(cell) else cell
    if isinstance(cell, bool | int | float | date):
        return cell
    # Times of day and spans of time: nothing here takes them.
    return str(cell)


def _fill(rows: list[list[Cell]], top: int, left: int, bottom: int, right: int) -> int:
    """Give all of a merged cell what its corner holds; return how many cells that were."""
    if top >= len(rows) or left >= len(rows[top]):
        return 0
    value = rows[top][left]
    covered = rows[top : bottom + 1]
    for row in covered:
        width = max(0, min(right + 1, len(row)) - left)
        row[left : left + width] = [value] * width
    return len(covered) * max(0, min(right + 1, len(rows[top])) - left)


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    left = MOST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = packed.infolist()
        if len(members) > MOST_MEMBERS:
            raise FileTooLarge(what="members", most=MOST_MEMBERS)
        names = [member.filename for member in members]
        if "xl/workbook.xml" not in names or len(set(names)) != len(names):
            raise FileUnreadable
        for member in members:
            if _WANTED.fullmatch(member.filename):
                with packed.open(member) as opened:
                    # Not the size that the file tells, which may be a lie.
                    found = opened.read(left + 1)
                left -= len(found)
                if left < 0:
                    raise FileTooLarge(what="bytes", most=MOST_UNPACKED)
                yield member.filename, found


def _packed(members: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for name, member in members.items():
            packed.writestr(name, member)
    return target.getvalue()


def _check_texts(members: Mapping[str, bytes]) -> None:
    # Every cell that shows a shared text is given a copy of it.
    texts = _TEXT.findall(members.get("xl/sharedStrings.xml", b""))
    longest = max(map(len, texts), default=0)
    if longest > LONGEST_TEXT:
        raise FileTooLarge(what="text", most=LONGEST_TEXT)
    cells = sum(member.count(b"<c ") + member.count(b":c ") for member in members.values())
    if longest * cells > MOST_TEXT:
        raise FileTooLarge(what="text", most=MOST_TEXT)


def _check_references(member: bytes) -> None:
    # The library makes room for every cell up to the last one, before anybody can ask how many.
    rows = max((int(row) for row in _ROW.findall(member)), default=0)
    for letters, row in _CELL.findall(member):
        rows = max(rows, int(row))
        _check_size(0, _column(letters.decode()) + 1)
    _check_size(rows, 0)


def _check_size(height: int, width: int) -> None:
    if height > MOST_ROWS:
        raise FileTooLarge(what="rows", most=MOST_ROWS)
    if width > MOST_COLUMNS:
        raise FileTooLarge(what="columns", most=MOST_COLUMNS)


def _formulas(member: bytes) -> frozenset[tuple[int, int]]:
    if _FORMULA.search(member) is None:
        return frozenset()
    found = _FORMULA_CELL.findall(member)
    if len(found) != len(_FORMULA.findall(member)):
        # A formula in a place that cannot be told; better no file than its last result.
        raise FileUnreadable
    return frozenset((int(row) - 1, _column(letters.decode())) for letters, row in found)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def _paths(members: Mapping[str, bytes]) -> Mapping[str, str]:
    """Return which member holds the sheet of a name."""
    references = members.get("xl/_rels/workbook.xml.rels", b"").decode("utf-8", "replace")
    targets: dict[str, str] = {}
    for tag in _REFERENCE.findall(references):
        found = dict(_ATTRIBUTE.findall(tag))
        target = found.get("Target", "")
        targets[found.get("Id", "")] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
    sheets: dict[str, str] = {}
    for tag in _SHEET.findall(members["xl/workbook.xml"].decode("utf-8", "replace")):
        found = dict(_ATTRIBUTE.findall(tag))
        reference = next((value for name, value in found.items() if name.endswith(":id")), "")
        sheets[_unescaped(found.get("name", ""))] = targets.get(reference, "")
    return sheets


def _unescaped(name: str) -> str:
    for entity, meant in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        name = name.replace(entity, meant)
    return name.replace("&amp;", "&")

"""Files that are not what they should be, and files that come back as they went out."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from registry.adapters.spreadsheets import reading
from registry.adapters.spreadsheets.reading import read
from registry.adapters.spreadsheets.writing import CsvWriter, XlsxWriter
from registry.domain.cells import Formula
from registry.domain.errors.imports import FileTooLarge, FileUnreadable
from registry.domain.imports import Form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORKBOOK = "xl/workbook.xml"
SHEET = "xl/worksheets/sheet1.xml"


def a_workbook(*rows: Sequence[Any]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def packed(members: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return target.getvalue()


def with_member(content: bytes, name: str, member: bytes) -> bytes:
    """Return a workbook with one of its members exchanged."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        members = {each: file.read(each) for each in file.namelist()}
    return packed({**members, name: member})


def a_sheet(cells: str) -> bytes:
    return f'<worksheet xmlns="x"><sheetData>{cells}</sheetData></worksheet>'.encode()


def refusal(content: bytes, form: Form) -> tuple[str, str]:
    with pytest.raises(FileTooLarge) as raised:
        read(content, form)
    return raised.value.code, raised.value.what


def test_a_file_that_unpacks_to_more_than_it_may_is_refused_before_it_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "MOST_UNPACKED", 64 * 1024)
    bomb = with_member(a_workbook(["a"]), SHEET, b" " * 10_000_000)

    assert len(bomb) < 20_000
    assert refusal(bomb, Form.XLSX) == ("file-too-large", "bytes")


def test_a_file_of_too_many_members_is_refused() -> None:
    many = {f"xl/media/{number}.png": b"" for number in range(501)}

    assert refusal(packed({WORKBOOK: b"", **many}), Form.XLSX) == ("file-too-large", "members")


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ('<row r="100001"><c r="A100001"><v>1</v></c></row>', "rows"),
        ('<row r="1"><c r="A9999999999"><v>1</v></c></row>', "rows"),
        ('<row r="1"><c r="CW1"><v>1</v></c></row>', "columns"),
        ('<row r="1"><c r="ZZZZZZZZ1"><v>1</v></c></row>', "columns"),
    ],
)
def test_a_cell_too_far_out_is_refused_before_room_is_made_for_it(cells: str, what: str) -> None:
    content = with_member(a_workbook(["a"]), SHEET, a_sheet(cells))

    assert refusal(content, Form.XLSX) == ("file-too-large", what)


def shared(length: int) -> bytes:
    """Return a workbook with a text of so many letters that twenty cells show."""
    cells = "".join(f'<c r="A{row}" t="s"><v>0</v></c>' for row in range(1, 21))
    book = with_member(a_workbook(["a"]), SHEET, a_sheet(f'<row r="1">{cells}</row>'))
    return with_member(
        book, "xl/sharedStrings.xml", b"<sst><si><t>" + b"a" * length + b"</t></si></sst>"
    )


def test_a_shared_text_too_long_for_all_that_show_it_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert refusal(shared(5_000), Form.XLSX) == ("file-too-large", "text")

    monkeypatch.setattr(reading, "MOST_TEXT", 2_000)
    assert refusal(shared(100), Form.XLSX) == ("file-too-large", "text")


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"a\n" * 100_001, "rows"), (b"," * 100 + b"\n", "columns")],
)
def test_a_csv_file_of_too_many_rows_or_columns_is_refused(content: bytes, what: str) -> None:
    assert refusal(content, Form.CSV) == ("file-too-large", what)


PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"", Form.XLSX),
        (PNG, Form.XLSX),
        (OLD_EXCEL, Form.XLSX),
        (b"a,b\n1,2\n", Form.XLSX),
        (packed({"word/document.xml": b"<a/>"}), Form.XLSX),
        (packed({WORKBOOK: b"not xml at all"}), Form.XLSX),
        (a_workbook(["a"])[:-200], Form.XLSX),
        (PNG, Form.CSV),
        (a_workbook(["a"]), Form.CSV),
        (b"a,\x00b", Form.CSV),
        (b'"' + b"a" * 200_000 + b'"', Form.CSV),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_file_of_another_kind_is_unreadable(content: bytes, form: Form) -> None:
    with pytest.raises(FileUnreadable) as raised:
        read(content, form)

    assert raised.value.code == "file-unreadable"


def test_an_empty_csv_file_is_a_table_of_nothing() -> None:
    (tab,) = read(b"", Form.CSV)

    assert list(tab.rows) == []


def test_a_formula_is_never_taken_for_its_last_result() -> None:
    (sheet,) = read(a_workbook(["a", "=1+1"], ["=A1", 3]), Form.XLSX)
    (text,) = read(b"a,=1+1\n", Form.CSV)

    assert [[type(cell) for cell in row] for row in sheet.rows] == [
        [str, Formula],
        [Formula, float],
    ]
    assert [type(cell) for cell in text.rows[0]] == [str, Formula]


def test_a_formula_in_a_place_that_cannot_be_told_makes_the_file_unreadable() -> None:
    nowhere = a_sheet('<row r="1"><c><f>1+1</f><v>2</v></c></row>')

    with pytest.raises(FileUnreadable):
        read(with_member(a_workbook(["a"]), SHEET, nowhere), Form.XLSX)


# What neither a spreadsheet nor the database could keep is left out of exports.
TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=12
)
DANGEROUS = st.sampled_from(
    ["=1+1", "+1", "-1", "@a", "'=1", "''+", "\ttab", "_x0041_", '"', "a,b"]
)
TABLES = st.lists(
    st.lists(TEXTS | DANGEROUS, min_size=3, max_size=3).filter(any), min_size=1, max_size=6
)


def written(rows: Sequence[Sequence[str]], writer: CsvWriter | XlsxWriter) -> bytes:
    return writer.begin(rows[0]) + writer.rows(rows[1:]) + writer.end()


@settings(max_examples=60)
@given(TABLES)
def test_what_goes_out_is_no_formula_and_comes_back_as_it_was(rows: list[list[str]]) -> None:
    header = ["a", "b", "c"]
    book = written([header, *rows], XlsxWriter("表"))
    text = written([header, *rows], CsvWriter())

    (of_book,) = read(book, Form.XLSX)
    (of_text,) = read(text, Form.CSV)

    cells = [cell for row in csv.reader(io.StringIO(text.decode("utf-8-sig"))) for cell in row]
    assert [cell for cell in cells if cell[:1] and cell[0] in "=+-@\t\r"] == []
    assert [[cell or "" for cell in row] for row in of_book.rows][1:] == rows
    assert list(of_text.rows)[1:] == rows


@settings(max_examples=100)
@given(st.binary(max_size=300), st.sampled_from(Form))
def test_whatever_comes_is_a_table_or_refused(content: bytes, form: Form) -> None:
    try:
        tabs = read(content, form)
    except (FileUnreadable, FileTooLarge):
        return
    assert all(len(row) <= reading.MOST_COLUMNS for tab in tabs for row in tab.rows)


# Made once: a workbook tells when it was made.
WHOLE = a_workbook(["a", "b"], ["=1", 2])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_workbook_is_a_table_or_refused(data: st.DataObject) -> None:
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        tabs = read(bytes(whole), Form.XLSX)
    except (FileUnreadable, FileTooLarge):
        return
    assert all(len(row) <= reading.MOST_COLUMNS for tab in tabs for row in tab.rows)

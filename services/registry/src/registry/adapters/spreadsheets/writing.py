"""Writing CSV and XLSX row by row, so that a download begins at once and needs no room.

No cell that is written begins in a way that a spreadsheet would take for a formula: an apostrophe
goes before it, which reading takes away again. Text in a workbook stands beside its cell and not in
a table of texts, because that table would have to come first.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from typing import IO, TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from typing_extensions import Buffer, override

if TYPE_CHECKING:
    from collections.abc import Sequence

_DANGEROUS: Final = re.compile(r"'*[=+\-@\t\r]")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff￾￿]")
# A spreadsheet would read these as the character of that number.
_LOOKS_ESCAPED: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)

_TYPES: Final = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/xl/workbook.xml" ContentType=\
"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>\
<Override PartName="/xl/worksheets/sheet1.xml" ContentType=\
"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""
_RELATIONS: Final = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
<Relationship Id="r1" Type=\
"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" \
Target="{target}"/></Relationships>"""
_WORKBOOK: Final = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" \
xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">\
<sheets><sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>"""
_SHEET_BEGINS: Final = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"""
_SHEET_ENDS: Final = "</sheetData></worksheet>"


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    text = _UNWRITABLE.sub("", text)
    return f"'{text}" if _DANGEROUS.match(text) else text


class CsvWriter:
    """Makes a CSV file, in UTF-8 with a mark by which spreadsheets know it."""

    media_type = "text/csv; charset=utf-8"

    def begin(self, headers: Sequence[str]) -> bytes:
        """Return the first bytes, with the header."""
        return b"\xef\xbb\xbf" + self.rows([headers])

    def rows(self, rows: Sequence[Sequence[str]]) -> bytes:
        """Return the bytes of more rows."""
        target = io.StringIO(newline="")
        csv.writer(target).writerows([harmless(cell) for cell in row] for row in rows)
        return target.getvalue().encode()

    def end(self) -> bytes:
        """Return the last bytes."""
        return b""


class XlsxWriter:
    """Makes a workbook of one sheet; its only table is packed as it comes."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self, name: str) -> None:
        self._sink: Final = _Sink()
        self._packed: Final = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)
        of_file = _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml")
        of_book = _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml")
        for path, content in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", of_file),
            ("xl/workbook.xml", _WORKBOOK.format(name=escape(name))),
            ("xl/_rels/workbook.xml.rels", of_book),
        ):
            self._packed.writestr(zipfile.ZipInfo(path, _EPOCH), content)
        sheet = zipfile.ZipInfo("xl/worksheets/sheet1.xml", _EPOCH)
        sheet.compress_type = zipfile.ZIP_DEFLATED
        self._sheet: Final[IO[bytes]] = self._packed.open(sheet, "w", force_zip64=True)

    def begin(self, headers: Sequence[str]) -> bytes:
        """Return the first bytes, with the header."""
        self._sheet.write(_SHEET_BEGINS.encode())
        return self.rows([headers])

    def rows(self, rows: Sequence[Sequence[str]]) -> bytes:
        """Return the bytes of more rows."""
        self._sheet.write("".join(map(_row, rows)).encode())
        return self._sink.taken()

    def end(self) -> bytes:
        """Return the last bytes."""
        self._sheet.write(_SHEET_ENDS.encode())
        self._sheet.close()
        self._packed.close()
        return self._sink.taken()


class _Sink(io.RawIOBase):
    """Takes what is packed, and gives it away; it cannot go back, and packing does without."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: bytearray = bytearray()

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, b: Buffer, /) -> int:
        self._waiting += b
        return memoryview(b).nbytes

    def taken(self) -> bytes:
        """Return what was written since this was last asked."""
        content, self._waiting = bytes(self._waiting), bytearray()
        return content


def _row(cells: Sequence[str]) -> str:
    return f"<row>{''.join(map(_cell, cells))}</row>"


def _cell(text: str) -> str:
    if not text:
        return "<c/>"
    told = escape(_LOOKS_ESCAPED.sub("_x005F_", harmless(text))).replace("\r", "_x000D_")
    return f'<c t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'

"""Files with areas in them: one row a unit, in one of three forms that their headings tell apart.

Ours is ``code,name,kind,parent``, with the kinds of ``AreaKind`` and an empty parent for provinces.
The other two are those in which the lists of this package were published: rows of townships whose
columns name everything above them (NBS), and rows of townships with their counties (MCA).
"""

from __future__ import annotations

import csv
import gzip
from contextlib import contextmanager
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Final

from registry.domain.area_list import AreaKind, AreaUnit
from registry.domain.errors.areas import AreaRowUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

Line = dict[str, str]

_GZIP: Final = b"\x1f\x8b"
_TOWNSHIP_DIGITS: Final = 9
_BEGINS_COUNTY: Final = 6
_BEGINS_PREFECTURE: Final = 4
_BEGINS_PROVINCE: Final = 2


def units_in(
    file: Path | Traversable, *, names: Mapping[str, str] | None = None
) -> Iterator[AreaUnit]:
    """Yield the units of a file, each once and after what it lies in.

    Args:
        file: CSV in UTF-8, plain or compressed by gzip.
        names: By their codes, what the prefectures and provinces are called that a file of the MCA
            does not name.

    Raises:
        AreaRowUnreadable: A row lacks a column, or says what is no kind or code.
    """
    with _opened(file) as lines:
        read = _form_of(lines)
        yield from read(lines, names or {})


@contextmanager
def _opened(file: Path | Traversable) -> Generator[csv.DictReader[str]]:
    content = file.read_bytes()
    plain = gzip.decompress(content) if content.startswith(_GZIP) else content
    with TextIOWrapper(BytesIO(plain), encoding="utf-8-sig", newline="") as text:
        yield csv.DictReader(text)


def _form_of(
    lines: csv.DictReader[str],
) -> Callable[[csv.DictReader[str], Mapping[str, str]], Iterator[AreaUnit]]:
    headings = set(lines.fieldnames or ())
    for needed, read in _FORMS.items():
        if headings.issuperset(needed.split(",")):
            return read
    raise AreaRowUnreadable(row=1, column="code,name,kind,parent")


def _units(lines: csv.DictReader[str], _names: Mapping[str, str]) -> Iterator[AreaUnit]:
    for line in lines:
        kind = line["kind"]
        if kind not in _KINDS:
            raise AreaRowUnreadable(row=lines.line_num, column="kind")
        yield AreaUnit(
            _code(lines, line["code"], column="code"),
            _named(lines, line["name"]),
            AreaKind(kind),
            _code(lines, line["parent"], column="parent") if line["parent"] else None,
        )


def _units_of_nbs(lines: csv.DictReader[str], _names: Mapping[str, str]) -> Iterator[AreaUnit]:
    seen: set[str] = set()
    for line in lines:
        province, prefecture, county = line["prov2"], line["city4"], line["county6"]
        above = (
            AreaUnit(province, line["province"], AreaKind.PROVINCE, None),
            AreaUnit(prefecture, line["city"], AreaKind.PREFECTURE, province),
            AreaUnit(county, line["county"], AreaKind.COUNTY, prefecture),
        )
        yield from _unseen(above, seen)
        if line["kind"] not in _KINDS:
            raise AreaRowUnreadable(row=lines.line_num, column="kind")
        yield AreaUnit(line["code9"], line["name"], AreaKind(line["kind"]), county)


def _units_of_mca(lines: csv.DictReader[str], names: Mapping[str, str]) -> Iterator[AreaUnit]:
    seen: set[str] = set()
    for line in lines:
        # What was abolished is kept by the source beside what has taken its place.
        if line["abolished"] == "1":
            continue
        county = line["county12"][:_BEGINS_COUNTY]
        prefecture, province = county[:_BEGINS_PREFECTURE], county[:_BEGINS_PROVINCE]
        if not {prefecture, province} <= names.keys():
            raise AreaRowUnreadable(row=lines.line_num, column="county12")
        above = (
            AreaUnit(province, names[province], AreaKind.PROVINCE, None),
            AreaUnit(prefecture, names[prefecture], AreaKind.PREFECTURE, province),
            AreaUnit(county, line["county"], AreaKind.COUNTY, prefecture),
        )
        yield from _unseen(above, seen)
        code = line["code12"][:_TOWNSHIP_DIGITS]
        yield AreaUnit(code, line["name"], _kind_by_name(line["name"]), county)


_FORMS: Final = {
    "code,name,kind,parent": _units,
    "code9,name,kind,county6,county,city4,city,prov2,province": _units_of_nbs,
    "code12,name,abolished,county12,county": _units_of_mca,
}
_KINDS: Final = frozenset(kind.value for kind in AreaKind)


def _unseen(units: tuple[AreaUnit, ...], seen: set[str]) -> Iterator[AreaUnit]:
    for unit in units:
        if unit.code not in seen:
            seen.add(unit.code)
            yield unit


def _kind_by_name(name: str) -> AreaKind:
    # The MCA lists what has a government and nothing else. Its codes do not tell kinds: what was
    # made of something else keeps a code of its former kind for years.
    if name.endswith(("街道", "街道办事处")):
        return AreaKind.SUBDISTRICT
    return AreaKind.TOWN if name.endswith("镇") else AreaKind.TOWNSHIP


def _code(lines: csv.DictReader[str], code: str, *, column: str) -> str:
    if not (code.isascii() and code.isdigit() and _BEGINS_PROVINCE <= len(code) <= _LONGEST):
        raise AreaRowUnreadable(row=lines.line_num, column=column)
    return code


def _named(lines: csv.DictReader[str], name: str) -> str:
    if not name.strip():
        raise AreaRowUnreadable(row=lines.line_num, column="name")
    return name.strip()


_LONGEST: Final = 12

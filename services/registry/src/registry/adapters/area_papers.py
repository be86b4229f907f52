"""Files of documents about areas: what changed, and who runs what lies elsewhere."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING, Final

from common.places import AreaRef
from registry.domain.administration import Administration
from registry.domain.area_history import ChangeKind
from registry.domain.area_tree import AreaChange
from registry.domain.errors.areas import AreaRowUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from common.vocabulary import AreaScheme

_CHANGES: Final = ("effective_on", "kind", "code", "to", "name", "document")
_ADMINISTRATIONS: Final = (
    *("code", "administered_by", "authority", "since_on", "until_on", "document"),
)
_KINDS: Final = frozenset(kind.value for kind in ChangeKind)


def changes_in(path: Path) -> list[AreaChange]:
    """Return the changes of a file: ``effective_on,kind,code,to,name,document``.

    Raises:
        AreaRowUnreadable: A row lacks a column, or has no day, kind or code where one should be.
    """
    return [_change(row, line) for row, line in _lines(path, _CHANGES)]


def administrations_in(path: Path, scheme: AreaScheme) -> list[Administration]:
    """Return who runs what: ``code,administered_by,authority,since_on,until_on,document``.

    Raises:
        AreaRowUnreadable: A row lacks a column, or has no day or code where one should be.
    """
    return [_administration(row, line, scheme) for row, line in _lines(path, _ADMINISTRATIONS)]


def _lines(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as text:
        lines = csv.DictReader(text)
        for column in columns:
            if column not in (lines.fieldnames or ()):
                raise AreaRowUnreadable(row=1, column=column)
        for line in lines:
            yield lines.line_num, {column: (line[column] or "").strip() for column in columns}


def _change(row: int, line: dict[str, str]) -> AreaChange:
    if line["kind"] not in _KINDS:
        raise AreaRowUnreadable(row=row, column="kind")
    return AreaChange(
        kind=ChangeKind(line["kind"]),
        code=_code(row, line, "code"),
        effective_on=_day(row, line, "effective_on"),
        to=_code(row, line, "to") if line["to"] else None,
        name=line["name"] or None,
        document=line["document"],
    )


def _administration(row: int, line: dict[str, str], scheme: AreaScheme) -> Administration:
    return Administration(
        area=AreaRef(scheme, _code(row, line, "code")),
        administered_by=_code(row, line, "administered_by"),
        authority=line["authority"],
        since_on=_day(row, line, "since_on"),
        until_on=_day(row, line, "until_on") if line["until_on"] else None,
        document=line["document"],
    )


def _day(row: int, line: dict[str, str], column: str) -> date:
    try:
        return date.fromisoformat(line[column])
    except ValueError as error:
        raise AreaRowUnreadable(row=row, column=column) from error


def _code(row: int, line: dict[str, str], column: str) -> str:
    code = line[column]
    if not (code.isascii() and code.isdigit() and len(code) <= _LONGEST):
        raise AreaRowUnreadable(row=row, column=column)
    return code


_LONGEST: Final = 12

"""What can be imported and exported: a subject joins by declaring one ``Sheet``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from common.errors import DomainError, RuleViolated
from common.grants import Permission, Scope
from registry.domain.columns import Column
from registry.domain.errors.imports import UnknownSubject
from registry.domain.imports import Outcome

Values: TypeAlias = Mapping[str, Any]
"""What a row means, by the code of its column; nothing for what is blank."""
Taken: TypeAlias = Outcome | DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A subject of imports and exports.

    ``key`` is what makes a row the same as another, here and in the registry. ``claim`` is what
    only one row of a file may have besides. ``take`` does what rows ask for, by the commands that
    everybody uses, in the transaction that is open, and says what became of each row.
    """

    code: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    write: Permission
    key: Callable[[Values], Hashable]
    claim: Callable[[Values], Hashable | None]
    take: Callable[[Sequence[Values], Scope], Awaitable[Sequence[Taken]]]

    def column(self, code: str) -> Column | None:
        """Return a column."""
        return next((column for column in self.columns if column.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """All subjects."""

    all: tuple[Sheet, ...]

    def get(self, subject: str) -> Sheet:
        """Return the sheet of a subject.

        Raises:
            UnknownSubject: There is none.
        """
        for sheet in self.all:
            if sheet.code == subject:
                return sheet
        raise UnknownSubject(subject=subject)


@dataclass(eq=False)
class RowDiffers(RuleViolated, code="row-differs", zh="与系统中已有内容不一致。"):
    """The registry has this already, with other content."""

    columns: tuple[str, ...]


@dataclass(eq=False)
class RowIncomplete(RuleViolated, code="row-incomplete", zh="还需要填写另一项。"):
    """One cell of the row asks for another that is blank."""

    columns: tuple[str, ...]


@dataclass(eq=False)
class RowNamesNothing(RuleViolated, code="row-names-nothing", zh="所指的站点、人员或机构不存在。"):
    """The row names a station, a person or an organisation that is not there for the caller."""

    columns: tuple[str, ...]

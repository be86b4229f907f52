"""The import of a file: received in parts, checked, confirmed by a person, then written.

A check writes nothing. What is written is either all of it or, when a person wants just that, the
rows that are good; a row that is there already is no change, so a file may be imported again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, NewType
from uuid import UUID

from common.grants import Grant
from common.places import AreaRef
from common.vocabulary import AreaScheme, Labelled
from registry.domain.errors.imports import (
    ImportAlreadyComplete,
    ImportHasFlaws,
    ImportNotChecked,
    ImportNotToBeMapped,
    NoSuchPart,
)
from registry.domain.mapping import SheetMapping

ImportId = NewType("ImportId", UUID)

MOST_PARTS: Final = 32
LARGEST_PART: Final = 1024 * 1024
KEPT_DAYS: Final = 30
"""From its beginning an import is kept so long, with its file where that may still be needed."""


class Form(Labelled):
    """The form of a file."""

    CSV = "csv", "CSV 文本", "CSV"
    XLSX = "xlsx", "Excel 工作簿", "Excel workbook"


class ImportState(Labelled):
    """Where an import stands."""

    UPLOADING = "uploading", "上传中", "Being uploaded"
    CHECKING = "checking", "检查中", "Being checked"
    UNMAPPED = "unmapped", "待确认列对应关系", "Waits for its columns to be confirmed"
    CHECKED = "checked", "已检查，待确认写入", "Checked, and waits to be written"
    WRITING = "writing", "写入中", "Being written"
    DONE = "done", "已完成", "Done"
    REFUSED = "refused", "文件无法导入", "The file cannot be imported"
    STOPPED = "stopped", "已中止", "Stopped"


AT_WORK: Final = frozenset({ImportState.CHECKING, ImportState.WRITING})
RESTING: Final = frozenset(
    {
        ImportState.UNMAPPED,
        ImportState.CHECKED,
        ImportState.DONE,
        ImportState.REFUSED,
        ImportState.STOPPED,
    }
)


class Accept(Labelled):
    """What of a file is to be written."""

    ALL = "all", "全部或全不", "All of it or nothing"
    GOOD_ROWS = "good_rows", "仅无误的行", "Only the rows that are good"


class Outcome(Labelled):
    """What became of a row."""

    CREATED = "created", "新增", "Created"
    CHANGED = "changed", "更新", "Changed"
    UNCHANGED = "unchanged", "未变", "Unchanged"
    REFUSED = "refused", "未通过", "Refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """In whose name an import is done; their grants are asked for again while it is."""

    sub: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """A file on its way in; ``revision`` grows with everything that can be seen of it.

    ``seen`` rows were looked at, as people are told; ``done`` of the good ones are written.
    """

    id: ImportId
    revision: int = 1
    subject: str
    form: Form
    scheme: AreaScheme
    area: AreaRef | None
    parts: int
    authority: Authority
    state: ImportState = ImportState.UPLOADING
    mapping: SheetMapping | None = None
    proposal: SheetMapping | None = None
    accept: Accept | None = None
    rows: int = 0
    done: int = 0
    seen: int = 0
    counts: Mapping[Outcome, int] = field(default_factory=dict[Outcome, int])
    flaws: int = 0
    problem: str | None = None
    created_at: datetime

    def receive(self, number: int, present: int) -> Import:
        """Note a part that came; with the last one the check begins.

        Raises:
            NoSuchPart: The import was announced with fewer parts.
            ImportAlreadyComplete: All parts were there, and are being looked at.
        """
        if not 1 <= number <= self.parts:
            raise NoSuchPart(number=number, parts=self.parts)
        if self.state is not ImportState.UPLOADING:
            raise ImportAlreadyComplete(import_id=self.id)
        return self._next(ImportState.CHECKING) if present == self.parts else self._next(self.state)

    def map(self, mapping: SheetMapping, authority: Authority) -> Import:
        """Say how the file is to be read, and check it anew.

        Raises:
            ImportNotToBeMapped: It is not at rest after a check.
        """
        if self.state not in {ImportState.UNMAPPED, ImportState.CHECKED}:
            raise ImportNotToBeMapped(import_id=self.id, state=self.state)
        return replace(self._next(ImportState.CHECKING), mapping=mapping, authority=authority)

    def commit(self, accept: Accept, authority: Authority) -> Import:
        """Have it written.

        Raises:
            ImportNotChecked: It has to be checked first, or was written already.
            ImportHasFlaws: All of it is wanted, and not all of it is good.
        """
        if self.state not in {ImportState.CHECKED, ImportState.STOPPED}:
            raise ImportNotChecked(import_id=self.id, state=self.state)
        if accept is Accept.ALL and self.state is ImportState.CHECKED and self.flaws:
            raise ImportHasFlaws(import_id=self.id, flaws=self.flaws)
        return replace(self._next(ImportState.WRITING), accept=accept, authority=authority)

    def ask_for_mapping(self, proposal: SheetMapping) -> Import:
        """Wait for a person to confirm how the file is to be read."""
        return replace(self._next(ImportState.UNMAPPED), proposal=proposal)

    def refuse(self, problem: str) -> Import:
        """End: the file cannot be read."""
        return replace(self._next(ImportState.REFUSED), problem=problem)

    def rest(self, state: ImportState, counts: Mapping[Outcome, int], flaws: int) -> Import:
        """Come to rest after a check or a writing."""
        rested = self._next(state)
        rows = sum(counts.values())
        return replace(rested, counts=counts, flaws=flaws, rows=rows, done=rows, seen=rows)

    def stop(self, problem: str, *, flaws: int = 0) -> Import:
        """End without having written anything more."""
        return replace(self._next(ImportState.STOPPED), problem=problem, flaws=flaws)

    def _next(self, state: ImportState) -> Import:
        return replace(
            self,
            revision=self.revision + 1,
            state=state,
            rows=0,
            done=0,
            seen=0,
            counts={},
            flaws=0,
            problem=None,
        )

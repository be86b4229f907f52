"""Imports, mappings and sheets as callers send and receive them."""

from datetime import datetime
from typing import Annotated, Any, Self, TypeAlias
from uuid import UUID

from pydantic import Field, StringConstraints

from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import ChosenId, Name, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.import_files import BeginImport, MapImport
from registry.app.ports.imports import SavedMapping
from registry.app.sheets import Sheet
from registry.domain.cells import Flaw
from registry.domain.columns import Column, Kind
from registry.domain.imports import MOST_PARTS, Accept, Form, Import, ImportId, ImportState, Outcome
from registry.domain.mapping import TALLEST_HEADER, SheetMapping

Word: TypeAlias = Annotated[str, StringConstraints(max_length=200)]
FieldName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]

_MAPPING = {
    "tab": "社工站一览表",
    "header_rows": 1,
    "columns": {"name": "站点名称", "area_name": "乡镇(街道)", "opened_on": "挂牌时间"},
    "values": {"tier": {"乡镇站": "station"}},
    "constants": {"tier": "station", "planned_on": "2023-01-01"},
    "skipped": ["合计", "小计", "注:"],
    "filled_down": ["county_name"],
}
_ID = "0192d3c4-5b6a-7890-8abc-def012345678"


class ImportToBegin(Body):
    """A file to come: what it is about, in which form, and in how many parts of a mebibyte.

    Without `area` it may be about everywhere, which needs a role that reaches everywhere.
    `mapping_id` names a mapping that was kept; without one the headers tell.
    """

    model_config = example(subject="stations", form="xlsx", scheme="nbs", area="520102", parts=1)

    id: ChosenId = None
    subject: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
    form: Form
    scheme: AreaScheme = AreaScheme.NBS
    area: Code | None = None
    parts: Annotated[int, Field(strict=True, ge=1, le=MOST_PARTS)] = 1
    mapping_id: UUID | None = None

    def command(self) -> BeginImport:
        """Return what is to be done."""
        return BeginImport(
            id=self.id,
            subject=self.subject,
            form=self.form,
            scheme=self.scheme,
            area=None if self.area is None else AreaRef(self.scheme, self.area),
            parts=self.parts,
            mapping_id=self.mapping_id,
        )


class MappingBody(Body):
    """How to read a table.

    `columns` gives the header of each field, of a header of two rows as `upper/lower`; `values`
    translates cells; `constants` fill fields that no column has; a row that begins or ends with one
    of `skipped` is no data; in `filled_down` fields a blank cell means the one above.
    """

    model_config = example(**_MAPPING)

    tab: Word | None = None
    header_rows: Annotated[int, Field(strict=True, ge=1, le=TALLEST_HEADER)] = 1
    columns: Annotated[dict[FieldName, Word], Field(max_length=100)]
    values: Annotated[
        dict[FieldName, dict[Word, Word]], Field(default_factory=dict, max_length=100)
    ]
    constants: Annotated[dict[FieldName, Word], Field(default_factory=dict, max_length=100)]
    skipped: Annotated[list[Word], Field(default_factory=list, max_length=100)]
    filled_down: Annotated[list[FieldName], Field(default_factory=list, max_length=100)]

    def mapping(self) -> SheetMapping:
        """Return the mapping that is meant."""
        return SheetMapping(
            tab=self.tab,
            header_rows=self.header_rows,
            columns=self.columns,
            values=self.values,
            constants=self.constants,
            skipped=tuple(self.skipped),
            filled_down=tuple(self.filled_down),
        )


class MappingToConfirm(Body):
    """How the file is to be read; with `save_as` the area keeps that for files to come."""

    model_config = example(mapping=_MAPPING, save_as="区县台账 2026")

    mapping: MappingBody
    save_as: Name | None = None

    def command(self, import_id: UUID) -> MapImport:
        """Return what is to be done."""
        return MapImport(
            import_id=ImportId(import_id), mapping=self.mapping.mapping(), save_as=self.save_as
        )


class ImportToCommit(Body):
    """What of the file is to be written."""

    model_config = example(accept="all")

    accept: Accept = Accept.ALL


class MappingView(View):
    """How a table is read."""

    model_config = example(**_MAPPING)

    tab: str | None
    header_rows: int
    columns: dict[str, str]
    values: dict[str, dict[str, str]]
    constants: dict[str, str]
    skipped: list[str]
    filled_down: list[str]

    @classmethod
    def of(cls, mapping: SheetMapping) -> Self:
        """Show a mapping."""
        return cls(
            tab=mapping.tab,
            header_rows=mapping.header_rows,
            columns=dict(mapping.columns),
            values={code: dict(words) for code, words in mapping.values.items()},
            constants=dict(mapping.constants),
            skipped=list(mapping.skipped),
            filled_down=list(mapping.filled_down),
        )


class SavedMappingView(View):
    """A mapping that an area keeps."""

    model_config = example(
        id=_ID, subject="stations", scheme="nbs", area="520102", name="区县台账", mapping=_MAPPING
    )

    id: UUID
    subject: str
    scheme: AreaScheme
    area: str | None
    name: str
    mapping: MappingView

    @classmethod
    def of(cls, saved: SavedMapping) -> Self:
        """Show a kept mapping."""
        return cls(
            id=saved.id,
            subject=saved.subject,
            scheme=saved.scheme,
            area=saved.area.code if saved.area else None,
            name=saved.name,
            mapping=MappingView.of(saved.mapping),
        )


class ImportView(View):
    """An import, and how far it is.

    `proposal` is how the file is probably to be read, to be confirmed; `counts` what became, or
    would become, of its rows; `problem` the code of what stopped it.
    """

    model_config = example(
        id=_ID,
        revision=9,
        subject="stations",
        form="xlsx",
        scheme="nbs",
        area="520102",
        parts=1,
        state="checked",
        state_label="已检查，待确认写入",
        accept=None,
        rows=120,
        seen=120,
        counts={"created": 118, "refused": 2},
        flaws=2,
        problem=None,
        proposal=None,
        created_at="2026-03-01T04:00:00Z",
    )

    id: UUID
    revision: int
    subject: str
    form: Form
    scheme: AreaScheme
    area: str | None
    parts: int
    state: ImportState
    state_label: str
    accept: Accept | None
    rows: int
    seen: int
    counts: dict[Outcome, int]
    flaws: int
    problem: str | None
    proposal: MappingView | None
    created_at: datetime

    @classmethod
    def of(cls, wanted: Import, language: Language) -> Self:
        """Show an import to somebody who reads this language."""
        return cls(
            id=wanted.id,
            revision=wanted.revision,
            subject=wanted.subject,
            form=wanted.form,
            scheme=wanted.scheme,
            area=wanted.area.code if wanted.area else None,
            parts=wanted.parts,
            state=wanted.state,
            state_label=label(wanted.state, language),
            accept=wanted.accept,
            rows=wanted.rows,
            seen=wanted.seen,
            counts=dict(wanted.counts),
            flaws=wanted.flaws,
            problem=wanted.problem,
            proposal=None if wanted.proposal is None else MappingView.of(wanted.proposal),
            created_at=wanted.created_at,
        )


class FlawView(View):
    """What is wrong with a row: its number in the file, the column, and why."""

    model_config = example(
        row=7, column="area", code="not_a_code", reason="不是有效的区划代码", facts={}
    )

    row: int
    column: str | None
    code: str
    reason: str
    facts: dict[str, Any]

    @classmethod
    def of(cls, flaw: Flaw, language: Language) -> Self:
        """Show a flaw to somebody who reads this language."""
        return cls(
            row=flaw.row,
            column=flaw.column,
            code=flaw.code,
            reason=flaw.en if language is Language.EN else flaw.zh,
            facts=dict(flaw.facts),
        )


class ColumnView(View):
    """A column of a sheet: by which headers it is known, and what it takes."""

    model_config = example(
        code="tier",
        header="层级",
        kind="choice",
        kind_label="选项",
        is_required=True,
        choices={"station": "乡镇(街道)社工站"},
        example="station",
    )

    code: str
    header: str
    kind: Kind
    kind_label: str
    is_required: bool
    choices: dict[str, str]
    example: str

    @classmethod
    def of(cls, column: Column, language: Language) -> Self:
        """Show a column to somebody who reads this language."""
        return cls(
            code=column.code,
            header=column.en if language is Language.EN else column.zh,
            kind=column.kind,
            kind_label=label(column.kind, language),
            is_required=column.is_required,
            choices={each.value: label(each, language) for each in column.choices},
            example=column.example,
        )


class SheetView(View):
    """A subject that can be imported, and its columns."""

    model_config = example(subject="stations", label="社工站", columns=[])

    subject: str
    label: str
    columns: list[ColumnView]

    @classmethod
    def of(cls, sheet: Sheet, language: Language) -> Self:
        """Show a sheet to somebody who reads this language."""
        return cls(
            subject=sheet.code,
            label=sheet.en if language is Language.EN else sheet.zh,
            columns=[ColumnView.of(column, language) for column in sheet.columns],
        )


class SheetsView(View):
    """Everything that can be imported."""

    model_config = example(sheets=[])

    sheets: list[SheetView]

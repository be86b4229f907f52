"""Imports as rows, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from common.http.tokens import grants_in
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.ports.imports import SavedMapping
from registry.domain.cells import Flaw
from registry.domain.imports import (
    Accept,
    Authority,
    Form,
    Import,
    ImportId,
    ImportState,
    Outcome,
)
from registry.domain.mapping import SheetMapping

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from common.grants import Grant
    from registry.adapters.postgres.imports_tables import FlawRow, ImportRow, MappingRow


def to_import(row: ImportRow) -> Import:
    """Return the import that a row holds."""
    scheme = AreaScheme(row.scheme)
    return Import(
        id=ImportId(row.id),
        revision=row.revision,
        subject=row.subject,
        form=Form(row.form),
        scheme=scheme,
        area=None if row.area is None else AreaRef(scheme, row.area),
        parts=row.parts,
        authority=Authority(sub=row.made_by, grants=tuple(grants_in(row.grants))),
        state=ImportState(row.state),
        mapping=to_mapping(row.mapping),
        proposal=to_mapping(row.proposal),
        accept=None if row.accept is None else Accept(row.accept),
        rows=row.rows,
        done=row.done,
        seen=row.seen,
        counts={Outcome(outcome): count for outcome, count in row.counts.items()},
        flaws=row.flaws,
        problem=row.problem,
        created_at=row.created_at,
    )


def of_import(wanted: Import) -> dict[str, Any]:
    """Return the columns of an import; who works on it is not its own business."""
    return {
        "id": wanted.id,
        "revision": wanted.revision,
        "subject": wanted.subject,
        "form": wanted.form.value,
        "scheme": wanted.scheme.value,
        "area": wanted.area.code if wanted.area else None,
        "parts": wanted.parts,
        "made_by": wanted.authority.sub,
        "grants": [_claim(grant) for grant in wanted.authority.grants],
        "state": wanted.state.value,
        "mapping": of_mapping(wanted.mapping),
        "proposal": of_mapping(wanted.proposal),
        "accept": wanted.accept.value if wanted.accept else None,
        "rows": wanted.rows,
        "done": wanted.done,
        "seen": wanted.seen,
        "counts": counts_of(wanted.counts),
        "flaws": wanted.flaws,
        "problem": wanted.problem,
        "created_at": wanted.created_at,
    }


def counts_of(counts: Mapping[Outcome, int]) -> dict[str, int]:
    """Return counts as JSON keeps them."""
    return {outcome.value: count for outcome, count in counts.items()}


def of_mapping(mapping: SheetMapping | None) -> dict[str, Any] | None:
    """Return a mapping as JSON keeps it."""
    return None if mapping is None else asdict(mapping)


def to_mapping(kept: Mapping[str, Any] | None) -> SheetMapping | None:
    """Return the mapping that JSON has kept."""
    if kept is None:
        return None
    return SheetMapping(
        tab=kept["tab"],
        header_rows=kept["header_rows"],
        columns=kept["columns"],
        values=kept["values"],
        constants=kept["constants"],
        skipped=tuple(kept["skipped"]),
        filled_down=tuple(kept["filled_down"]),
        is_exact=kept["is_exact"],
    )


def to_saved(row: MappingRow) -> SavedMapping:
    """Return the kept mapping of a row."""
    mapping = to_mapping(row.document)
    assert mapping is not None, "a document is kept with the row"
    area = None if row.area is None else AreaRef(AreaScheme(row.scheme), row.area)
    return SavedMapping(
        id=row.id,
        subject=row.subject,
        scheme=AreaScheme(row.scheme),
        area=area,
        name=row.name,
        mapping=mapping,
    )


def of_flaw(import_id: UUID, flaw: Flaw) -> dict[str, Any]:
    """Return the columns of a flaw."""
    return {
        "import_id": import_id,
        "number": flaw.row,
        "field": flaw.column,
        "code": str(flaw.code),
        "zh": flaw.zh,
        "en": flaw.en,
        "facts": json.loads(json.dumps(dict(flaw.facts), default=str)),
    }


def to_flaw(row: FlawRow) -> Flaw:
    """Return the flaw of a row."""
    return Flaw(
        row=row.number, column=row.field, code=row.code, zh=row.zh, en=row.en, facts=row.facts
    )


def _claim(grant: Grant) -> dict[str, Any]:
    return {
        "role": grant.role.value,
        "scheme": grant.area.scheme.value if grant.area else None,
        "area": grant.area.code if grant.area else None,
        "org": str(grant.org) if grant.org else None,
    }

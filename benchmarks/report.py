"""Keeping a run: a document for programs, a page for people."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from benchmarks.figures import Row

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.figures import Figure

_VERDICTS: Final = {True: "met", False: "**missed**", None: ""}
_HUNDRED: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What was measured in one run, and on what."""

    machine: dict[str, Any]
    rows: Sequence[Row]

    @property
    def name(self) -> str:
        """What its files are called: when, and of which commit."""
        moment = self.machine["taken_at"][:16].replace(":", "").replace("T", "-")
        return f"{moment}-{self.machine['commit']}"

    def document(self) -> dict[str, Any]:
        """Return everything as it is kept."""
        return {
            "machine": self.machine,
            "rows": [
                {
                    "name": row.name,
                    "figures": [figure.document() for figure in row.figures],
                    "remarks": list(row.remarks),
                    "details": dict(row.details),
                }
                for row in self.rows
            ],
        }

    def page(self) -> str:
        """Return everything as people read it."""
        return "\n".join([*self._head(), *(line for row in self.rows for line in _section(row))])

    def keep(self, directory: Path) -> Path:
        """Write both; return the page."""
        directory.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.document(), ensure_ascii=False, indent=1)
        (directory / f"{self.name}.json").write_text(text + "\n")
        page = directory / f"{self.name}.md"
        page.write_text(self.page())
        return page

    def _head(self) -> list[str]:
        machine = self.machine
        versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
        load = " ".join(map(str, machine["load"]))
        return [
            f"# Benchmarks of {machine['commit']}",
            "",
            (
                f"Taken {machine['taken_at']} on {machine['cores']} cores ({machine['cpu']}), "
                f"{machine['memory_gib']} GiB, {machine['system']}, Python {machine['python']}; "
                f"load before the run {load}."
            ),
            f"Versions: {versions}.",
            "",
        ]


def _section(row: Row) -> list[str]:
    return [
        f"## {row.name}",
        "",
        "| what | median | least – most | budget | |",
        "|---|---:|---:|---:|---|",
        *(_line(figure) for figure in row.figures),
        "",
        *(f"- {remark}" for remark in row.remarks),
        "",
    ]


def _line(figure: Figure) -> str:
    least, most = _number(min(figure.samples)), _number(max(figure.samples))
    sign = "≥" if figure.bound == "at least" else "≤"
    budget = "" if figure.budget is None else f"{sign} {_number(figure.budget)}"
    verdict = _VERDICTS[figure.is_met]
    name = f"{figure.name} ({figure.note})" if figure.note else figure.name
    value = f"{_number(figure.value)} {figure.unit}".strip()
    return f"| {name} | {value} | {least} – {most} | {budget} | {verdict} |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= _HUNDRED else f"{value:.3g}"

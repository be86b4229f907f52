"""The metrics that ``docs/metrics.md`` describes; the page is generated from the code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "docs" / "metrics.md"
_ROW: Final = re.compile(r"^\| `(?P<name>\w+)` \| (?P<type>\w+) \|(?P<rest>.*)\|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class DescribedMetric:
    """A row of the page."""

    name: str
    type: str
    labels: frozenset[str]
    meaning: str


def described_metrics() -> list[DescribedMetric]:
    """Return every metric of the page."""
    return [_metric(row) for row in _ROW.finditer(PAGE.read_text("utf-8"))]


def _metric(row: re.Match[str]) -> DescribedMetric:
    labels, _, meaning = row["rest"].rpartition(" | ")
    named = frozenset(re.findall(r"`(\w+)`", labels))
    return DescribedMetric(row["name"], row["type"], named, meaning.strip())

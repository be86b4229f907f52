"""The list of townships that this package carries; data/ATTRIBUTION.md says where it is from."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from io import TextIOWrapper
from typing import TYPE_CHECKING

from common.vocabulary import AreaScheme
from registry.domain.area_list import TownshipRow

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedTownships:
    """41,352 townships by the codes of the National Bureau of Statistics."""

    scheme: AreaScheme = AreaScheme.NBS
    day: date = date(2023, 6, 30)

    def rows(self) -> Iterator[TownshipRow]:
        """Yield one row for each township, in the order of the file."""
        source = files("registry") / "data" / "townships_nbs2023.csv.gz"
        with source.open("rb") as packed, gzip.open(packed) as unpacked:
            for line in csv.DictReader(TextIOWrapper(unpacked, encoding="utf-8", newline="")):
                yield _row_of(line)


def _row_of(line: dict[str, str]) -> TownshipRow:
    return TownshipRow(
        code=line["code9"],
        name=line["name"],
        kind=line["kind"],
        county_code=line["county6"],
        county=line["county"],
        prefecture_code=line["city4"],
        prefecture=line["city"],
        province_code=line["prov2"],
        province=line["province"],
    )

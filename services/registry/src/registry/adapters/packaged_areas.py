"""The lists and papers that this package carries; data/ATTRIBUTION.md says where they are from."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import AreaLevel, AreaScheme
from registry.adapters.area_files import units_in
from registry.app.ports.areas import AreaSource, AreaSources
from registry.domain.administration import Administration
from registry.domain.area_history import ChangeKind, Succession

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from registry.domain.area_list import AreaUnit

DATA: Final = files("registry") / "data"
REVISION: Final = "2"
"""Another one puts the same lists in force anew: since 2 they say who runs what lies elsewhere."""

_LISTS: Final = {
    AreaScheme.NBS: ("townships_nbs2023.csv.gz", date(2023, 6, 30)),
    AreaScheme.MCA: ("townships_mca2025.csv.gz", date(2025, 12, 31)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfAreas(AreaSource):
    """A list of areas in a file."""

    scheme: AreaScheme
    day: date
    file: Path | Traversable
    name: str

    @override
    def units(self) -> Iterator[AreaUnit]:
        names = _names_above_counties() if self.scheme is AreaScheme.MCA else {}
        return units_in(self.file, names=names)


class PackagedAreas(AreaSources):
    """41,352 townships by the statisticians' codes of 2023, 38,537 by the MCA's of 2025."""

    @override
    def packaged(self, scheme: AreaScheme, /) -> AreaSource:
        name, day = _LISTS[scheme]
        return FileOfAreas(scheme=scheme, day=day, file=DATA / name, name=REVISION)

    @override
    def file(self, path: Path, *, scheme: AreaScheme, day: date) -> AreaSource:
        digest = sha256(path.read_bytes()).hexdigest()
        return FileOfAreas(scheme=scheme, day=day, file=path, name=digest)

    @override
    def administrations(self, scheme: AreaScheme, /) -> Iterator[Administration]:
        with (DATA / "administrations.csv").open(encoding="utf-8") as lines:
            for line in csv.DictReader(lines):
                if line["scheme"] == scheme.value:
                    yield administration_of(line)

    @override
    def successions(self, scheme: AreaScheme, /) -> Iterator[Succession]:
        # The codes of counties and prefectures are those of GB/T 2260 in both schemes.
        with (DATA / "county_changes_2010_2026.csv").open(encoding="utf-8") as lines:
            for line in csv.DictReader(lines):
                if line["old_code"] or line["new_code"]:
                    yield _succession_of(line, scheme)


def _succession_of(line: Mapping[str, str], scheme: AreaScheme) -> Succession:
    digits = _DIGITS[line["level"]]
    has_old, has_new = bool(line["old_code"]), bool(line["new_code"])
    return Succession(
        scheme=scheme,
        # Only the year is told, by lists of its last day.
        effective_on=date(int(line["year"]), 12, 31),
        is_day_known=False,
        kind=_KINDS[line["type"]] if has_new else ChangeKind.CLOSED,
        old=line["old_code"][:digits] if has_old else None,
        old_name=line["old_name"] if has_old else None,
        new=_short(line["new_code"]) if has_new else None,
        new_name=line["new_name"] if has_new else None,
        document=line["doc_no"],
    )


def _short(code: str) -> str:
    county = code[: _DIGITS["3"]]
    return county[: _DIGITS["2"]] if county.endswith("00") else county


_DIGITS: Final = {"2": 4, "3": 6}
_KINDS: Final = {
    "更名": ChangeKind.RENAMED,
    "同名改码": ChangeKind.RECODED,
    "撤销": ChangeKind.MERGED,
    "新设": ChangeKind.ESTABLISHED,
    **dict.fromkeys(
        ("撤地设市", "撤市设区", "撤县设区", "撤县设市", "撤区设区"), ChangeKind.UPGRADED
    ),
}


def administration_of(line: Mapping[str, str]) -> Administration:
    """Return what a row of a file of administrations says."""
    until = line["until_on"]
    return Administration(
        area=AreaRef(AreaScheme(line["scheme"]), line["code"]),
        administered_by=line["administered_by"],
        authority=line["authority"],
        since_on=date.fromisoformat(line["since_on"]),
        until_on=date.fromisoformat(until) if until else None,
        document=line["document"],
    )


def _names_above_counties() -> dict[str, str]:
    # The MCA's file begins at counties. The codes above them are those of GB/T 2260 in both lists.
    of_nbs = PackagedAreas().packaged(AreaScheme.NBS)
    wanted = {AreaLevel.PROVINCE, AreaLevel.PREFECTURE}
    return {unit.code: unit.name for unit in of_nbs.units() if unit.kind.level in wanted}

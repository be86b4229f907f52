"""What the registry can do with files of rows."""

from __future__ import annotations

from dataclasses import dataclass

from registry.app.import_files import ImportingFiles
from registry.app.seed_area import Seeding
from registry.app.sheets import Sheets
from registry.app.work_on_imports import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportAbilities:
    """Taking files in for callers, the work that this makes, and synthetic things."""

    files: ImportingFiles
    work: Work
    sheets: Sheets
    seeding: Seeding

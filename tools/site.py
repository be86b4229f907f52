"""Builds what is generated and kept in git: ``make site``; ``--check`` only tells what is stale."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import asyncapi
import dashboards
import events_page
import metrics_page
import openapi
import problem_pages

ROOT: Final = Path(__file__).parents[1]
DASHBOARDS: Final = ROOT / "deploy" / "observability" / "dashboards"
SITE: Final = ROOT / "services" / "reporting" / "src" / "reporting" / "site"


def built() -> dict[Path, str]:
    """Return the text of every generated file."""
    problems = problem_pages.rendered(ROOT / "docs" / "problems")
    return {
        SITE / "openapi.json": written(openapi.merged()),
        SITE / "asyncapi.json": written(asyncapi.document()),
        ROOT / "docs" / "events.md": events_page.text(),
        ROOT / "docs" / "metrics.md": metrics_page.text(),
        **{SITE / "problems" / name: text for name, text in problems.items()},
        **{DASHBOARDS / name: written(board) for name, board in dashboards.documents().items()},
    }


def written(document: object) -> str:
    """Return a document as it lies in git: one change, few lines."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Write the files, or with ``--check`` compare them."""
    files = built()
    stale = [file for file, text in files.items() if not _is(file, text)]
    left_over = sorted(set((SITE / "problems").glob("*")) - files.keys())
    names = [str(file.relative_to(ROOT)) for file in (*stale, *left_over)]
    if "--check" in sys.argv[1:]:
        sys.stdout.writelines(f"stale: {name} (make site)\n" for name in names)
        return 1 if names else 0
    for file in stale:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(files[file], "utf-8")
    for file in left_over:
        file.unlink()
    sys.stdout.writelines(f"written: {name}\n" for name in names)
    return 0


def _is(file: Path, text: str) -> bool:
    return file.exists() and file.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main())

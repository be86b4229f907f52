"""The pages about refusals, from ``docs/problems`` into the service that shows them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from pathlib import Path

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


def rendered(folder: Path) -> dict[str, str]:
    """Return every page as HTML, and an index with the titles, by file name."""
    # No raw HTML: what is written in a page can look wrong, but never do anything.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    sources = {
        page.stem: page.read_text("utf-8")
        for page in sorted(folder.glob("*.md"))
        if page.stem != "README"
    }
    pages = {f"{code}.html": markdown.render(source) for code, source in sources.items()}
    titles = {code: titles_of(code, source) for code, source in sources.items()}
    return {**pages, "index.json": json.dumps(titles, ensure_ascii=False, indent=2) + "\n"}


def titles_of(code: str, source: str) -> dict[str, str]:
    """Return the titles of a page, which its first sentences are.

    Raises:
        ValueError: It does not begin as docs/problems/README.md says.
    """
    said = [part.strip() for line in source.splitlines() for part in line.split(" · ")]
    zh = next((part for part in said if CHINESE.search(part) and part.endswith("。")), None)
    en = next((part for part in said if not CHINESE.search(part) and part.endswith(".")), None)
    if zh is None or en is None:
        message = f"docs/problems/{code}.md has no line with both titles"
        raise ValueError(message)
    return {"zh": zh, "en": en}

"""What is generated and kept in git is what the code would generate now."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_documents_and_pages_are_up_to_date() -> None:
    told = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, ROOT / "tools" / "site.py", "--check"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert told.returncode == 0, f"run `make site`\n{told.stdout}{told.stderr}"

"""A process loads what it needs: stacks start all at once, and solvers take seconds to load."""

from __future__ import annotations

import subprocess
import sys


def test_who_serves_and_sends_loads_neither_the_kernel_nor_a_solver() -> None:
    program = (
        "import sys\n"
        "from common.runtime import openapi_document\n"
        "from matching.bootstrap import build\n"
        "from matching.settings import Settings\n"
        "openapi_document(Settings, build)\n"
        "print(*{'numba', 'scipy', 'ortools', 'pandas'} & {*sys.modules})"
    )

    loaded = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert loaded.stdout == "\n"

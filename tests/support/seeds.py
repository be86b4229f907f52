"""Randomness that can be repeated: ``WUSHE_SEED=<number>`` tells a test which to use."""

from __future__ import annotations

import os
import secrets
from random import Random


def seeded(test: str) -> Random:
    """Return a source of randomness, and print what makes it come again."""
    seed = int(os.environ.get("WUSHE_SEED") or secrets.randbelow(10**9))
    print(f"\n{test}: WUSHE_SEED={seed}")  # noqa: T201  # A failing run is repeated with it.
    return Random(f"{test}/{seed}")  # noqa: S311  # Not a secret.

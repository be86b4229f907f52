"""Chance that can be repeated."""

from __future__ import annotations

import os
import random


def seeded() -> random.Random:
    """Return a generator of random numbers, and print its seed for whoever sees the test fail.

    ``WUSHE_TEST_SEED`` repeats a run.
    """
    seed = int(os.environ.get("WUSHE_TEST_SEED") or random.SystemRandom().getrandbits(32))
    print(f"WUSHE_TEST_SEED={seed}")  # noqa: T201 - pytest shows it with a failure
    return random.Random(seed)  # noqa: S311 - not a secret

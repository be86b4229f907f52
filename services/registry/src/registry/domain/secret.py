"""Secrets that are told once and kept as a digest only."""

from __future__ import annotations

from hashlib import sha256
from typing import NewType

Digest = NewType("Digest", str)


def digest_of(secret: str) -> Digest:
    """Return the SHA-256 of a secret, in hexadecimal.

    A secret of ours has 256 random bits, so nobody finds it from its digest and no salt is needed.
    """
    return Digest(sha256(secret.encode()).hexdigest())

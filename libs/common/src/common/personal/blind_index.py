"""Finding equal values among sealed ones: keyed digests of their plain form."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from common.personal.key_ring import KeyRing


class BlindIndex:
    """Makes digests that are equal just when values of the same kind are; nobody undoes them.

    Without the ring's secret not even a list of all telephone numbers helps. What shows is how many
    rows hold the same value.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._secret: Final = ring.index_secret

    def of(self, plain: str, *, kind: str) -> bytes:
        """Return the digest of a value in its plain form; equal values of other kinds differ."""
        return hmac.digest(self._secret, f"{kind}\0{plain}".encode(), "sha256")

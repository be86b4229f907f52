"""Sealing one field of one person: AES-256-GCM, bound to whose it is and which field it is.

A sealed value is one byte for the form, twelve for the nonce, then ciphertext and tag. What it is
bound to (the person and the field) is not in it: moved to another row or column it does not open.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
FORM: Final = b"\x01"


@dataclass(eq=False)
class SealBroken(Exception):
    """What was kept is not what was sealed here: changed, moved, or sealed by another key.

    A defect or an attack, never a caller's mistake.
    """

    place: str

    @override
    def __str__(self) -> str:
        return f"does not open: {self.place}"


@dataclass(frozen=True, slots=True, repr=False)
class DataKey:
    """The key of one person; it is nowhere written down as it is."""

    person_id: UUID
    secret: bytes

    def seal(self, text: str, *, field: str) -> bytes:
        """Seal a value of the person for one field, such as ``contact.phone``."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.secret).encrypt(nonce, text.encode(), self._bound_to(field))
        return FORM + nonce + sealed

    def open(self, sealed: bytes, *, field: str) -> str:
        """Return the value that was sealed for the field.

        Raises:
            SealBroken: It is not, bit by bit, what was sealed for this person and field.
        """
        try:
            return open_with(self.secret, sealed, bound_to=self._bound_to(field)).decode()
        except InvalidTag as error:
            raise SealBroken(place=field) from error

    @override
    def __repr__(self) -> str:
        return f"DataKey(person_id={self.person_id})"

    def _bound_to(self, field: str) -> bytes:
        return f"{field}:{self.person_id}".encode()


def new_data_key(person_id: UUID) -> DataKey:
    """Make a key for a person."""
    return DataKey(person_id, os.urandom(KEY_BYTES))


def open_with(secret: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
    """Open what a key has sealed in the form of this module.

    Raises:
        InvalidTag: It does not open.
    """
    head = len(FORM) + NONCE_BYTES
    if sealed[: len(FORM)] != FORM or len(sealed) < head:
        raise InvalidTag
    return AESGCM(secret).decrypt(sealed[len(FORM) : head], sealed[head:], bound_to)

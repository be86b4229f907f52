"""The ring: the secrets that wrap people's keys, by version, and the one that makes indexes.

A ring is a JSON document, in a file or in the environment itself::

    {"current": 2, "keys": {"1": "<32 bytes, base64>", "2": "..."}, "index": "<32 bytes, base64>"}

New keys are wrapped by the current version. A version may go when no key is wrapped by it any more.
The secret of the indexes has no versions: another one would find nothing of what is kept.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from typing_extensions import override

from common.personal.sealing import (
    FORM,
    KEY_BYTES,
    NONCE_BYTES,
    DataKey,
    SealBroken,
    open_with,
)

if TYPE_CHECKING:
    from uuid import UUID

_PRIVATE: Final = 0o600


@dataclass(eq=False)
class KeyRingUnusable(ValueError):
    """There is no key ring where one should be, or it is none; nothing personal can be kept."""

    reason: str

    @override
    def __str__(self) -> str:
        return f"key ring: {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A person's key as it is kept."""

    version: int
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """Secrets by version; their text shows none of them."""

    current: int
    secrets: Mapping[int, bytes] = field(repr=False)
    index_secret: bytes = field(repr=False)

    def wrap(self, key: DataKey) -> Wrapped:
        """Wrap a person's key by the current version."""
        nonce = os.urandom(NONCE_BYTES)
        secret = AESGCM(self.secrets[self.current])
        content = FORM + nonce + secret.encrypt(nonce, key.secret, key.person_id.bytes)
        return Wrapped(version=self.current, content=content)

    def unwrap(self, wrapped: Wrapped, person_id: UUID) -> DataKey:
        """Return the key of a person.

        Raises:
            SealBroken: It is not the key that was wrapped for this person.
        """
        try:
            secret = open_with(
                self.secrets[wrapped.version], wrapped.content, bound_to=person_id.bytes
            )
        except (InvalidTag, KeyError) as error:
            raise SealBroken(place=f"data key, ring version {wrapped.version}") from error
        return DataKey(person_id, secret)

    def turned(self) -> KeyRing:
        """Return the ring with a new version, which is the current one."""
        version = max(self.secrets) + 1
        secrets = {**self.secrets, version: os.urandom(KEY_BYTES)}
        return KeyRing(current=version, secrets=secrets, index_secret=self.index_secret)

    def document(self) -> str:
        """Return the ring as the document that it is read from."""
        keys = {str(version): _written(secret) for version, secret in self.secrets.items()}
        found = {"current": self.current, "keys": keys, "index": _written(self.index_secret)}
        return json.dumps(found, indent=1) + "\n"


class RingAtHand:
    """The ring of this process, read again when a version comes up that it does not have.

    Where the ring is a file, a new version may be put into it while processes run.
    """

    def __init__(self, source: str) -> None:
        self._source: Final = source
        self._ring = read_key_ring(source)

    @property
    def ring(self) -> KeyRing:
        """The ring as it was last read."""
        return self._ring

    def having(self, version: int) -> KeyRing:
        """Return the ring, after another look if it does not have the version."""
        if version not in self._ring.secrets:
            self._ring = read_key_ring(self._source)
        return self._ring

    def turn(self) -> KeyRing:
        """Put a new version into the file and return the ring with it.

        Raises:
            KeyRingUnusable: The ring is not in a file, so whoever keeps it has to.
        """
        if _is_document(self._source):
            raise KeyRingUnusable(reason="it is not in a file; add the version where it is kept")
        self._ring = read_key_ring(self._source).turned()
        write_key_ring(Path(self._source), self._ring)
        return self._ring


def new_key_ring() -> KeyRing:
    """Make a ring of one version."""
    return KeyRing(
        current=1, secrets={1: os.urandom(KEY_BYTES)}, index_secret=os.urandom(KEY_BYTES)
    )


def write_key_ring(file: Path, ring: KeyRing) -> None:
    """Write a ring to a file that only its owner may read, whole or not at all."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.draft")
    draft.touch(mode=_PRIVATE)
    draft.write_text(ring.document(), encoding="utf-8")
    draft.replace(file)


def read_key_ring(source: str) -> KeyRing:
    """Return the ring in a file, or in the text itself if it is a document.

    Raises:
        KeyRingUnusable: There is none, or it is not one; what is in it is not told.
    """
    try:
        text = source if _is_document(source) else Path(source).read_text(encoding="utf-8")
        return _ring_of(json.loads(text))
    except OSError as error:
        raise KeyRingUnusable(reason=f"cannot be read ({type(error).__name__})") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        # What is wrong stands beside secrets, so nothing of it is handed on.
        raise KeyRingUnusable(reason="is not a ring of keys of 32 bytes") from None


def _is_document(source: str) -> bool:
    return source.lstrip().startswith("{")


def _ring_of(document: Mapping[str, Any]) -> KeyRing:
    secrets = {int(version): _secret(text) for version, text in document["keys"].items()}
    current = int(document["current"])
    if current not in secrets:
        raise KeyError(current)
    return KeyRing(current=current, secrets=secrets, index_secret=_secret(document["index"]))


def _secret(text: str) -> bytes:
    secret = base64.b64decode(text, validate=True)
    if len(secret) != KEY_BYTES:
        raise ValueError(len(secret))
    return secret


def _written(secret: bytes) -> str:
    return base64.b64encode(secret).decode()

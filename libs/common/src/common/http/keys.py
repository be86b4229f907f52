"""The public keys of the token issuer, from its URL or from a file, kept at hand."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import httpx
import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from typing_extensions import override

from common.http.refusals import TemporarilyUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

RETRY_SECONDS: Final = 10.0
OLDEST_SECONDS: Final = 600.0
_FILE_CHECK_SECONDS: Final = 1.0
_TIMEOUT_SECONDS: Final = 5.0
_MIN_RSA_BITS: Final = 2048

log: Final[structlog.stdlib.BoundLogger] = structlog.get_logger(__name__)


class KeySet(Protocol):
    """The keys that count now, by their ids."""

    @property
    def generation(self) -> int:
        """A number that grows when the keys change."""
        ...

    async def refresh(self) -> None:
        """Notice changes, if it is time to look."""
        ...

    async def find(self, key_id: str) -> jwt.PyJWK | None:
        """Return a key, looking again for one that is not known yet.

        Raises:
            TemporarilyUnavailable: The keys have never been reached.
        """
        ...


def key_set(source: str) -> KeySet:
    """Return the keys at a URL, or in a file."""
    if source.startswith(("https://", "http://")):
        return RemoteKeys(source)
    return FileKeys(Path(source))


class FileKeys(KeySet):
    """Keys in a file, read again when it changes."""

    def __init__(self, path: Path, *, now: Callable[[], float] = time.monotonic) -> None:
        self._path: Final = path
        self._now: Final = now
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._stamp: tuple[int, int] | None = None
        self._checked_at = float("-inf")
        self._generation = 0

    @property
    @override
    def generation(self) -> int:
        return self._generation

    @override
    async def refresh(self) -> None:
        if self._now() - self._checked_at >= _FILE_CHECK_SECONDS:
            self._look()

    @override
    async def find(self, key_id: str) -> jwt.PyJWK | None:
        if key_id not in self._keys:
            self._look()
        if self._stamp is None:
            raise TemporarilyUnavailable
        return self._keys.get(key_id)

    def _look(self) -> None:
        self._checked_at = self._now()
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
            if stamp == self._stamp:
                return
            self._keys = dict(usable_keys(json.loads(self._path.read_bytes())))
        except (OSError, ValueError) as error:
            # The keys that were read before go on counting: a file is sometimes half written.
            log.warning("keys_unreadable", error=type(error).__name__)
            return
        self._stamp = stamp
        self._generation += 1


class RemoteKeys(KeySet):
    """Keys at a URL, fetched when they grow old and, but not often, for an unknown key."""

    def __init__(
        self,
        url: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url: Final = url
        self._transport: Final = transport
        self._now: Final = now
        self._keys: Mapping[str, jwt.PyJWK] | None = None
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching: Final = asyncio.Lock()
        self._generation = 0

    @property
    @override
    def generation(self) -> int:
        return self._generation

    @override
    async def refresh(self) -> None:
        if self._now() - self._fetched_at >= OLDEST_SECONDS:
            await self._fetch()

    @override
    async def find(self, key_id: str) -> jwt.PyJWK | None:
        if self._keys is None or key_id not in self._keys:
            await self._fetch()
        if self._keys is None:
            raise TemporarilyUnavailable
        return self._keys.get(key_id)

    async def _fetch(self) -> None:
        async with self._fetching:
            if self._now() - self._tried_at < RETRY_SECONDS:
                return
            self._tried_at = self._now()
            try:
                found = dict(usable_keys(await self._load()))
            except (httpx.HTTPError, ValueError) as error:
                log.warning("keys_unreachable", error=type(error).__name__)
                return
            self._keys, self._fetched_at = found, self._tried_at
            self._generation += 1

    async def _load(self) -> object:
        async with httpx.AsyncClient(transport=self._transport, timeout=_TIMEOUT_SECONDS) as client:
            answer = await client.get(self._url)
            answer.raise_for_status()
            return answer.json()


def usable_keys(document: object) -> Iterator[tuple[str, jwt.PyJWK]]:
    """Yield the keys of a JWK set that may sign tokens here, by id; others are left out.

    Raises:
        ValueError: The document is not a JWK set.
    """
    if not isinstance(document, dict) or not isinstance(document.get("keys"), list):
        message = "not a JWK set"
        raise ValueError(message)  # noqa: TRY004 - the content is wrong, not the program
    for entry in document["keys"]:
        if isinstance(entry, dict) and (key := _usable(entry)) is not None:
            yield str(entry["kid"]), key


def _usable(entry: Mapping[str, Any]) -> jwt.PyJWK | None:
    algorithm = _algorithm(entry)
    if algorithm is None or not isinstance(entry.get("kid"), str):
        return None
    try:
        # The private half would make us able to sign; a key set has no business holding it.
        key = jwt.PyJWK({name: entry[name] for name in entry if name != "d"}, algorithm)
    except jwt.PyJWTError:
        return None
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < _MIN_RSA_BITS:
        return None
    return key


def _algorithm(entry: Mapping[str, Any]) -> str | None:
    if entry.get("use", "sig") != "sig":
        return None
    if entry.get("kty") == "EC" and entry.get("crv") == "P-256":
        algorithm = "ES256"
    elif entry.get("kty") == "RSA":
        algorithm = "RS256"
    else:
        return None
    return algorithm if entry.get("alg", algorithm) == algorithm else None

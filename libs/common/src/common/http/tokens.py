"""Access tokens: who is calling, proved by a signature of the one issuer that counts.

The algorithm is decided by the key and never by the token; of the token's header only ``kid`` and
``typ`` are looked at. Whatever is odd about a token ends in the same refusal.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import jwt
from jwt.utils import base64url_decode

from common.grants import Grant, Role
from common.http.refusals import Unauthenticated
from common.places import AreaRef
from common.vocabulary import AreaScheme

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from common.clock import Clock
    from common.http.keys import KeySet

LEEWAY: Final = timedelta(seconds=60)
LONGEST_TOKEN: Final = 8192
_REMEMBERED: Final = 2048
_TYPES: Final = frozenset({"at+jwt", "application/at+jwt", "jwt"})
# Claims that only ID tokens have; those tell a client who somebody is and open nothing.
_OF_ID_TOKENS: Final = frozenset({"nonce", "at_hash", "c_hash"})
_LONGEST_SUB: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a verified access token says: who, until when, and at most with which grants."""

    sub: str
    grants: tuple[Grant, ...]
    expires_at: datetime

    def is_expired(self, at: datetime) -> bool:
        """Tell whether the token has lapsed, allowing for clocks that differ a little."""
        return at >= self.expires_at + LEEWAY


class Tokens:
    """Verifies access tokens, and remembers for a while which ones it has verified."""

    def __init__(self, keys: KeySet, *, issuer: str, audience: str, clock: Clock) -> None:
        self._keys: Final = keys
        self._issuer: Final = issuer
        self._audience: Final = audience
        self._clock: Final = clock
        self._verified: OrderedDict[str, Token] = OrderedDict()
        self._generation = -1

    async def verify(self, authorization: str | None) -> Token:
        """Return what the bearer token of an ``Authorization`` header says.

        Raises:
            Unauthenticated: There is no token, or not one that counts here.
        """
        encoded = _bearer(authorization)
        await self._keys.refresh()
        if self._generation != self._keys.generation:
            self._verified.clear()
            self._generation = self._keys.generation
        token = self._verified.get(encoded) or await self._verify(encoded)
        if token.is_expired(self._clock.now()):
            raise Unauthenticated(reason="expired")
        self._remember(encoded, token)
        return token

    async def _verify(self, encoded: str) -> Token:
        try:
            _check_unambiguous(encoded)
            header = jwt.get_unverified_header(encoded)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Unauthenticated(reason="invalid") from error
        key = await self._keys.find(_key_id(header))
        if key is None:
            raise Unauthenticated(reason="invalid")
        try:
            return _token(self._decode(encoded, key))
        except jwt.ExpiredSignatureError as error:
            raise Unauthenticated(reason="expired") from error
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthenticated(reason="invalid") from error

    def _decode(self, encoded: str, key: jwt.PyJWK) -> Mapping[str, Any]:
        claims: Mapping[str, Any] = jwt.decode(
            encoded,
            key,
            algorithms=[key.algorithm_name],
            audience=self._audience,
            issuer=self._issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        return claims

    def _remember(self, encoded: str, token: Token) -> None:
        self._verified[encoded] = token
        self._verified.move_to_end(encoded)
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)


def _bearer(authorization: str | None) -> str:
    if authorization is None:
        raise Unauthenticated
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated
    if not encoded or len(encoded) > LONGEST_TOKEN or not encoded.isascii():
        raise Unauthenticated(reason="invalid")
    return encoded


def _check_unambiguous(encoded: str) -> None:
    """Refuse what says a thing twice: the gateway and we could each believe another of the two."""
    for part in encoded.split(".")[:2]:
        json.loads(base64url_decode(part).decode(), object_pairs_hook=_once_each)


def _once_each(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        message = "a member is there twice"
        raise ValueError(message)
    return found


def _key_id(header: Mapping[str, Any]) -> str:
    kind, key_id = header.get("typ"), header.get("kid")
    if not isinstance(kind, str) or kind.lower() not in _TYPES or "crit" in header:
        raise Unauthenticated(reason="invalid")
    if not isinstance(key_id, str):
        raise Unauthenticated(reason="invalid")
    return key_id


def _token(claims: Mapping[str, Any]) -> Token:
    sub = claims["sub"]
    if not isinstance(sub, str) or not 0 < len(sub) <= _LONGEST_SUB or not sub.isprintable():
        raise ValueError(sub)
    if _OF_ID_TOKENS & claims.keys() or claims.get("typ", "Bearer") not in {"Bearer", "at+jwt"}:
        message = "this is another kind of token"
        raise ValueError(message)
    return Token(
        sub=sub,
        grants=tuple(grants_in(claims.get("grants"))),
        expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
    )


def grants_in(claimed: object) -> Iterator[Grant]:
    """Yield the grants of a claim or of a stored document; what is unknown here is left out."""
    if not isinstance(claimed, list):
        return
    for item in claimed:
        if isinstance(item, dict) and (grant := _grant(item)) is not None:
            yield grant


def _grant(item: Mapping[str, object]) -> Grant | None:
    scheme, area, org = item.get("scheme"), item.get("area"), item.get("org")
    if (scheme is None) != (area is None):
        return None
    try:
        return Grant(
            role=Role(str(item.get("role"))),
            area=None if scheme is None else AreaRef(AreaScheme(str(scheme)), str(area)),
            org=None if org is None else UUID(str(org)),
        )
    except ValueError:
        return None

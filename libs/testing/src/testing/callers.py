"""Callers for tests: an issuer of tokens of its own, and the headers that carry them."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from common.grants import Grant, Role
from common.places import AreaRef
from common.vocabulary import AreaScheme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ISSUER: Final = "https://issuer.test"
AUDIENCE: Final = "wushe"
KEY_ID: Final = "test-key"


def a_grant(role: Role | str, area: str | None = None, org: UUID | None = None) -> Grant:
    """Return a grant in an area of the small tree, or for an organisation."""
    place = None if area is None else AreaRef(AreaScheme.NBS, area)
    return Grant(role=Role(role), area=place, org=org)


def claim_of(grant: Grant) -> dict[str, Any]:
    """Return a grant as tokens and stored accounts carry it."""
    return {
        "role": grant.role.value,
        "scheme": None if grant.area is None else grant.area.scheme.value,
        "area": None if grant.area is None else grant.area.code,
        "org": None if grant.org is None else str(grant.org),
    }


@dataclass(frozen=True, slots=True)
class Issuer:
    """Mints tokens; its public key is in ``jwks``, where a service under test finds it."""

    key: ec.EllipticCurvePrivateKey
    jwks: Path
    name: str = ISSUER
    key_id: str = KEY_ID

    @classmethod
    def at(cls, directory: Path) -> Issuer:
        """Return a new issuer whose key set is a file in a directory."""
        issuer = cls(ec.generate_private_key(ec.SECP256R1()), directory / "jwks.json")
        issuer.publish()
        return issuer

    def publish(self, *more: Mapping[str, Any]) -> None:
        """Write the key set, with further keys if wanted."""
        self.jwks.write_text(json.dumps({"keys": [self.public_jwk(), *more]}))

    def public_jwk(self) -> dict[str, Any]:
        """Return the public key as a JWK."""
        jwk: dict[str, Any] = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {**jwk, "kid": self.key_id, "use": "sig", "alg": "ES256"}

    def claims(self, sub: str, grants: Sequence[Grant]) -> dict[str, Any]:
        """Return the claims of a good token."""
        now = int(time.time())
        return {
            "iss": self.name,
            "aud": AUDIENCE,
            "sub": sub,
            "iat": now,
            "exp": now + 600,
            "jti": str(uuid4()),
            "grants": [claim_of(grant) for grant in grants],
        }

    def mint(self, claims: Mapping[str, Any], **headers: object) -> str:
        """Sign claims, good or not."""
        header = {"kid": self.key_id, "typ": "at+jwt", **headers}
        content = json.dumps(dict(claims)).encode()
        return jwt.PyJWS().encode(content, self.key, algorithm="ES256", headers=header)

    def token(
        self,
        role: Role | str,
        area: str | None = None,
        org: UUID | None = None,
        sub: str | None = None,
    ) -> str:
        """Return a good token with one grant; the account has to hold it too."""
        return self.mint(self.claims(sub or f"test-{uuid4()}", [a_grant(role, area, org)]))

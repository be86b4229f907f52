"""Tokens that must not open anything: forged, stale, foreign, or of another kind."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.algorithms import ECAlgorithm

from testing.callers import a_grant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from testing.callers import Issuer


class Forge:
    """An attacker who has a good token, a key of their own, and the public keys."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer: Final = issuer
        self.own: Final = ec.generate_private_key(ec.SECP256R1())
        self.rsa: Final = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def claims(self, **change: object) -> dict[str, Any]:
        """Return the claims of a good token, changed; ``...`` leaves one out."""
        good = self.issuer.claims("victim", [a_grant("platform_admin")])
        return {name: value for name, value in {**good, **change}.items() if value is not ...}

    def good(self, **headers: object) -> str:
        """Return a good token, with more in its header."""
        return self.issuer.mint(self.claims(), **headers)

    def with_claims(self, **change: object) -> str:
        """Return a token of ours with changed claims."""
        return self.issuer.mint(self.claims(**change))

    def signed_by_own(self, **headers: object) -> str:
        """Return a token that pretends to be of our key."""
        header = {"kid": self.issuer.key_id, "typ": "at+jwt", **headers}
        return jwt.encode(self.claims(), self.own, algorithm="ES256", headers=header)

    def raw(self, header: object, claims: object, signature: bytes = b"") -> str:
        """Put parts together."""
        return ".".join([_part(header), _part(claims), coded(signature)])

    def hmac_with(self, secret: bytes) -> str:
        """Return a token with a shared secret."""
        header = {"alg": "HS256", "typ": "at+jwt", "kid": self.issuer.key_id}
        signed = f"{_part(header)}.{_part(self.claims())}"
        signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{coded(signature)}"

    def header(self, **change: object) -> dict[str, Any]:
        """Return the header of a good token, changed."""
        return {"alg": "ES256", "typ": "at+jwt", "kid": self.issuer.key_id, **change}

    def signed(self, header: bytes, claims: bytes) -> str:
        """Return any two parts with the signature of the real key."""
        content = f"{coded(header)}.{coded(claims)}"
        r, s = decode_dss_signature(self.issuer.key.sign(content.encode(), ec.ECDSA(SHA256())))
        return f"{content}.{coded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def resigned(self, change: Callable[[int, int], bytes]) -> str:
        """Return a good token whose signature is written otherwise."""
        content, _, signature = self.good().rpartition(".")
        octets = base64.urlsafe_b64decode(signature + "==")
        r, s = int.from_bytes(octets[:32], "big"), int.from_bytes(octets[32:], "big")
        return f"{content}.{coded(change(r, s))}"

    def own_jwk(self) -> dict[str, Any]:
        """Return our own public key under the id of the real one."""
        jwk: dict[str, Any] = ECAlgorithm.to_jwk(self.own.public_key(), as_dict=True)
        return {**jwk, "kid": self.issuer.key_id}

    def public_pem(self) -> bytes:
        """Return the public key as a secret might be read from a file."""
        return self.issuer.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def coded(content: bytes) -> str:
    """Return bytes as tokens carry them."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def _part(value: object) -> str:
    return coded(_bytes(value))


def _cut(token: str) -> str:
    return token.rpartition(".")[0] + "."


def _tampered(forge: Forge) -> str:
    header, _, signature = forge.good().split(".")
    return f"{header}.{_part(forge.claims(sub='somebody-else'))}.{signature}"


def _now() -> int:
    return int(time.time())


FORGERIES: Final[Mapping[str, Callable[[Forge], str]]] = {
    "alg none": lambda forge: forge.raw(forge.header(alg="none"), forge.claims()),
    "alg None": lambda forge: forge.raw(forge.header(alg="None"), forge.claims()),
    "alg missing": lambda forge: forge.raw(
        {"typ": "at+jwt", "kid": forge.issuer.key_id}, forge.claims()
    ),
    "alg a number": lambda forge: forge.raw(forge.header(alg=7), forge.claims()),
    "HS256 with the public key as secret": lambda forge: forge.hmac_with(forge.public_pem()),
    "HS256 with the JWK as secret": lambda forge: forge.hmac_with(
        json.dumps(forge.issuer.public_jwk()).encode()
    ),
    "HS256 with an empty secret": lambda forge: forge.hmac_with(b""),
    "RS256 with the id of an EC key": lambda forge: jwt.encode(
        forge.claims(), forge.rsa, "RS256", {"kid": forge.issuer.key_id, "typ": "at+jwt"}
    ),
    "ES384": lambda forge: jwt.encode(
        forge.claims(),
        ec.generate_private_key(ec.SECP384R1()),
        "ES384",
        {"kid": forge.issuer.key_id, "typ": "at+jwt"},
    ),
    "a foreign key under our id": lambda forge: forge.signed_by_own(),
    "a foreign key in jwk": lambda forge: forge.signed_by_own(jwk=forge.own_jwk()),
    "a foreign key behind jku": lambda forge: forge.signed_by_own(jku="https://evil.test/jwks"),
    "a foreign key behind x5u": lambda forge: forge.signed_by_own(x5u="https://evil.test/x5"),
    "a foreign key in x5c": lambda forge: forge.signed_by_own(x5c=["MIIB"]),
    "an unknown id": lambda forge: forge.good(kid="other"),
    "an id that is a path": lambda forge: forge.good(kid="../../../../dev/null"),
    "an id that is SQL": lambda forge: forge.good(kid="' or '1'='1"),
    "an id that is empty": lambda forge: forge.good(kid=""),
    "an id that is a list": lambda forge: forge.raw(
        {"alg": "ES256", "typ": "at+jwt", "kid": [forge.issuer.key_id]}, forge.claims(), b"0" * 64
    ),
    "no id": lambda forge: forge.raw({"alg": "ES256", "typ": "at+jwt"}, forge.claims()),
    "no signature": lambda forge: _cut(forge.good()),
    "a signature of zeros": lambda forge: f"{_cut(forge.good())}{coded(bytes(64))}",
    "claims exchanged": _tampered,
    "expired": lambda forge: forge.with_claims(exp=_now() - 61, iat=_now() - 600),
    "not yet valid": lambda forge: forge.with_claims(nbf=_now() + 120),
    "issued in the future": lambda forge: forge.with_claims(iat=_now() + 120),
    "without exp": lambda forge: forge.with_claims(exp=...),
    "without iat": lambda forge: forge.with_claims(iat=...),
    "without iss": lambda forge: forge.with_claims(iss=...),
    "without aud": lambda forge: forge.with_claims(aud=...),
    "without sub": lambda forge: forge.with_claims(sub=...),
    "exp a string": lambda forge: forge.with_claims(exp="tomorrow"),
    "exp beyond time": lambda forge: forge.with_claims(exp=10**30),
    "exp infinite": lambda forge: forge.with_claims(exp=float("inf")),
    "sub a number": lambda forge: forge.with_claims(sub=7),
    "sub empty": lambda forge: forge.with_claims(sub=""),
    "sub with NUL": lambda forge: forge.with_claims(sub="a\0b"),
    "sub endless": lambda forge: forge.with_claims(sub="a" * 256),
    "another issuer": lambda forge: forge.with_claims(iss="https://issuer.evil"),
    "our issuer and more": lambda forge: forge.with_claims(iss=f"{forge.issuer.name}/"),
    "issuer a list": lambda forge: forge.with_claims(iss=[forge.issuer.name]),
    "another audience": lambda forge: forge.with_claims(aud="billing"),
    "an ID token by its audience": lambda forge: forge.with_claims(aud="web-client"),
    "an ID token by its nonce": lambda forge: forge.with_claims(nonce="n"),
    "an ID token by at_hash": lambda forge: forge.with_claims(at_hash="h"),
    "an ID token of Keycloak": lambda forge: forge.with_claims(typ="ID"),
    "a refresh token of Keycloak": lambda forge: forge.with_claims(typ="Refresh"),
    "a logout token": lambda forge: forge.good(typ="logout+jwt"),
    "a DPoP proof": lambda forge: forge.good(typ="dpop+jwt"),
    "critical extensions": lambda forge: forge.good(crit=["exp"]),
    "unencoded content": lambda forge: forge.good(b64=False, crit=["b64"]),
    "huge": lambda forge: forge.with_claims(padding="a" * 20_000),
    "deep": lambda forge: ".".join([coded(b'{"a":' * 2000), _part(forge.claims()), "AA"]),
    "deep claims": lambda forge: forge.signed(
        _bytes(forge.header()),
        _bytes(forge.claims())[:-1] + b', "x": ' + b"[" * 2000 + b"]" * 2000 + b"}",
    ),
    "not base64": lambda _: "a.b.c",
    "one part": lambda _: "token",
    "five parts": lambda forge: f"{forge.good()}.a.b",
    "claims a list": lambda forge: forge.signed(_bytes(forge.header()), b"[1]"),
    "header a list": lambda forge: forge.signed(b"[1]", _bytes(forge.claims())),
    "a subject twice": lambda forge: forge.signed(
        _bytes(forge.header()), _bytes(forge.claims())[:-1] + b', "sub": "somebody-else"}'
    ),
    "an algorithm twice": lambda forge: forge.signed(
        b'{"alg": "none", ' + _bytes(forge.header())[1:], _bytes(forge.claims())
    ),
    "r and s exchanged": lambda forge: forge.resigned(
        lambda r, s: s.to_bytes(32, "big") + r.to_bytes(32, "big")
    ),
    "a signature in DER": lambda forge: forge.resigned(encode_dss_signature),
    "a signature with a tail": lambda forge: forge.resigned(
        lambda r, s: r.to_bytes(32, "big") + s.to_bytes(32, "big") + b"0"
    ),
    "a signature that is too short": lambda forge: forge.resigned(
        lambda r, _s: r.to_bytes(32, "big")
    ),
    "an id with a NUL": lambda forge: forge.good(kid=f"{forge.issuer.key_id}\0"),
    "claims in UTF-16": lambda forge: forge.signed(
        _bytes(forge.header()), json.dumps(forge.claims()).encode("utf-16")
    ),
    "encrypted, it says": lambda forge: ".".join([_part(forge.header(enc="A256GCM")), *"abcd"]),
    "another kind of token inside": lambda forge: forge.good(cty="JWT", typ="JWE"),
    "valid in the past only": lambda forge: forge.with_claims(exp=1, nbf=0, iat=0),
    "exp negative": lambda forge: forge.with_claims(exp=-1),
    "exp null": lambda forge: forge.with_claims(exp=None),
    "iss null": lambda forge: forge.with_claims(iss=None),
    "audience an empty list": lambda forge: forge.with_claims(aud=[]),
    "empty": lambda _: "",
    "spaces": lambda forge: f"{forge.good()} {forge.good()}",
}

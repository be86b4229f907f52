"""Development tokens: a small issuer, and the grants that make its tokens worth something.

A token is only the ceiling of what its bearer may do; the current grants of an account live in the
registry. So a useful token is minted *and* granted: see ``token_for``.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from typing_extensions import override

from wushe.state import StateDir, Status, write_private

ISSUER: Final = "https://issuer.wushe.localhost"
AUDIENCE: Final = "wushe"
ADMINISTRATOR: Final = "wushe-admin"
PLATFORM_ADMIN: Final = "platform_admin"
SERVICES: Final = ("registry", "cases", "matching", "reporting")
_PATIENCE: Final = timedelta(seconds=5)
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role in an area; the administrator of the platform has no area."""

    role: str
    scheme: str | None = None
    area: str | None = None
    org: str | None = None

    def claim(self) -> dict[str, str | None]:
        """Return it as tokens and the registry's API carry it."""
        claim = {"role": self.role, "scheme": self.scheme, "area": self.area}
        return claim if self.org is None else {**claim, "org": self.org}

    def is_in(self, listed: Sequence[Mapping[str, object]]) -> bool:
        """Tell whether a service lists this grant; it may tell more about it than we ask."""
        wanted = {**self.claim(), "org": self.org}
        return any(all(item.get(k) == v for k, v in wanted.items()) for item in listed)


class NotGranted(Exception):
    """The grant did not come into force, so the token would be refused."""


@dataclass
class GrantRefused(NotGranted):
    """The registry did not accept the grant."""

    status: int
    text: str

    @override
    def __str__(self) -> str:
        return f"the registry answered {self.status} to the grant: {self.text}"


@dataclass
class GrantUnheard(NotGranted):
    """Some services did not hear of the grant in time."""

    services: Sequence[str]

    @override
    def __str__(self) -> str:
        return f"{', '.join(self.services)} did not hear of the grant in time"


class Issuer:
    """Mints tokens that the stack of one state directory accepts."""

    def __init__(self, key: ec.EllipticCurvePrivateKey, key_id: str) -> None:
        self._key = key
        self._key_id = key_id

    @classmethod
    def of(cls, state: StateDir) -> "Issuer":
        """Return the issuer of a state directory; its key is made at the first call."""
        if not state.issuer_key.exists():
            write_private(state.issuer_key, _new_key())
        key = serialization.load_pem_private_key(state.issuer_key.read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey), f"{state.issuer_key} is of another kind"
        public: dict[str, Any] = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
        key_id = str(public["x"])[:16]
        jwk = {**public, "kid": key_id, "use": "sig", "alg": "ES256"}
        write_private(state.jwks, json.dumps({"keys": [jwk]}))
        return cls(key, key_id)

    def mint(
        self,
        subject: str,
        grants: Sequence[Grant],
        *,
        at: datetime | None = None,
        lifetime: timedelta = timedelta(hours=12),
    ) -> str:
        """Return a signed access token."""
        start = at or datetime.now(UTC)
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": start,
            "nbf": start,
            "exp": start + lifetime,
            "jti": str(uuid4()),
            "grants": [grant.claim() for grant in grants],
        }
        headers = {"kid": self._key_id, "typ": "at+jwt"}
        return jwt.encode(claims, self._key, algorithm="ES256", headers=headers)

    def administrator(self) -> str:
        """Return a short-lived token of the account that the stack makes for itself."""
        grants = [Grant(role=PLATFORM_ADMIN)]
        return self.mint(ADMINISTRATOR, grants, lifetime=timedelta(minutes=10))


def token_for(
    state: StateDir,
    status: Status,
    grants: Sequence[Grant],
    *,
    subject: str | None = None,
    lifetime: timedelta = timedelta(hours=12),
) -> str:
    """Grant, mint, and wait until every service knows: the token works when this returns.

    Without a subject, the account is one that has just these grants and no others.

    Raises:
        NotGranted: The registry refused, or a service did not hear of it in time.
    """
    issuer = Issuer.of(state)
    account = subject or subject_of(grants)
    token = issuer.mint(account, grants, lifetime=lifetime)
    with httpx.Client(base_url=status.gateway, timeout=10.0, trust_env=False) as gateway:
        put_grants(gateway, issuer.administrator(), account, grants)
        await_grants(gateway, token, grants, services=doors_of(status))
    return token


def doors_of(status: Status) -> list[str]:
    """Return the addresses of all serving processes: each learns of a grant by itself."""
    return [
        f"{part.api}/{name.partition('.')[0]}" for name, part in status.parts.items() if part.api
    ]


def subject_of(grants: Sequence[Grant]) -> str:
    """Name an account after its grants, so that the accounts of two roles are two."""
    names = (
        "-".join(filter(None, (grant.role, grant.scheme, grant.area, grant.org)))
        for grant in grants
    )
    return f"dev-{'+'.join(names)}"


def put_grants(
    gateway: httpx.Client, administrator: str, subject: str, grants: Sequence[Grant]
) -> None:
    """Make these the grants of an account.

    Raises:
        GrantRefused: The registry refused.
    """
    answer = gateway.put(
        f"/registry/v1/accounts/{quote(subject, safe='')}",
        json={"grants": [grant.claim() for grant in grants]},
        headers={"authorization": f"Bearer {administrator}", "idempotency-key": str(uuid4())},
    )
    if answer.is_error:
        raise GrantRefused(answer.status_code, answer.text)


def await_grants(
    gateway: httpx.Client,
    token: str,
    grants: Sequence[Grant],
    *,
    services: Sequence[str] = SERVICES,
    patience: timedelta = _PATIENCE,
) -> None:
    """Wait until every service lists the grants; each is a path at the gateway or an address.

    Raises:
        GrantUnheard: The patience is over.
    """
    deadline = time.monotonic() + patience.total_seconds()
    waiting = list(services)
    while waiting:
        waiting = [name for name in waiting if not _lists(gateway, name, token, grants)]
        if waiting and time.monotonic() > deadline:
            raise GrantUnheard(waiting)
        if waiting:
            time.sleep(_POLL_SECONDS)


def _lists(gateway: httpx.Client, service: str, token: str, grants: Sequence[Grant]) -> bool:
    try:
        answer = gateway.get(f"{service}/v1/me", headers={"authorization": f"Bearer {token}"})
    except httpx.TransportError:
        # A process that is being restarted knows of nothing yet.
        return False
    if answer.status_code != HTTPStatus.OK:
        return False
    listed: list[dict[str, object]] = answer.json().get("grants", [])
    return all(grant.is_in(listed) for grant in grants)


def _new_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()

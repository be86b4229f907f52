"""Tokens that must not open anything: forged, stale, foreign, or of another kind."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from typing_extensions import override

from common.clock import Clock
from common.http.keys import OLDEST_SECONDS, RETRY_SECONDS, FileKeys, RemoteKeys, usable_keys
from common.http.refusals import TemporarilyUnavailable, Unauthenticated
from common.http.tokens import Tokens
from testing.api import STREET
from testing.callers import AUDIENCE, ISSUER, KEY_ID, Issuer, a_grant
from testing.forgeries import FORGERIES, Forge

if TYPE_CHECKING:
    from pathlib import Path

    from testing.api import Api

ME: Final = "/desk/v1/me"


async def test_no_forged_token_opens_anything(desk: Api) -> None:
    await desk.put_account("victim", [a_grant("platform_admin")])
    await desk.put_account("somebody-else", [a_grant("platform_admin")])
    forge = Forge(desk.issuer)

    for name, vector in FORGERIES.items():
        answer = await desk.get(ME, headers={"authorization": f"Bearer {vector(forge)}"})

        assert answer.status_code == 401, name
        assert answer.json()["type"] == "/problems/unauthenticated", name
        assert answer.headers["www-authenticate"].startswith('Bearer realm="wushe", error='), name


async def test_no_token_opens_nothing(desk: Api) -> None:
    tried = [b"", b"Basic YTpi", b"Bearer", b"Bearer ", b"bearer", b"Token x", b"\xe9"]

    for headers in ({}, *({b"authorization": each} for each in tried)):
        answer = await desk.get(ME, headers=headers)

        assert answer.status_code == 401, headers
        assert "bearer" in answer.headers["www-authenticate"].lower()


async def test_good_tokens_open(desk: Api) -> None:
    await desk.put_account("victim", [a_grant("platform_admin")])

    for kind in ("at+jwt", "AT+JWT", "application/at+jwt", "JWT"):
        token = Forge(desk.issuer).good(typ=kind)
        answer = await desk.get(ME, headers={"authorization": f"bearer {token}"})

        assert answer.json() == {
            "sub": "victim",
            "grants": [{"role": "platform_admin", "scheme": None, "area": None, "org": None}],
        }


async def test_an_audience_may_be_one_of_several(desk: Api) -> None:
    token = Forge(desk.issuer).with_claims(aud=["billing", AUDIENCE])

    assert (await desk.get(ME, headers={"authorization": f"Bearer {token}"})).status_code == 200


async def test_clocks_may_differ_by_a_minute(desk: Api) -> None:
    token = Forge(desk.issuer).with_claims(
        exp=int(time.time()) - 30, iat=int(time.time()) + 30, nbf=int(time.time()) + 30
    )

    assert (await desk.get(ME, headers={"authorization": f"Bearer {token}"})).status_code == 200


NO_GRANTS: Final[list[object]] = [
    None,
    "platform_admin",
    {"role": "platform_admin"},
    [None, 7, "x", [], {}],
    [{"role": "emperor"}],
    [{"role": "station_worker", "area": STREET}],
    [{"role": "station_worker", "scheme": "xyz", "area": STREET}],
    [{"role": "partner", "org": "not-a-uuid"}],
]


async def test_grants_that_are_none_are_left_out(desk: Api) -> None:
    await desk.put_account("victim", [a_grant("platform_admin"), a_grant("station_worker", STREET)])

    for grants in NO_GRANTS:
        token = Forge(desk.issuer).with_claims(grants=grants)
        answer = await desk.get(ME, headers={"authorization": f"Bearer {token}"})

        assert answer.json() == {"sub": "victim", "grants": []}, grants


class Frozen(Clock):
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    @override
    def now(self) -> datetime:
        return self.at


async def test_a_token_that_was_verified_before_still_expires(tmp_path: Path) -> None:
    issuer, clock = Issuer.at(tmp_path), Frozen()
    tokens = Tokens(FileKeys(issuer.jwks), issuer=ISSUER, audience=AUDIENCE, clock=clock)
    header = f"Bearer {issuer.token('analyst')}"

    assert (await tokens.verify(header)).sub == (await tokens.verify(header)).sub
    clock.at += timedelta(seconds=661)
    with pytest.raises(Unauthenticated) as refusal:
        await tokens.verify(header)

    assert refusal.value.reason == "expired"


async def test_a_key_that_was_withdrawn_counts_no_more(tmp_path: Path) -> None:
    issuer, clock = Issuer.at(tmp_path), Frozen()
    now = 0.0
    keys = FileKeys(issuer.jwks, now=lambda: now)
    tokens = Tokens(keys, issuer=ISSUER, audience=AUDIENCE, clock=clock)
    header = f"Bearer {issuer.token('analyst')}"
    await tokens.verify(header)

    Issuer(ec.generate_private_key(ec.SECP256R1()), issuer.jwks).publish({"kid": "more"})
    now = 2.0
    with pytest.raises(Unauthenticated):
        await tokens.verify(header)


async def test_a_file_that_is_half_written_changes_nothing(tmp_path: Path) -> None:
    issuer = Issuer.at(tmp_path)
    now = 0.0
    keys = FileKeys(issuer.jwks, now=lambda: now)
    assert await keys.find(KEY_ID)

    issuer.jwks.write_text('{"keys": [')
    now = 2.0
    await keys.refresh()

    assert await keys.find(KEY_ID)


async def test_without_keys_the_service_is_away(tmp_path: Path) -> None:
    with pytest.raises(TemporarilyUnavailable):
        await FileKeys(tmp_path / "none.json").find(KEY_ID)


class Remote:
    """An issuer's endpoint that counts how often it is asked."""

    def __init__(self, document: object) -> None:
        self.document = document
        self.asked = 0
        self.is_down = False
        self.now = 1000.0
        self.keys = RemoteKeys(
            "https://issuer.test/jwks",
            transport=httpx.MockTransport(self.answer),
            now=lambda: self.now,
        )

    def answer(self, _request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return httpx.Response(500) if self.is_down else httpx.Response(200, json=self.document)


async def test_remote_keys_are_fetched_once(tmp_path: Path) -> None:
    remote = Remote({"keys": [Issuer.at(tmp_path).public_jwk()]})

    assert await remote.keys.find(KEY_ID)
    await remote.keys.refresh()
    assert await remote.keys.find(KEY_ID)

    assert remote.asked == 1


async def test_an_unknown_id_makes_us_look_again_but_not_often(tmp_path: Path) -> None:
    issuer = Issuer.at(tmp_path)
    remote = Remote({"keys": []})
    assert await remote.keys.find(KEY_ID) is None

    remote.document = {"keys": [issuer.public_jwk()]}
    for _ in range(100):
        assert await remote.keys.find(KEY_ID) is None
    assert remote.asked == 1
    remote.now += RETRY_SECONDS

    assert await remote.keys.find(KEY_ID)
    assert remote.asked == 2


async def test_old_keys_are_fetched_again_and_kept_while_the_issuer_is_away(
    tmp_path: Path,
) -> None:
    remote = Remote({"keys": [Issuer.at(tmp_path).public_jwk()]})
    await remote.keys.find(KEY_ID)
    remote.is_down = True
    remote.now += OLDEST_SECONDS

    await remote.keys.refresh()

    assert remote.asked == 2
    assert await remote.keys.find(KEY_ID)


async def test_an_issuer_that_was_never_reached_is_an_outage() -> None:
    remote = Remote({})
    remote.is_down = True

    with pytest.raises(TemporarilyUnavailable):
        await remote.keys.find(KEY_ID)


def test_only_fit_keys_are_used(tmp_path: Path) -> None:
    good = Issuer.at(tmp_path).public_jwk()
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
    p384: dict[str, Any] = ECAlgorithm.to_jwk(
        ec.generate_private_key(ec.SECP384R1()).public_key(), as_dict=True
    )
    documents: list[Any] = [
        {**good, "kid": "ec"},
        {**RSAAlgorithm.to_jwk(rsa_key.public_key(), as_dict=True), "kid": "rsa"},
        {**RSAAlgorithm.to_jwk(weak.public_key(), as_dict=True), "kid": "weak"},
        {**p384, "kid": "p384"},
        {**good, "kid": "for encryption", "use": "enc"},
        {**good, "kid": "other alg", "alg": "ES512"},
        {**good, "kid": "broken", "x": "AA"},
        {**good, "kid": 7},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret", "alg": "HS256"},
        "text",
    ]

    found = dict(usable_keys({"keys": documents}))

    assert {kid: key.algorithm_name for kid, key in found.items()} == {
        "ec": "ES256",
        "rsa": "RS256",
    }


async def test_rsa_tokens_open(desk: Api) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "rsa"}
    desk.issuer.publish(jwk)
    claims = desk.issuer.claims("victim", [])

    token = jwt.encode(claims, key, "RS256", {"kid": "rsa", "typ": "at+jwt"})

    assert (await desk.get(ME, headers={"authorization": f"Bearer {token}"})).status_code == 200

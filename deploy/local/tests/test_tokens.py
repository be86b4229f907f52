import json
import stat
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest

from wushe.state import PartStatus, StateDir, Status
from wushe.tokens import (
    AUDIENCE,
    ISSUER,
    Grant,
    GrantRefused,
    GrantUnheard,
    Issuer,
    await_grants,
    doors_of,
    put_grants,
    subject_of,
)

WORKER = Grant(role="station_worker", scheme="nbs", area="410105")


def test_a_token_is_verified_with_the_published_key(state: StateDir) -> None:
    token = Issuer.of(state).mint("somebody", [WORKER])

    key = jwt.PyJWKSet.from_json(state.jwks.read_text()).keys[0]
    claims = jwt.decode(token, key, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER)

    assert claims["sub"] == "somebody"
    assert claims["grants"] == [{"role": "station_worker", "scheme": "nbs", "area": "410105"}]
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    assert jwt.get_unverified_header(token)["kid"] == key.key_id


def test_a_token_ends_when_its_lifetime_does(state: StateDir) -> None:
    start = datetime(2030, 1, 1, tzinfo=UTC)

    token = Issuer.of(state).mint("x", [], at=start, lifetime=timedelta(hours=2))

    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 7200
    assert claims["nbf"] == claims["iat"] == start.timestamp()


def test_the_key_is_made_once_and_kept_private(state: StateDir) -> None:
    Issuer.of(state)
    before = state.issuer_key.read_bytes()

    Issuer.of(state)

    assert state.issuer_key.read_bytes() == before
    assert stat.S_IMODE(state.issuer_key.stat().st_mode) == 0o600
    assert "d" not in json.loads(state.jwks.read_text())["keys"][0]


def test_a_service_may_tell_more_about_a_grant() -> None:
    assert WORKER.is_in([{**WORKER.claim(), "org": None, "since": "2030-01-01"}])
    assert not WORKER.is_in([{**WORKER.claim(), "area": "410106"}])
    assert not WORKER.is_in([{**WORKER.claim(), "org": "o"}])


def test_accounts_are_named_after_their_grants() -> None:
    admin = Grant(role="platform_admin")

    assert subject_of([WORKER, admin]) == "dev-station_worker-nbs-410105+platform_admin"


def test_grants_are_put_with_a_key_against_repetition() -> None:
    seen: list[httpx.Request] = []

    def registry(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    with httpx.Client(transport=httpx.MockTransport(registry), base_url="http://g") as gateway:
        put_grants(gateway, "t", "a/b", [WORKER])

    assert seen[0].url.raw_path == b"/registry/v1/accounts/a%2Fb"
    assert seen[0].headers["idempotency-key"]
    assert json.loads(seen[0].content) == {"grants": [WORKER.claim()]}


def test_a_refusal_of_the_registry_is_told() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(422, text="no such area"))
    gateway = httpx.Client(transport=transport, base_url="http://g")
    with gateway, pytest.raises(GrantRefused) as refusal:
        put_grants(gateway, "t", "a", [WORKER])

    assert "no such area" in str(refusal.value)


def test_the_services_that_did_not_hear_are_named() -> None:
    def services(request: httpx.Request) -> httpx.Response:
        grants = [] if request.url.path.startswith("/cases") else [WORKER.claim()]
        return httpx.Response(200, json={"grants": grants})

    transport = httpx.MockTransport(services)
    gateway = httpx.Client(transport=transport, base_url="http://g")
    with gateway, pytest.raises(GrantUnheard) as refusal:
        await_grants(gateway, "t", [WORKER], patience=timedelta(seconds=0.1))

    assert refusal.value.services == ["cases"]


def test_every_serving_process_is_asked_and_nobody_else(state: StateDir) -> None:
    def part(name: str, api: str | None) -> PartStatus:
        return PartStatus(
            name=name, phase="ready", pid=1, restarts=0, log=state.path / "x.log", api=api
        )

    parts = [
        part("cases.serve", "http://a"),
        part("cases.serve.2", "http://b"),
        part("broker", None),
    ]
    status = Status.model_construct(parts={each.name: each for each in parts})

    assert doors_of(status) == ["http://a/cases", "http://b/cases"]


def test_a_process_that_is_away_has_not_heard_of_a_grant() -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        message = "refused"
        raise httpx.ConnectError(message, request=request)

    transport = httpx.MockTransport(nobody)
    with (
        httpx.Client(transport=transport, base_url="http://gateway.test") as gateway,
        pytest.raises(GrantUnheard),
    ):
        await_grants(gateway, "token", [WORKER], services=["cases"], patience=timedelta())

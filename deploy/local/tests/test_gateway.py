import subprocess
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import jwt
import pytest

from testing.gateway import SERVICES, Edge, running_gateway
from wushe.components import envoy
from wushe.ports import free_port
from wushe.state import StateDir
from wushe.tokens import AUDIENCE, ISSUER, Issuer
from wushe.wheels import wheel_path

PATH = "/cases/v1/cases"


@pytest.fixture(scope="module")
def edge_state(tmp_path_factory: pytest.TempPathFactory) -> StateDir:
    state = StateDir(tmp_path_factory.mktemp("edge"))
    state.create()
    return state


@pytest.fixture(scope="module")
def edge(edge_state: StateDir, upstream: int) -> Generator[Edge]:
    with running_gateway(edge_state, upstream) as edge:
        yield edge


def assert_problem(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    if "instance" in problem:
        assert problem["instance"] == f"urn:uuid:{answer.headers['x-request-id']}"


def test_the_configuration_of_production_is_valid(state: StateDir, tmp_path: Path) -> None:
    Issuer.of(state)
    config = tmp_path / "envoy.yaml"
    config.write_text(envoy.template().replace("/etc/wushe/jwks.json", str(state.jwks)))

    checked = subprocess.run(  # noqa: S603
        (wheel_path("gateway"), "--mode", "validate", "--log-level", "warning", "-c", config),
        check=False,
        capture_output=True,
        text=True,
    )

    assert checked.returncode == 0, checked.stderr
    # Warnings are about what a later Envoy will refuse.
    assert checked.stderr == ""


@pytest.mark.parametrize("service", SERVICES)
def test_a_token_opens_every_service(edge: Edge, service: str) -> None:
    path = f"/{service}/v1/me"

    answer = edge.get(path, authorization=f"Bearer {edge.token()}")

    assert answer.status_code == 200
    assert answer.text.splitlines()[0] == path


@pytest.mark.parametrize("service", SERVICES)
def test_without_a_token_nothing_opens(edge: Edge, service: str) -> None:
    assert_problem(edge.get(f"/{service}/v1/me"), 401)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/docs",
        "/docs/events",
        "/openapi.json",
        "/asyncapi.json",
        "/problems/case-already-closed",
        "/static/map.js",
        "/registry/v1/area_lists/nbs-2023/areas.ndjson",
        "/cases/v1/permissions",
    ],
)
def test_what_is_public_needs_no_token(edge: Edge, path: str) -> None:
    assert edge.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/docs/../cases/v1/cases",
        "/docs/%2e%2e/cases/v1/cases",
        "//cases/v1/cases",
        "/docs/./../cases//v1/cases",
        "/docs\\..\\cases/v1/cases",
        "/docs;/../cases/v1/cases",
        "/cases/v1/cases?x=/docs",
        "/registry/v1/area_lists/a/b/areas.ndjson",
        "/registry/v1/accounts?x=/registry/v1/area_lists/a/areas.ndjson",
        "/CASES/v1/cases",
    ],
)
def test_no_spelling_of_a_path_avoids_the_token(edge: Edge, path: str) -> None:
    assert_problem(edge.get(path), 401)


@pytest.mark.parametrize("path", ["/docs/..%2fcases/v1/cases", "/docs/..%5ccases/v1/cases"])
def test_escaped_slashes_are_refused(edge: Edge, path: str) -> None:
    assert_problem(edge.get(path, authorization=f"Bearer {edge.token()}"), 400)


def test_a_forged_token_is_refused(edge: Edge) -> None:
    head, body, _ = edge.token().split(".")
    _, _, other = edge.token("another").split(".")

    assert_problem(edge.get(PATH, authorization=f"Bearer {head}.{body}.{other}"), 401)


def test_an_unsigned_token_is_refused(edge: Edge) -> None:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "exp": 9_999_999_999}

    token = jwt.encode(claims, "", algorithm="none")

    assert_problem(edge.get(PATH, authorization=f"Bearer {token}"), 401)


def test_a_token_expires_with_a_minute_of_patience(edge: Edge) -> None:
    start = datetime.now(UTC) - timedelta(hours=1)
    fresh = edge.issuer.mint("x", [], at=start, lifetime=timedelta(minutes=59, seconds=30))
    stale = edge.issuer.mint("x", [], at=start, lifetime=timedelta(minutes=58))

    assert edge.get(PATH, authorization=f"Bearer {fresh}").status_code == 200
    assert_problem(edge.get(PATH, authorization=f"Bearer {stale}"), 401)


def test_a_token_in_the_query_is_no_token(edge: Edge) -> None:
    assert_problem(edge.get(f"{PATH}?access_token={edge.token()}"), 401)


def test_a_path_that_nobody_serves_is_a_problem(edge: Edge) -> None:
    assert_problem(edge.get("/nothing", authorization=f"Bearer {edge.token()}"), 404)


def test_a_body_of_more_than_a_mebibyte_is_refused(edge: Edge) -> None:
    headers = {"authorization": f"Bearer {edge.token()}"}
    with httpx.Client(base_url=edge.url, headers=headers, trust_env=False) as client:
        assert client.post(PATH, content=bytes(1_048_000)).status_code == 200
        assert_problem(client.post(PATH, content=bytes(1_049_000)), 413)


def test_a_header_with_an_underscore_is_refused(edge: Edge) -> None:
    answer = edge.get(PATH, authorization=f"Bearer {edge.token()}", x_user_id="1")

    assert_problem(answer, 400)


def test_headers_that_servers_believe_do_not_pass(edge: Edge) -> None:
    answer = edge.get(
        PATH,
        **{
            "authorization": f"Bearer {edge.token()}",
            "x-request-id": "chosen",
            "x-forwarded-for": "198.51.100.1",
            "x-forwarded-host": "elsewhere",
            "x-envoy-internal": "true",
            "x-envoy-upstream-rq-timeout-ms": "1",
            "x-http-method-override": "DELETE",
        },
    )

    assert answer.status_code == 200
    for trace in ("chosen", "198.51.100.1", "elsewhere", "x-envoy-internal", "DELETE"):
        assert trace not in answer.text


def test_the_access_log_holds_no_query_and_no_token(edge: Edge, edge_state: StateDir) -> None:
    token = edge.token()
    answer = edge.get(f"{PATH}?phone=13800000000", authorization=f"Bearer {token}")

    log = log_with(edge_state, answer.headers["x-request-id"])

    assert "13800000000" not in log
    assert token not in log


def log_with(state: StateDir, request_id: str) -> str:
    """Wait for a request's line: Envoy writes now and then."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        log = (state.logs / "gateway.log").read_text()
        if request_id in log:
            return log
        time.sleep(0.05)
    raise TimeoutError(request_id)


def test_a_service_that_is_away_is_a_problem(state: StateDir) -> None:
    with running_gateway(state, free_port()) as edge:
        answer = edge.get(PATH, authorization=f"Bearer {edge.token()}")

        assert_problem(answer, 503)
        assert answer.headers["retry-after"] == "1"

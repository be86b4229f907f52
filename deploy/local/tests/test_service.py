import stat
import sys
from dataclasses import replace
from pathlib import Path

from common.personal.key_ring import read_key_ring
from wushe.components.broker import EMBEDDED
from wushe.components.postgres import PostgresAddress
from wushe.components.service import (
    SERVICES,
    Instance,
    Surroundings,
    command,
    program,
    provide_key_rings,
)

AROUND = Surroundings(
    postgres=PostgresAddress(host="127.0.0.1", port=1, secret="s"),
    kafka="127.0.0.1:2",
    broker=EMBEDDED,
    issuer="https://issuer",
    audience="wushe",
    jwks=Path("/jwks.json"),
    registry_url="http://127.0.0.1:3",
    problems_url="http://127.0.0.1:4/problems",
    log_level="INFO",
    key_rings=Path("/rings"),
)
REGISTRY, CASES = (
    next(service for service in SERVICES if service.name == name) for name in ("registry", "cases")
)
LOG = Path("cases.log")


def test_a_service_is_configured_by_its_environment_alone() -> None:
    instance = Instance(part="cases", service=CASES, role="all", ops_port=5, http_port=6)

    run = program(instance, AROUND, log=LOG)

    assert run.argv == (sys.executable, "-m", "cases", "all")
    password = AROUND.postgres.password_of("wushe_cases_app")
    assert run.env == {
        "CASES_DATABASE_URL": f"postgresql+asyncpg://wushe_cases_app:{password}@127.0.0.1:1/wushe_cases",
        "CASES_KAFKA_BOOTSTRAP": "127.0.0.1:2",
        "CASES_KAFKA_IDEMPOTENCE": "false",
        "CASES_KAFKA_SESSION_SECONDS": "4",
        "CASES_KAFKA_FETCH_WAIT_MS": "250",
        "CASES_KAFKA_FETCH_MIN_BYTES": "65536",
        "CASES_KAFKA_CREATE_TOPICS": "true",
        "CASES_DRAIN_SECONDS": "0",
        "CASES_HOST": "127.0.0.1",
        "CASES_HTTP_PORT": "6",
        "CASES_OPS_PORT": "5",
        "CASES_OIDC_ISSUER": "https://issuer",
        "CASES_OIDC_AUDIENCE": "wushe",
        "CASES_OIDC_JWKS": "/jwks.json",
        "CASES_REGISTRY_URL": "http://127.0.0.1:3",
        "CASES_PROBLEMS_URL": "http://127.0.0.1:4/problems",
        "CASES_LOG_LEVEL": "INFO",
    }


def test_traces_are_sent_where_they_are_wanted_and_nowhere_by_default() -> None:
    to = "http://127.0.0.1:4318"

    run = command(CASES, "migrate", around=replace(AROUND, trace_to=to), log=LOG)

    assert (run.env["CASES_TRACING"], run.env["OTEL_EXPORTER_OTLP_ENDPOINT"]) == ("true", to)
    assert "CASES_TRACING" not in command(CASES, "migrate", around=AROUND, log=LOG).env


def test_a_process_that_serves_nobody_has_no_port_to_serve_on() -> None:
    relay = Instance(part="cases.relay", service=CASES, role="relay", ops_port=5, http_port=None)

    assert "CASES_HTTP_PORT" not in program(relay, AROUND, log=LOG).env


def test_a_command_has_no_ports() -> None:
    run = command(CASES, "migrate", around=AROUND, log=LOG)

    assert run.argv[-1] == "migrate"
    assert not any(name.endswith("_PORT") for name in run.env)


def test_no_two_roles_have_the_same_password() -> None:
    passwords = {AROUND.postgres.password_of(f"wushe_{s.name}") for s in SERVICES}

    assert len(passwords) == len(SERVICES)


def test_matching_is_told_at_once_because_somebody_waits_for_it() -> None:
    matches = next(service for service in SERVICES if service.name == "matching")

    run = program(
        Instance(part="matching", service=matches, role="all", ops_port=5, http_port=6),
        AROUND,
        log=LOG,
    )

    assert run.env["MATCHING_KAFKA_FETCH_WAIT_MS"] == "20"
    assert "MATCHING_KAFKA_FETCH_MIN_BYTES" not in run.env


def test_a_service_that_keeps_people_has_a_ring_and_a_database_for_their_keys() -> None:
    run = command(REGISTRY, "migrate", around=AROUND, log=LOG)

    assert run.env["REGISTRY_KEY_RING"] == "/rings/registry.json"
    urls = (run.env["REGISTRY_KEYS_DATABASE_URL"], run.env["REGISTRY_MIGRATE_KEYS_DATABASE_URL"])
    assert [url.partition("@")[2] for url in urls] == ["127.0.0.1:1/wushe_registry_keys"] * 2
    assert [url.split(":")[1] for url in urls] == [
        "//wushe_registry_keys_app",
        "//wushe_registry_keys",
    ]
    assert not any("KEY" in name for name in command(CASES, "migrate", around=AROUND, log=LOG).env)


def test_a_ring_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    rings = tmp_path / "key-rings"

    provide_key_rings(rings)
    first = read_key_ring(str(rings / "registry.json"))
    provide_key_rings(rings)

    assert read_key_ring(str(rings / "registry.json")) == first
    assert [ring.name for ring in rings.iterdir()] == ["registry.json"]
    assert stat.S_IMODE((rings / "registry.json").stat().st_mode) == 0o600

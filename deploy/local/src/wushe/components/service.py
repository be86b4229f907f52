"""The four services, each with a database of its own and configured by its environment."""

import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from common.personal.key_ring import new_key_ring, write_key_ring
from wushe.components.broker import APACHE, EMBEDDED
from wushe.components.postgres import PostgresAddress, run_sql, user_of
from wushe.launch import Program
from wushe.ports import LOOPBACK


@dataclass(frozen=True, slots=True)
class Service:
    """A service and the databases that it owns, by the setting that names each."""

    name: str
    databases: Mapping[str, str] = field(hash=False)
    keeps_people: bool = False
    """Whether it keeps what is known of people, and so has a ring for their keys."""

    @property
    def prefix(self) -> str:
        """What the names of its settings begin with."""
        return f"{self.name.upper()}_"

    @property
    def database(self) -> str:
        """The database that holds everything but keys."""
        return self.databases["DATABASE_URL"]


# The prefix keeps out of the way of what else a server that is not ours may hold.
SERVICES: Final = (
    Service(
        "registry",
        # Keys have a database that no role of the other one can enter, and dumps of their own.
        {"DATABASE_URL": "wushe_registry", "KEYS_DATABASE_URL": "wushe_registry_keys"},
        keeps_people=True,
    ),
    *(
        Service(name, {"DATABASE_URL": f"wushe_{name}"})
        for name in ("cases", "matching", "reporting")
    ),
)
WHOLE: Final = "all"
ROLES: Final = ("serve", "consume", "relay")
SERVING: Final = (WHOLE, "serve")


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is the same for every service of a stack."""

    postgres: PostgresAddress
    kafka: str
    broker: str
    issuer: str
    audience: str
    jwks: Path
    registry_url: str
    problems_url: str
    log_level: str
    key_rings: Path
    """Where each service that keeps people has the ring of its keys."""
    trace_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One process of a service."""

    part: str
    service: Service
    role: str
    ops_port: int
    http_port: int | None


_TRACE_TO: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
_AT_ANY_BROKER: Final = {"KAFKA_IDEMPOTENCE": "true"}
_AT_OUR_BROKERS: Final[Mapping[str, Mapping[str, str]]] = {
    APACHE: {
        **_AT_ANY_BROKER,
        # The least that Kafka takes. A service of one process that was killed is alone in its
        # group, and waits for the session of the dead; in production others take over, and a
        # pause of the machine should not make them.
        "KAFKA_SESSION_SECONDS": "6",
    },
    EMBEDDED: {
        "KAFKA_IDEMPOTENCE": "false",
        # It lets every new member of a group wait for half a session before it assigns partitions.
        "KAFKA_SESSION_SECONDS": "4",
    },
}
# The embedded broker keeps a fetch to the end of its wait even when something comes. Somebody waits
# for a proposal; for the others an answer in time is one within a quarter of a second, and what
# comes until then is taken in together.
_AT_THE_EMBEDDED_BROKER: Final[Mapping[str, Mapping[str, str]]] = {
    "matching": {"KAFKA_FETCH_WAIT_MS": "20"},
}
_IN_TIME: Final = {"KAFKA_FETCH_WAIT_MS": "250", "KAFKA_FETCH_MIN_BYTES": "65536"}


def _fetching(service: Service) -> Mapping[str, str]:
    return _AT_THE_EMBEDDED_BROKER.get(service.name, _IN_TIME)


def is_installed(service: Service) -> bool:
    """Tell whether the service's package can be imported."""
    return find_spec(service.name) is not None


def knows_areas(dsn: str) -> bool:
    """Tell whether the service that owns this database has a list of areas."""
    return run_sql(dsn, "select exists (select from area)").strip() == "t"


def fingerprint(service: Service) -> str:
    """Name the installed code of a service and its migrations, as far as files tell.

    Equal fingerprints mean that the migrations that ran need not be run again.
    """
    spec = find_spec(service.name)
    if spec is None or spec.origin is None:
        return ""
    package = Path(spec.origin).parent
    # In a working copy the migrations stand beside the sources.
    places = [package, package.parent.parent / "migrations"]
    if service.keeps_people and (common := find_spec("common.personal")) and common.origin:
        places.append(Path(common.origin).parent / "migrations")
    digest = hashlib.sha256()
    for file in sorted(file for place in places for file in place.rglob("*.py")):
        found = file.stat()
        digest.update(f"{file}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def program(instance: Instance, around: Surroundings, *, log: Path) -> Program:
    """Describe one process of a service."""
    ports = {"OPS_PORT": str(instance.ops_port)}
    if instance.http_port is not None:
        ports["HTTP_PORT"] = str(instance.http_port)
    settings = {**_settings(instance.service, around), **ports}
    return _program(instance.part, instance.service, (instance.role,), settings, around, log)


def command(service: Service, *arguments: str, around: Surroundings, log: Path) -> Program:
    """Describe a command of a service, such as ``migrate``, that ends by itself."""
    name = f"{service.name} {arguments[0]}"
    settings = _settings(service, around)
    if arguments[0] == "migrate":
        settings |= {
            f"MIGRATE_{key}": url for key, url in _addresses(service, around, is_owner=True)
        }
    return _program(name, service, arguments, settings, around, log)


def key_ring_of(service: Service, key_rings: Path) -> Path:
    """Return the file of a service's ring; two services never share one."""
    return key_rings / f"{service.name}.json"


def provide_key_rings(key_rings: Path) -> None:
    """Make the rings that are not there yet; one that is there is kept."""
    key_rings.mkdir(mode=0o700, exist_ok=True)
    for each in SERVICES:
        file = key_ring_of(each, key_rings)
        if each.keeps_people and not file.exists():
            write_key_ring(file, new_key_ring())


def _settings(service: Service, around: Surroundings) -> dict[str, str]:
    """Return the settings that every service has, without their prefix."""
    return {
        "KAFKA_BOOTSTRAP": around.kafka,
        **_AT_OUR_BROKERS.get(around.broker, _AT_ANY_BROKER),
        **(_fetching(service) if around.broker == EMBEDDED else {}),
        "KAFKA_CREATE_TOPICS": "true",
        # The gateway turns to another process by itself, or there is none.
        "DRAIN_SECONDS": "0",
        "HOST": LOOPBACK,
        "OIDC_ISSUER": around.issuer,
        "OIDC_AUDIENCE": around.audience,
        "OIDC_JWKS": str(around.jwks.absolute()),
        "REGISTRY_URL": around.registry_url,
        "PROBLEMS_URL": around.problems_url,
        "LOG_LEVEL": around.log_level,
        **({"TRACING": "true"} if around.trace_to else {}),
    }


def _program(
    name: str,
    service: Service,
    arguments: tuple[str, ...],
    settings: Mapping[str, str],
    around: Surroundings,
    log: Path,
) -> Program:
    addresses = dict(_addresses(service, around))
    if service.keeps_people:
        addresses["KEY_RING"] = str(key_ring_of(service, around.key_rings).absolute())
    own = {service.prefix + key: value for key, value in {**settings, **addresses}.items()}
    tracing = {_TRACE_TO: around.trace_to} if around.trace_to else {}
    return Program(
        name=name,
        argv=(sys.executable, "-m", service.name, *arguments),
        log=log,
        env={**own, **tracing},
    )


def _addresses(
    service: Service, around: Surroundings, *, is_owner: bool = False
) -> Iterator[tuple[str, str]]:
    for setting, database in service.databases.items():
        role = database if is_owner else user_of(database)
        yield setting, around.postgres.dsn(database, role, scheme="postgresql+asyncpg")

"""What differs between deployments, read once from the environment and frozen."""

from typing import ClassVar

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """The settings that every service has; a service's class adds its prefix and its own."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: SecretStr
    """Where this service keeps its data: postgresql+asyncpg://user:password@host:port/name."""
    migrate_database_url: SecretStr | None = None
    """The same database for `migrate`, as the role that owns the tables; the role of DATABASE_URL
    is then given rights to rows only. Without it DATABASE_URL, as one role for both."""
    database_pool: int = 10
    """Connections that one process may hold for requests and consumers."""
    kafka_bootstrap: str
    """One or more brokers, host:port separated by commas."""
    kafka_idempotence: bool = True
    """Idempotent producer: on for Apache Kafka, off for the embedded broker."""
    kafka_create_topics: bool = False
    """Create missing topics at start; an operator's duty in production."""
    kafka_replication: int = 1
    """Replicas of topics that this process creates."""
    kafka_session_seconds: float = 30.0
    """How long a consumer may be silent before others take its partitions; the embedded broker
    makes every newcomer to a group wait for half of it."""
    kafka_fetch_wait_ms: int = 500
    """How long the broker may keep a fetch that finds nothing; the embedded broker keeps it to the
    end even when something comes, so where somebody waits it wants 20."""
    kafka_fetch_min_bytes: int = 1
    """How much the broker gathers before it answers a fetch, as long as that wait is not over. A
    service for which nobody waits is cheaper with more: it takes in many records at once."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    http_port: int = 0
    """Port of the API; 0 takes a free one."""
    ops_port: int = 0
    """Port of probes and metrics, never routed by the gateway; 0 takes a free one."""
    drain_seconds: float = 5.0
    """How long a process that was told to leave still serves, until nobody sends it anything."""
    oidc_issuer: str
    """The only issuer whose access tokens count."""
    oidc_audience: str = "wushe"
    """The audience that a token must name."""
    oidc_jwks: str
    """URL or path of the issuer's key set."""
    registry_url: str = ""
    """Base URL of the registry's API, for large lists announced by event."""
    problems_url: str = "/problems"
    """Base of the `type` of problems; one page per code is published there."""
    log_level: str = "INFO"
    """Least severity of log lines."""
    tracing: bool = False
    """Send spans by OTLP; OpenTelemetry's own variables (OTEL_EXPORTER_OTLP_ENDPOINT) say where."""

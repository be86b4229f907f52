"""What a process counts; ``docs/metrics.md`` is made of this module.

Labels hold no ids and few values: a metric has at most a hundred label sets in a process. Routes
are templates, statuses of timed requests are classes, and routes that come late have one name.
"""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Final
from weakref import WeakSet

import prometheus_client
from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_client.metrics_core import Metric

    from common.persistence.engine import MeasuredPool

# A second series for each counter, to say since when it counts, which the process says anyway.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]

BUILD_INFO: Final = Gauge(
    "wushe_build_info", "1; what runs here.", ("service", "version", "python")
)
HTTP_DURATION: Final = Histogram(
    "http_server_request_duration_seconds",
    "Time from the first byte of a request to the last of its answer; streams are left out.",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
HTTP_RESPONSES: Final = Counter(
    "http_server_responses_total", "Answers by their exact status; streams too.", ("status",)
)
HTTP_ACTIVE: Final = Gauge("http_server_active_requests", "Requests that are being served.")
EVENT_LOOP_LAG: Final = Histogram(
    "event_loop_lag_seconds",
    "How late the loop was, looked at twice a second.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)
EVENT_LOOP_WORST: Final = Gauge(
    "event_loop_lag_worst_seconds", "How late the loop was at its worst in the last 10 s."
)
IDEMPOTENCY_REPLAYS: Final = Counter(
    "idempotency_replays_total", "Requests answered with the kept answer of an earlier one."
)
AUTHZ_DENIED: Final = Counter(
    "authz_denied_total", "Requests refused for want of a role or of reach.", ("permission",)
)
AUTHN_REFUSED: Final = Counter(
    "authn_refused_total", "Requests without a token that counts here.", ("reason",)
)
OUTBOX_PENDING: Final = Gauge("outbox_pending", "Events that are not sent yet.", ("service",))
OUTBOX_OLDEST: Final = Gauge(
    "outbox_oldest_seconds", "Age of the oldest event that is not sent yet.", ("service",)
)
OUTBOX_SENT: Final = Counter(
    "outbox_sent_total", "Acknowledged sends, also of what was sent before.", ("service",)
)
OUTBOX_LOST: Final = Counter(
    "outbox_lost_total", "Events to send again because the log lost them.", ("service",)
)
INBOX_DUPLICATES: Final = Counter(
    "inbox_duplicates_total", "Events that had been taken in before.", ("group", "topic")
)
EVENTS_CONSUMED: Final = Counter(
    "messaging_client_consumed_messages_total", "Records taken in.", ("group", "topic")
)
EVENTS_DURATION: Final = Histogram(
    "messaging_process_duration_seconds",
    "Time to take in the records of one partition that came together.",
    ("group", "topic"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0),
)
EVENTS_HELD: Final = Gauge(
    "held_messages", "Records that wait for something to come or to be tried again.", ("group",)
)
DEAD_LETTERS: Final = Gauge(
    "dlq_messages", "Records that wait for somebody's decision.", ("group", "topic")
)
CONSUMER_LAG: Final = Gauge(
    "kafka_consumer_lag", "Records that are not taken in yet.", ("group", "topic", "partition")
)
REBALANCES: Final = Counter(
    "kafka_consumer_rebalances_total", "Times that the group dealt out its partitions.", ("group",)
)
UNOWNED_DURATION: Final = Histogram(
    "kafka_consumer_unowned_seconds",
    "Time from giving all partitions up, or from joining, until being given some.",
    ("group",),
    buckets=(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 30.0, 60.0),
)
BREAKER_OPEN: Final = Gauge(
    "consumer_breaker_open", "1 while a partition is held back.", ("group", "topic", "partition")
)


class TimedRoutes:
    """The routes that one application times by name: as many as there is room for.

    A service may have more routes than a metric may have label sets. Those that are used are named,
    in the order of their first use, and what comes after that is timed as ``other``; its method
    and status are told all the same, so sums over routes lose nothing.
    """

    NAMED: Final = 60
    OTHER: Final = "other"
    OTHERS: Final = 40
    """Eight methods times five classes of statuses."""

    def __init__(self) -> None:
        self._named: Final[set[tuple[str, str, str]]] = set()

    def name(self, method: str, route: str, status: str) -> str:
        """Return the value of the label ``route``."""
        labels = (method, route, status)
        if labels not in self._named:
            if len(self._named) >= self.NAMED:
                return self.OTHER
            self._named.add(labels)
        return route


class Connections(Collector):
    """The connections of the pools that live now, counted when somebody asks."""

    def __init__(self) -> None:
        self._pools: Final[WeakSet[MeasuredPool]] = WeakSet()

    def watch(self, pool: MeasuredPool) -> None:
        """Count the connections of a pool for as long as it lives."""
        self._pools.add(pool)

    def describe(self) -> Iterable[Metric]:
        """Return what there can be, without looking."""
        return self._families()

    @override
    def collect(self) -> Iterator[Metric]:
        count, pending = self._families()
        for name, pools in self._by_name().items():
            count.add_metric([name, "used"], sum(pool.checkedout() for pool in pools))
            count.add_metric([name, "idle"], sum(pool.checkedin() for pool in pools))
            pending.add_metric([name], sum(pool.pending for pool in pools))
        yield from (count, pending)

    def _by_name(self) -> dict[str, list[MeasuredPool]]:
        found: dict[str, list[MeasuredPool]] = {}
        for pool in list(self._pools):
            found.setdefault(pool.name, []).append(pool)
        return found

    def _families(self) -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
        return (
            GaugeMetricFamily(
                "db_client_connection_count",
                "Connections to the database, used or idle.",
                labels=("pool", "state"),
            ),
            GaugeMetricFamily(
                "db_client_connection_pending_requests",
                "Callers that wait for a connection now.",
                labels=("pool",),
            ),
        )


CONNECTIONS: Final = Connections()
prometheus_client.REGISTRY.register(CONNECTIONS)


def tell_build(service: str, version: str) -> None:
    """Say what runs in this process, and begin to count what must not begin with a loss."""
    # The first value of a counter is no increase to Prometheus; so it has to be nothing.
    OUTBOX_LOST.labels(service)
    REBALANCES.labels(service)
    for status in ("200", "500", "503"):
        HTTP_RESPONSES.labels(status)
    for reason in ("missing", "invalid", "expired"):
        AUTHN_REFUSED.labels(reason)
    BUILD_INFO.labels(service, version, platform.python_version()).set(1)

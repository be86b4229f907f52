"""Grafana dashboards, from a table of what each panel asks: ``deploy/observability``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

_WIDTH: Final = 12
_HEIGHT: Final = 8
_SOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart: what it shows, in which unit, by which queries and what each curve is called."""

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]


def _quantile(of: str, by: str, part: str = "0.99") -> str:
    return f"histogram_quantile({part}, sum by ({by}, le) (rate({of}[5m])))"


_TIMED: Final = 'http_server_request_duration_seconds_bucket{job=~"$job"}'
_WRITES: Final = (
    'http_server_request_duration_seconds_bucket{job=~"$job",method=~"POST|PUT|PATCH|DELETE"}'
)

API: Final = (
    Panel(
        "Requests by status",
        "reqps",
        (
            (
                'sum by (status) (rate(http_server_responses_total{job=~"$job"}[5m]))',
                "{{status}}",
            ),
        ),
    ),
    Panel(
        "Share of answers that are 5xx (0.1 % is promised)",
        "percentunit",
        (
            (
                (
                    'sum by (job) (rate(http_server_responses_total{job=~"$job",status=~"5.."}'
                    '[5m])) / sum by (job) (rate(http_server_responses_total{job=~"$job"}[5m]))'
                ),
                "{{job}}",
            ),
        ),
    ),
    Panel(
        "99th percentile of writes (0.5 s is promised)",
        "s",
        ((_quantile(_WRITES, "job"), "{{job}}"),),
    ),
    Panel("99th percentile by route", "s", ((_quantile(_TIMED, "route"), "{{route}}"),)),
    Panel(
        "Requests that are being served",
        "short",
        (('sum by (job) (http_server_active_requests{job=~"$job"})', "{{job}}"),),
    ),
    Panel(
        "Answers kept for a repeated key",
        "reqps",
        (('sum by (job) (rate(idempotency_replays_total{job=~"$job"}[5m]))', "{{job}}"),),
    ),
    Panel(
        "Lateness of the loop",
        "s",
        (
            (_quantile('event_loop_lag_seconds_bucket{job=~"$job"}', "instance"), "{{instance}}"),
            ('max by (instance) (event_loop_lag_worst_seconds{job=~"$job"})', "worst {{instance}}"),
        ),
    ),
    Panel(
        "Memory",
        "bytes",
        (('max by (instance) (process_resident_memory_bytes{job=~"$job"})', "{{instance}}"),),
    ),
    Panel(
        "Processor",
        "percentunit",
        (('rate(process_cpu_seconds_total{job=~"$job"}[5m])', "{{instance}}"),),
    ),
    Panel(
        "Versions that run",
        "short",
        (
            (
                'count by (service, version) (wushe_build_info{job=~"$job"})',
                "{{service}} {{version}}",
            ),
        ),
    ),
)
EVENTS: Final = (
    Panel(
        "Events that wait to be sent",
        "short",
        (("max by (service) (outbox_pending)", "{{service}}"),),
    ),
    Panel(
        "Age of the oldest of them (30 s is promised)",
        "s",
        (("max by (service) (outbox_oldest_seconds)", "{{service}}"),),
    ),
    Panel(
        "Sent, and lost by the log",
        "ops",
        (
            ("sum by (service) (rate(outbox_sent_total[5m]))", "{{service}}"),
            ("sum by (service) (rate(outbox_lost_total[5m]))", "lost {{service}}"),
        ),
    ),
    Panel(
        "Taken in",
        "ops",
        (
            (
                "sum by (group, topic) (rate(messaging_client_consumed_messages_total[5m]))",
                "{{group}} {{topic}}",
            ),
        ),
    ),
    Panel("Lag", "short", (("sum by (group, topic) (kafka_consumer_lag)", "{{group}} {{topic}}"),)),
    Panel(
        "99th percentile of a batch",
        "s",
        ((_quantile("messaging_process_duration_seconds_bucket", "group"), "{{group}}"),),
    ),
    Panel(
        "Dead letters",
        "short",
        (("max by (group, topic) (dlq_messages)", "{{group}} {{topic}}"),),
    ),
    Panel("Held", "short", (("max by (group) (held_messages)", "{{group}}"),)),
    Panel(
        "Came again",
        "ops",
        (("sum by (group) (rate(inbox_duplicates_total[5m]))", "{{group}}"),),
    ),
    Panel(
        "99th percentile of the time without partitions (15 s is promised)",
        "s",
        ((_quantile("kafka_consumer_unowned_seconds_bucket", "group"), "{{group}}"),),
    ),
    Panel(
        "Partitions held back, and rebalances in 10 minutes",
        "short",
        (
            ("sum by (group) (consumer_breaker_open)", "held back {{group}}"),
            ("max by (group) (increase(kafka_consumer_rebalances_total[10m]))", "{{group}}"),
        ),
    ),
)
DATABASE: Final = (
    Panel(
        "Connections",
        "short",
        (
            (
                'sum by (pool, state) (db_client_connection_count{job=~"$job"})',
                "{{pool}} {{state}}",
            ),
        ),
    ),
    Panel(
        "Callers that wait for a connection",
        "short",
        (
            (
                'sum by (pool) (db_client_connection_pending_requests{job=~"$job"})',
                "{{pool}}",
            ),
        ),
    ),
    Panel(
        "Answers 503: the database is away, most often",
        "reqps",
        (
            (
                'sum by (job) (rate(http_server_responses_total{job=~"$job",status="503"}[5m]))',
                "{{job}}",
            ),
        ),
    ),
    Panel("99th percentile of writes", "s", ((_quantile(_WRITES, "job"), "{{job}}"),)),
    Panel(
        "Open files",
        "percentunit",
        (('process_open_fds{job=~"$job"} / process_max_fds{job=~"$job"}', "{{instance}}"),),
    ),
)
SECURITY: Final = (
    Panel(
        "Tokens that were refused, by reason",
        "reqps",
        (
            (
                'sum by (job, reason) (rate(authn_refused_total{job=~"$job"}[5m]))',
                "{{job}} {{reason}}",
            ),
        ),
    ),
    Panel(
        "Permissions that were denied",
        "reqps",
        (
            (
                'sum by (permission) (rate(authz_denied_total{job=~"$job"}[5m]))',
                "{{permission}}",
            ),
        ),
    ),
    Panel(
        "Answers that refuse",
        "reqps",
        (
            (
                (
                    'sum by (status) (rate(http_server_responses_total{job=~"$job",'
                    'status=~"401|403|404|413|422|429|431"}[5m]))'
                ),
                "{{status}}",
            ),
        ),
    ),
    Panel(
        "Requests to no route",
        "reqps",
        (
            (
                (
                    "sum by (job) (rate(http_server_request_duration_seconds_count"
                    '{job=~"$job",route="unmatched"}[5m]))'
                ),
                "{{job}}",
            ),
        ),
    ),
)
REGISTRY: Final = (
    Panel(
        "Stations",
        "short",
        (("max by (tier, status) (registry_stations)", "{{tier}} {{status}}"),),
    ),
    Panel(
        "Parties",
        "short",
        (("max by (society, standing) (registry_parties)", "{{society}} {{standing}}"),),
    ),
    Panel(
        "The service list; what lapsed waits for somebody to verify it",
        "short",
        (("max by (status) (registry_service_entries)", "{{status}}"),),
    ),
    Panel(
        "Rows of files",
        "ops",
        (("sum by (outcome) (rate(registry_import_rows_total[5m]))", "{{outcome}}"),),
    ),
    Panel(
        "99th percentile of checking and writing a file",
        "s",
        ((_quantile("registry_import_duration_seconds_bucket", "phase"), "{{phase}}"),),
    ),
)
MATCHING: Final = (
    Panel(
        "99th percentile of planning a pool",
        "s",
        ((_quantile("matching_planning_duration_seconds_bucket", "job"), "{{job}}"),),
    ),
    Panel(
        "Matches that plans changed",
        "ops",
        (("sum by (job) (rate(matching_planned_changes_total[5m]))", "{{job}}"),),
    ),
    Panel(
        "How much better a plan could at most have been (0 is proved best)",
        "short",
        (("max by (instance) (matching_plan_gap)", "{{instance}}"),),
    ),
    Panel(
        "Plans that were not written",
        "ops",
        (("sum by (reason) (rate(matching_plans_dropped_total[5m]))", "{{reason}}"),),
    ),
)
ALL: Final = {
    "api": API,
    "events": EVENTS,
    "database": DATABASE,
    "security": SECURITY,
    "registry": REGISTRY,
    "matching": MATCHING,
}


def documents() -> dict[str, dict[str, Any]]:
    """Return every dashboard by the name of its file."""
    return {f"{name}.json": _dashboard(name, panels) for name, panels in ALL.items()}


def _dashboard(name: str, panels: tuple[Panel, ...]) -> dict[str, Any]:
    return {
        "uid": f"wushe-{name}",
        "title": f"Wushe 五社: {name.upper() if name == 'api' else name}",
        "tags": ["wushe"],
        "schemaVersion": 39,
        "timezone": "browser",
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [_datasource(), _jobs()]},
        "panels": [_panel(place, panel) for place, panel in enumerate(panels)],
    }


def _panel(place: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(place, 2)
    return {
        "id": place + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": {"x": column * _WIDTH, "y": row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + number), "expr": expr, "legendFormat": legend}
            for number, (expr, legend) in enumerate(panel.queries)
        ],
    }


def _datasource() -> dict[str, Any]:
    return {
        "name": "datasource",
        "type": "datasource",
        "query": "prometheus",
        "label": "Prometheus",
    }


def _jobs() -> dict[str, Any]:
    return {
        "name": "job",
        "label": "Service",
        "type": "query",
        "datasource": _SOURCE,
        "query": "label_values(wushe_build_info, job)",
        "multi": True,
        "includeAll": True,
        "allValue": "wushe-.*",
        "current": {"text": "All", "value": "$__all"},
    }

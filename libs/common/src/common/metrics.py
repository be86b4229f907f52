"""What a process counts; labels hold no ids and few values."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

HTTP_DURATION: Final = Histogram(
    "http_server_request_duration_seconds",
    "Time from the first byte of a request to the last of its answer.",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)
HTTP_ACTIVE: Final = Gauge("http_server_active_requests", "Requests that are being served.")
EVENT_LOOP_LAG: Final = Gauge(
    "event_loop_lag_seconds", "How late the loop was when it was last due; its worst of 10 s."
)
IDEMPOTENCY_REPLAYS: Final = Counter(
    "idempotency_replays_total", "Requests answered with the kept answer of an earlier one."
)
AUTHZ_DENIED: Final = Counter(
    "authz_denied_total", "Requests refused for want of a role.", ("permission",)
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
    "kafka_consumer_lag", "Records that are not read yet.", ("group", "topic", "partition")
)
BREAKER_OPEN: Final = Gauge(
    "consumer_breaker_open", "1 while a partition is held back.", ("group", "topic", "partition")
)

"""One trace goes from a request through the outbox and the log to another service's process.

Neither the spans that leave the processes nor their log lines say anything about a person.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest_asyncio

from support.collector import Collector, collecting
from support.conditions import eventually_true
from support.pair import Pair, running_pair

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from support.collector import ReceivedSpan

NAME, PHONE, ID_NUMBER, ADDRESS = "王小明", "13912345678", "210213195001011234", "先进街道36号"
CANARIES = (NAME, PHONE, ID_NUMBER, ADDRESS)
TRACE_ID, CALLER_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CALLER = f"00-{TRACE_ID}-{CALLER_ID}-01"
ACCOUNTS = "/registry/v1/accounts"
TOPIC = "registry.account"
GRANTS = {"grants": [{"role": "platform_admin"}]}
CHAIN = [
    ("registry", f"PUT {ACCOUNTS}/{{sub}}"),
    ("registry", "stage"),
    ("registry", f"send {TOPIC}"),
    ("reporting", f"process {TOPIC}.changed.v1"),
]


@dataclass(frozen=True)
class Told:
    """What left the processes after requests full of personal data."""

    collector: Collector
    pair: Pair

    def span(self, name: str) -> ReceivedSpan:
        (found,) = [span for span in self.collector.of_trace(TRACE_ID) if span.name == name]
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Told]:
    with collecting() as collector:
        environment = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "NO_PROXY": "127.0.0.1",
        }
        directory = tmp_path_factory.mktemp("traces")
        async with running_pair(directory, environment, TRACING="true") as pair:
            ask(pair)
            found = Told(collector, pair)
            eventually_true(
                lambda: (
                    {(span.service, span.name) for span in collector.of_trace(TRACE_ID)}
                    >= set(CHAIN)
                ),
                what="the whole trace",
                seconds=60,
            )
            yield found


def ask(pair: Pair) -> None:
    with pair.client() as client:
        refused = (
            client.put(f"{ACCOUNTS}/{PHONE}", json={"grants": [{"role": NAME}], ID_NUMBER: 1}),
            client.put(f"{ACCOUNTS}/{NAME}", json=GRANTS, headers={"idempotency-key": "1"}),
            client.get(ACCOUNTS + f"/{ID_NUMBER}", params={"phone": PHONE, "address": ADDRESS}),
            client.get(f"/registry/v1/{NAME}/{ADDRESS}?{PHONE}"),
            client.post("/registry/v1/parties", content=f'{{"name": "{NAME}'.encode()),
            client.get(f"{ACCOUNTS}/{ID_NUMBER}", headers={"authorization": f"Bearer {PHONE}"}),
        )
    assert not any(answer.is_success for answer in refused)
    with pair.client(traceparent=CALLER) as client:
        changed = client.put(
            f"{ACCOUNTS}/{PHONE}", json=GRANTS, headers={"idempotency-key": ID_NUMBER}
        )
    assert changed.is_success, changed.text


def test_each_step_follows_from_the_one_before(told: Told) -> None:
    request, staging, sending, processing = (told.span(name) for _, name in CHAIN)

    assert request.parent_id == CALLER_ID
    assert staging.parent_id == request.span_id
    assert (sending.parent_id, processing.parent_id) == (staging.span_id, staging.span_id)
    assert processing.attributes["messaging.consumer.group.name"] == "reporting"
    place = ("messaging.destination.partition.id", "messaging.kafka.offset", "messaging.message.id")
    assert [processing.attributes[name] for name in place] == [
        sending.attributes[name] for name in place
    ]


def test_no_span_says_anything_about_a_person(told: Told) -> None:
    sent = b"".join(told.collector.bodies)

    assert len(told.collector.spans()) >= 10
    assert [canary for canary in CANARIES if canary.encode() in sent] == []


def test_every_line_names_its_service_and_no_line_a_person(told: Told) -> None:
    lines = told.pair.log_lines()

    read: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert {line["service"] for line in read} == {"registry", "reporting"}
    requests = [line for line in read if line["logger"] == "access"]
    assert len(requests) >= 7
    assert all(line["request_id"] and line["trace_id"] for line in requests)
    assert TRACE_ID in {line["trace_id"] for line in requests}
    assert [canary for canary in CANARIES if any(canary in line for line in lines)] == []

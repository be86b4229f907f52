"""Metrics are few, bounded, described and tested."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from common.http.permissions import Permitted
from common.http.server import api_routes, create_app
from common.messaging.topics import topic_named
from common.metrics import TimedRoutes
from common.runtime import reactions
from support.described_metrics import described_metrics
from testing.api import RING

if TYPE_CHECKING:
    from common.service import Service

ROOT = Path(__file__).parents[2]
MOST = 100


def service_named(name: str) -> Service:
    settings = import_module(f"{name}.settings").Settings(
        database_url="postgresql+asyncpg://nobody@localhost/nothing",
        kafka_bootstrap="localhost:9",
        oidc_issuer="https://issuer.invalid",
        oidc_jwks="nowhere.json",
        keys_database_url="postgresql+asyncpg://nobody@localhost/nothing",
        key_ring=RING,
    )
    service: Service = import_module(f"{name}.bootstrap").build(settings)
    return service


@pytest.mark.parametrize("name", ["registry", "cases", "matching", "reporting"])
def test_no_metric_of_a_process_can_have_more_than_a_hundred_label_sets(name: str) -> None:
    service = service_named(name)
    partitions = sum(topic_named(topic).partitions for topic in reactions(service).topics)
    permissions = {
        route.declaration.permission.name
        for route in api_routes(create_app(service))
        if isinstance(route.declaration, Permitted)
    }

    requests = TimedRoutes.NAMED + TimedRoutes.OTHERS

    assert max(requests, partitions, len(permissions)) <= MOST


def test_no_label_is_named_after_something_that_has_many_values() -> None:
    labels = {label for metric in described_metrics() for label in metric.labels}

    assert not labels & {"id", "subject", "sub", "path", "url", "key", "station", "area", "org"}


def test_every_metric_is_described_in_a_sentence() -> None:
    assert [metric.name for metric in described_metrics() if not metric.meaning.endswith(".")] == []


def test_every_metric_is_shown_to_move() -> None:
    tests = [*(ROOT / "libs" / "common" / "tests").rglob("test_*.py")]
    tests += (ROOT / "services").glob("*/tests/**/test_*.py")
    text = "".join(file.read_text("utf-8") for file in tests)
    untold = {"process_cpu_seconds_total", "process_max_fds", "process_start_time_seconds"}
    untold |= {"process_virtual_memory_bytes"}

    names = {metric.name for metric in described_metrics()}
    assert {name for name in names if name not in text} == untold

"""The doctor finds each thing that can be broken, says why it matters, and what to do."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import pytest
from typing_extensions import override

from common.messaging.kafka import Cluster
from common.messaging.topics import known_topics
from testing.claims import claimed
from testing.kafka import fresh_broker, publish, settings_of
from testing.ledger.book import TOPIC, message, outgoing
from testing.postgres import all_seeing, fresh_database, owner_url
from wushe.components.service import SERVICES
from wushe.doctor import Finding, Needs, examine
from wushe.doctor.databases import examine_databases, judge_clock
from wushe.doctor.gateway import examine_gateway
from wushe.doctor.log import examine_log
from wushe.doctor.parts import examine_parts, likely_cause
from wushe.state import PartStatus, StateDir
from wushe.tokens import Issuer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from pathlib import Path

    from testing.kafka import KafkaForTests

SOMEBODY = UUID(int=1)
HELD = """
    insert into held_event (
        grp, topic, log_partition, log_offset, cluster_id, headers, logged_at, event_id, source,
        subject, version, state, reason, held_at
    ) values (
        'registry', 'cases.need', 0, {place}, 'c', '[]', now(), gen_random_uuid(), 's', 'somebody',
        2, '{state}', '{reason}', now() - interval '2 minutes'
    )
"""
STAGED = """
    insert into outbox (
        id, aggregatetype, aggregateid, type, payload, partitionkey, source, version, time, slot
    ) values (
        gen_random_uuid(), 'registry.party', 's', 't', '{{}}', 'k', 's', 1,
        now() - interval '{age} seconds', 0
    )
"""


def bad(findings: Iterable[Finding]) -> dict[str, Finding]:
    found = {finding.subject: finding for finding in findings if not finding.is_well}
    assert all(finding.why and finding.remedy for finding in found.values())
    return found


def a_part(log: Path, *, pid: int | None = 1, ops: str | None = None) -> PartStatus:
    return PartStatus(name="cases", phase="waiting", pid=pid, restarts=3, log=log, ops=ops)


@contextmanager
def process_that_answers(status: int, body: str, metrics: str = "") -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        @override
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/metrics" else status)
            self.end_headers()
            self.wfile.write((metrics if self.path == "/metrics" else body).encode())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


class TestWithoutAStack:
    def test_a_machine_that_has_everything_is_well(self, state: StateDir) -> None:
        findings = examine(state)

        assert bad(findings) == {}
        assert {service.name for service in SERVICES} < {each.subject for each in findings}

    def test_too_little_room_is_found(self, state: StateDir) -> None:
        found = bad(examine(state, Needs(disk=10**18, memory=10**18)))

        assert found.keys() == {"disk", "memory"}
        assert "--state" in found["disk"].remedy

    def test_a_stack_that_was_killed_is_noticed(self, state: StateDir) -> None:
        with claimed(state):
            left = (state.path / "running.json").read_text()
        (state.path / "running.json").write_text(left)

        found = bad(examine(state))["state"]

        assert "it was killed" in found.what
        assert "wushe down" in found.remedy

    def test_a_program_that_nobody_looks_after_is_named(self, state: StateDir) -> None:
        sleep = (sys.executable, "-c", "import time; time.sleep(600)", str(state.postgres))
        with subprocess.Popen(sleep) as stray:  # noqa: S603
            found = bad(examine(state))["leftovers"]
            stray.kill()

        assert found.remedy == f"kill {stray.pid}"


class TestPrograms:
    def test_one_that_ended_shows_its_last_words_and_the_likely_cause(
        self, state: StateDir
    ) -> None:
        log = state.logs / "cases.log"
        log.write_text('{"event": "cannot_listen", "port": 80}\n')

        with claimed(state, parts={"cases": a_part(log, pid=None)}) as status:
            found = bad(examine_parts(state, status))["cases"]

        assert "restarted 3 times" in found.what
        assert '| {"event": "cannot_listen"' in found.what
        assert "another program has its port" in found.why
        assert str(log) in found.remedy

    @pytest.mark.parametrize(
        ("line", "cause"),
        [
            ("OSError: [Errno 28] No space left on device", "the disk is full"),
            ("cases: missing or wrong settings: CASES_KAFKA_BOOTSTRAP", "a setting is"),
            ("ModuleNotFoundError: No module named 'x'", "installation is incomplete"),
            ('{"event": "part_failed"}', "a defect"),
            ("", "the log does not say"),
        ],
    )
    def test_the_likely_cause_is_read_from_the_log(self, line: str, cause: str) -> None:
        assert cause in likely_cause(line)

    def test_one_that_is_not_ready_says_what_it_waits_for(self, state: StateDir) -> None:
        waiting = json.dumps({"waiting_for": ["migrations"]})
        with process_that_answers(503, waiting) as ops:
            part = a_part(state.logs / "l", ops=ops)
            with claimed(state, parts={"cases": part}) as status:
                found = bad(examine_parts(state, status))["cases"]

        assert "waits for migrations" in found.what
        assert "older than its code" in found.why

    def test_an_open_breaker_and_a_late_loop_are_seen_in_its_counters(
        self, state: StateDir
    ) -> None:
        counted = (
            'consumer_breaker_open{group="cases",topic="matching.match",partition="3"} 1.0\n'
            "event_loop_lag_worst_seconds 2.5\n"
        )
        with process_that_answers(200, "{}", counted) as ops:
            part = a_part(state.logs / "l", ops=ops)
            with claimed(state, parts={"cases": part}) as status:
                found = bad(examine_parts(state, status))

        assert found.keys() == {"cases breaker", "cases loop"}
        assert "matching.match 3" in found["cases breaker"].what

    def test_one_that_does_not_answer_is_frozen(self, state: StateDir) -> None:
        part = a_part(state.logs / "l", ops="http://127.0.0.1:9")
        with claimed(state, parts={"cases": part}) as status:
            found = bad(examine_parts(state, status))["cases"]

        assert "does not answer" in found.what
        assert "kill 1" in found.remedy


@pytest.fixture
async def database() -> AsyncIterator[str]:
    async with fresh_database("registry") as url:
        yield all_seeing(owner_url(url)).get_secret_value().replace("+asyncpg", "")


class TestDatabases:
    async def examine(self, state: StateDir, dsn: str, *statements: str) -> dict[str, Finding]:
        connection: Any = await asyncpg.connect(dsn)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()
        with claimed(state, databases={"registry": dsn}) as status:
            return bad(await examine_databases(status))

    async def test_a_server_that_is_gone_is_named_with_what_that_means(
        self, state: StateDir
    ) -> None:
        with claimed(state, databases={"cases": "postgresql://x@127.0.0.1:9/x"}) as status:
            found = bad(await examine_databases(status))["database cases"]

        assert "does not answer" in found.what
        assert "503" in found.why

    async def test_a_new_one_knows_no_areas_yet(self, state: StateDir, database: str) -> None:
        found = await self.examine(state, database)

        assert found.keys() == {"areas registry"}

    async def test_migrations_that_have_not_run_are_listed(
        self, state: StateDir, database: str
    ) -> None:
        found = await self.examine(state, database, "delete from alembic_version")

        assert "migrations have not run: " in found["database registry"].what
        assert "wushe up" in found["database registry"].remedy

    async def test_what_waits_too_long_is_told_with_where_to_look(
        self, state: StateDir, database: str
    ) -> None:
        found = await self.examine(
            state,
            database,
            STAGED.format(age=90),
            HELD.format(place=1, state="dead", reason="unreadable"),
            HELD.format(place=2, state="parked", reason="gap"),
        )

        assert "1 events wait to be sent, the oldest for 9" in found["outbox registry"].what
        assert found["dead letters registry"].what == "1 of cases.need (unreadable)"
        assert "wushe dead-letters list registry" in found["dead letters registry"].remedy
        assert "(parked: gap)" in found["held events registry"].what
        assert "wushe events show somebody" in found["held events registry"].remedy

    async def test_what_was_staged_just_now_is_no_trouble(
        self, state: StateDir, database: str
    ) -> None:
        found = await self.examine(state, database, STAGED.format(age=1))

        assert "outbox registry" not in found

    def test_a_clock_that_differs_is_found(self) -> None:
        assert judge_clock("cases", time.time()).is_well
        found = judge_clock("cases", time.time() - 600)
        assert (found.is_well, "-600 s" in found.what) == (False, True)


@pytest.fixture
def kafka() -> Iterator[KafkaForTests]:
    with fresh_broker() as broker:
        yield settings_of(broker)


class TestTheLog:
    async def test_a_broker_that_is_gone_holds_nobody_up_but_the_events(
        self, state: StateDir
    ) -> None:
        with claimed(state) as status:
            found = bad(await examine_log(status))["log"]

        assert "no broker answers" in found.what
        assert "wait in the outboxes" in found.why

    async def test_missing_topics_and_a_group_that_stands_still_are_found(
        self, state: StateDir, kafka: KafkaForTests
    ) -> None:
        async with Cluster(kafka) as cluster:
            await cluster.ensure_topics([TOPIC])
            await publish(kafka, [outgoing(message(SOMEBODY, version)) for version in (1, 2, 3)])

        with claimed(state, kafka=kafka.kafka_bootstrap) as status:
            found = bad(await examine_log(status))

        missing = {f"topic {name}" for name in known_topics()} - {f"topic {TOPIC}"}
        assert found.keys() == missing | {"group matching", "group reporting"}
        assert "records behind and does not get on" in found["group reporting"].what


class TestTheGateway:
    def test_a_configuration_that_is_not_valid_is_found(self, state: StateDir) -> None:
        state.envoy.write_text('{"static_resources": 5}')
        Issuer.of(state)

        with claimed(state) as status:
            found = bad(examine_gateway(state, status))

        assert found.keys() == {"gateway config", "gateway"}
        assert "is not valid" in found["gateway config"].what

    def test_a_key_set_that_is_not_the_issuers_is_found(self, state: StateDir) -> None:
        Issuer.of(state)
        state.envoy.write_text("{}")
        state.jwks.write_text('{"keys": []}')

        with claimed(state) as status:
            found = bad(examine_gateway(state, status))["tokens"]

        assert "was not the issuer's" in found.what

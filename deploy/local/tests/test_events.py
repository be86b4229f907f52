"""``wushe events`` tells what the log and the databases know, and says so when they are away."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
from contextlib import AsyncExitStack, aclosing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio
from typer.testing import CliRunner

from common.messaging.kafka import Cluster
from common.messaging.sender import Outgoing
from testing.claims import claimed
from testing.kafka import fresh_broker, publish, settings_of
from testing.ledger.book import TOPIC, message, outgoing
from testing.postgres import all_seeing, fresh_database
from wushe.events.log import Since, reading
from wushe.events.seen import Seen
from wushe.events.story import HERE, SILENT
from wushe.every_command import app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from testing.kafka import KafkaForTests
    from wushe.state import StateDir

PARTY = UUID(int=7)
VETTED = "registry.party.vetted.v1"
OTHER = "registry.station"
RUBBISH = Outgoing(topic=OTHER, key=b"k", value=b"\xff\x00 no event", headers=())
SENT = """
    insert into outbox (
        id, aggregatetype, aggregateid, type, payload, partitionkey, source, version, time, slot,
        traceparent, sent_at, cluster_id, kafka_partition, kafka_offset
    ) values (
        $1, 'registry.party', $2, 'registry.party.vetted.v1', $3, $2, 'urn:wushe:registry', $4,
        now(), 0, '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', now(), 'c', $5, $6
    )
"""
TAKEN = "insert into inbox (grp, source, id) values ('reporting', 'urn:wushe:registry', $1)"
HELD = """
    insert into held_event (
        grp, topic, log_partition, log_offset, cluster_id, headers, logged_at, event_id, source,
        subject, version, type, state, reason, detail
    ) values (
        'matching', 'registry.party', 0, 0, 'c', '[]', now(), $1, 'urn:wushe:registry',
        $2, 1, 'registry.party.vetted.v1', 'dead', 'refused', 'party-gone'
    )
"""
runner = CliRunner()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kafka() -> AsyncIterator[KafkaForTests]:
    with fresh_broker() as broker:
        settings = settings_of(broker)
        async with Cluster(settings) as cluster:
            await cluster.ensure_topics([TOPIC, OTHER])
        facts = [outgoing(message(PARTY, version)) for version in (1, 2)]
        await publish(settings, [*facts, outgoing(message(uuid4(), 1)), RUBBISH])
        yield settings


async def read(kafka: KafkaForTests, since: Since, count: int, *topics: str) -> list[Seen]:
    """Read until so many were found; those that came with them are found too."""
    stop = asyncio.Event()
    found: list[Seen] = []
    async with reading(kafka.kafka_bootstrap) as reader:
        records = reader.follow(topics or (TOPIC, OTHER), since, stop)
        async with asyncio.timeout(30), aclosing(records):
            async for record in records:
                found.append(Seen.of(record))
                if len(found) == count:
                    stop.set()
    return found


@pytest.mark.asyncio(loop_scope="module")
class TestReading:
    async def test_several_topics_are_read_from_the_beginning(self, kafka: KafkaForTests) -> None:
        found = await read(kafka, Since(is_beginning=True), 4)

        assert {seen.attributes.get("type") for seen in found} == {None, VETTED}
        assert {seen.record.partition.topic for seen in found} == {TOPIC, OTHER}

    async def test_only_what_is_young_enough_is_read(self, kafka: KafkaForTests) -> None:
        hour = timedelta(hours=1)
        lately = await read(kafka, Since(datetime.now(UTC) - hour), 3, TOPIC)
        stop = asyncio.Event()

        async with reading(kafka.kafka_bootstrap) as reader:
            records = reader.follow([TOPIC], Since(datetime.now(UTC) + hour), stop)
            asyncio.get_running_loop().call_later(1, stop.set)
            later = [record async for record in records]

        assert (len(lately), later) == (3, [])

    async def test_what_comes_next_is_followed(self, kafka: KafkaForTests) -> None:
        following = asyncio.create_task(read(kafka, Since(), 1, "registry.party"))
        somebody = uuid4()
        while not following.done():
            await publish(kafka, [outgoing(message(somebody, 1))])

        assert {seen.attributes["subject"] for seen in await following} == {str(somebody)}

    async def test_a_line_says_what_about_what_and_a_document_everything(
        self, kafka: KafkaForTests
    ) -> None:
        found = await read(kafka, Since(is_beginning=True), 4)
        seen = next(seen for seen in found if seen.fits(subject=str(PARTY), kind=None))

        head, body = seen.line()

        assert re.match(rf"\d\d:\d\d:\d\d\.\d{{3}}  {VETTED} +{PARTY}  v1 ", head.plain)
        assert json.loads(body.plain)["party_id"] == str(PARTY)
        assert seen.document()["subjectversion"] == "1"
        assert seen.document()["data"]["party_id"] == str(PARTY)

    async def test_what_is_no_event_is_shown_as_such(self, kafka: KafkaForTests) -> None:
        found = await read(kafka, Since(is_beginning=True), 1, OTHER)

        head, body = found[0].line()

        assert f"? in {OTHER}" in head.plain
        assert body.plain.startswith("UNREADABLE (")
        assert "\\xff" in body.plain

    async def test_types_are_chosen_by_pattern(self, kafka: KafkaForTests) -> None:
        found = await read(kafka, Since(is_beginning=True), 4)

        chosen = [seen for seen in found if seen.fits(subject=None, kind="registry.party.*")]
        none = [seen for seen in found if seen.fits(subject=None, kind="cases.*")]

        assert {seen.attributes["type"] for seen in chosen} == {VETTED}
        assert none == []


class TestTailing:
    @pytest.mark.parametrize("command", [("tail",), ("show", str(PARTY))])
    def test_without_a_stack_it_says_how_to_start_one(
        self, state: StateDir, command: tuple[str, ...]
    ) -> None:
        told = runner.invoke(app, ["events", *command, "--state", str(state.path)])

        assert told.exit_code == 1
        assert "see `wushe up`" in told.output

    def test_without_a_broker_it_says_where_it_looked(self, state: StateDir) -> None:
        with claimed(state) as status:
            told = runner.invoke(app, ["events", "tail", "--state", str(state.path)])

        assert told.exit_code == 1
        assert f"no broker answers at {status.kafka}" in told.output

    def test_a_topic_that_does_not_exist_is_named(
        self, state: StateDir, kafka: KafkaForTests
    ) -> None:
        with claimed(state, kafka=kafka.kafka_bootstrap):
            arguments = ["events", "tail", "--topic", "nothing", "--state", str(state.path)]
            told = runner.invoke(app, arguments)

        assert told.exit_code == 1
        assert "no topic nothing" in told.output

    def test_a_senseless_time_is_refused(self, state: StateDir) -> None:
        with claimed(state):
            arguments = ["events", "tail", "--since", "soon", "--state", str(state.path)]
            told = runner.invoke(app, arguments)

        assert told.exit_code == 2
        assert "no time such as" in told.output

    def test_ctrl_c_ends_it_without_a_word(self, state: StateDir, kafka: KafkaForTests) -> None:
        command = (sys.executable, "-m", "wushe", "events", "tail", "--from-beginning", "--json")
        options = ("--topic", TOPIC, "--subject", str(PARTY), "--state", str(state.path))
        with (
            claimed(state, kafka=kafka.kafka_bootstrap),
            subprocess.Popen(  # noqa: S603
                (*command, *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            ) as tail,
        ):
            assert tail.stdout is not None
            lines = [tail.stdout.readline() for _ in range(2)]
            tail.send_signal(signal.SIGINT)
            rest, complaints = tail.communicate(timeout=30)

        assert [json.loads(line)["subjectversion"] for line in lines] == ["1", "2"]
        assert (tail.returncode, rest, complaints) == (0, "", "")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def databases(kafka: KafkaForTests) -> AsyncIterator[dict[str, str]]:
    """An event that reporting has taken in and matching refused, and a later one, not sent yet."""
    place = (await read(kafka, Since(is_beginning=True), 1, TOPIC))[0]
    record = place.record
    event = UUID(place.attributes["id"])
    async with AsyncExitStack() as stack:
        urls = {
            name: await stack.enter_async_context(fresh_database(name))
            for name in ("registry", "reporting")
        }
        dsns = {
            name: all_seeing(url).get_secret_value().replace("+asyncpg", "")
            for name, url in urls.items()
        }
        registry: Any = await asyncpg.connect(dsns["registry"])
        subject, data = place.attributes["subject"], place.text
        await registry.execute(
            SENT, event, subject, data, 1, record.partition.number, record.offset
        )
        await registry.execute(SENT, uuid4(), subject, data, 2, None, None)
        await registry.close()
        reporting: Any = await asyncpg.connect(dsns["reporting"])
        await reporting.execute(TAKEN, event)
        await reporting.execute(HELD, event, subject)
        await reporting.close()
        yield {**dsns, "event": str(event), "subject": subject}


@contextmanager
def stack_with(
    state: StateDir, databases: dict[str, str], kafka: KafkaForTests | None
) -> Iterator[Path]:
    dsns = {name: databases[name] for name in ("registry", "reporting")}
    bootstrap = None if kafka is None else kafka.kafka_bootstrap
    with claimed(state, kafka=bootstrap, databases=dsns):
        yield state.path


def shown(path: Path, sought: str, *options: str) -> str:
    told = runner.invoke(app, ["events", "show", sought, "--state", str(path), *options])
    assert told.exit_code == 0, told.output
    return told.stdout


class TestShowing:
    def test_one_event_is_shown_with_its_whole_way(
        self, state: StateDir, databases: dict[str, str], kafka: KafkaForTests
    ) -> None:
        with stack_with(state, databases, kafka) as path:
            (way,) = json.loads(shown(path, databases["event"], "--json"))
            text = shown(path, databases["event"])

        assert (way["outbox"], way["topic"], way["in_log"]) == ("registry", TOPIC, HERE)
        assert list(way["taken_in"]) == ["reporting"]
        assert way["not_yet"] == []
        assert [(held["group"], held["state"]) for held in way["held"]] == [("matching", "dead")]
        assert "wushe dead-letters show reporting 1" in text
        assert "because of refused: party-gone" in text
        assert "0af7651916cd43dd8448eb211c80319c" in text

    def test_all_events_about_one_thing_are_shown_in_order(
        self, state: StateDir, databases: dict[str, str], kafka: KafkaForTests
    ) -> None:
        with stack_with(state, databases, kafka) as path:
            ways = json.loads(shown(path, databases["subject"], "--json"))
            text = shown(path, databases["subject"])

        assert [way["version"] for way in ways] == [1, 2]
        assert ways[1]["partition"] is None
        assert ways[1]["not_yet"] == ["matching", "reporting"]
        assert "not sent yet" in text

    def test_without_a_broker_the_databases_are_told_all_the_same(
        self, state: StateDir, databases: dict[str, str]
    ) -> None:
        with stack_with(state, databases, None) as path:
            (way,) = json.loads(shown(path, databases["event"], "--json"))

        assert (way["in_log"], list(way["taken_in"])) == (SILENT, ["reporting"])

    def test_a_database_that_is_away_is_named_and_the_others_are_told(
        self, state: StateDir, databases: dict[str, str]
    ) -> None:
        dsns = {"registry": databases["registry"], "reporting": "postgresql://x@127.0.0.1:9/x"}
        arguments = ["events", "show", databases["event"], "--state", str(state.path)]
        with claimed(state, databases=dsns):
            told = runner.invoke(app, arguments)

        assert (told.exit_code, VETTED in told.stdout) == (0, True)
        assert "database reporting does not answer" in told.stderr
        assert "see `wushe doctor`" in told.stderr

    def test_what_nobody_knows_is_said_to_be_unknown(
        self, state: StateDir, databases: dict[str, str]
    ) -> None:
        with stack_with(state, databases, None) as path:
            told = runner.invoke(app, ["events", "show", str(uuid4()), "--state", str(path)])

        assert told.exit_code == 1
        assert "nothing is known" in told.output

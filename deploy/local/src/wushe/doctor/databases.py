"""The databases: do they answer, are they of this code, and what waits in them."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

import asyncpg
from alembic.script import ScriptDirectory

from common.persistence.migrations import config_of
from wushe.doctor.finding import Finding, bad, well
from wushe.state import Status

_ANSWER_SECONDS: Final = 4.0
_OLDEST_UNSENT_SECONDS: Final = 30
_LONGEST_HELD_SECONDS: Final = 60
_MOST_SKEW_SECONDS: Final = 2.0

_UNSENT: Final = """
    select count(*) as count, coalesce(extract(epoch from clock_timestamp() - min(time)), 0) as age
    from outbox where sent_at is null
"""
_DEAD: Final = """
    select topic, reason, count(*) as count from held_event where state = 'dead'
    group by topic, reason order by count(*) desc
"""
_HELD: Final = """
    select topic, reason, state, count(*) as count, min(subject) as subject,
           extract(epoch from clock_timestamp() - min(held_at)) as age
    from held_event where state in ('parked', 'retrying', 'waiting')
    group by topic, reason, state order by min(held_at)
"""
_AREAS: Final = "select scheme, edition::text, count from area_list where loaded_at is not null"


async def examine_databases(status: Status) -> list[Finding]:
    """Look into every database, at the same time."""
    found = await asyncio.gather(
        *(_examine(name, dsn, status) for name, dsn in status.databases.items())
    )
    return [finding for findings in found for finding in findings]


async def _examine(name: str, dsn: str, status: Status) -> list[Finding]:
    settings = {"default_transaction_read_only": "on", "statement_timeout": "3s"}
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            connection: Any = await asyncpg.connect(
                dsn, server_settings={**settings, "application_name": "wushe doctor"}
            )
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return [_silent(name, error, status)]
    try:
        async with asyncio.timeout(2 * _ANSWER_SECONDS):
            return [finding async for finding in _ask(name, connection, status)]
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [_silent(name, error, status)]
    finally:
        connection.terminate()


def _silent(name: str, error: Exception, status: Status) -> Finding:
    server = status.parts.get("postgres")
    where = f"read {server.log}" if server is not None else "look at your server"
    return bad(
        f"database {name}",
        f"does not answer ({type(error).__name__})",
        why=f"{name} answers 503 to everything, and its events neither go out nor come in",
        remedy=f"{where}; what was accepted is kept, and work goes on when it is back",
    )


async def _ask(name: str, connection: Any, status: Status) -> AsyncIterator[Finding]:  # noqa: ANN401
    if pending := await _pending(name, connection):
        yield bad(
            f"database {name}",
            f"{len(pending)} migrations have not run: {', '.join(pending)}",
            why=f"{name} is not ready until its tables are what its code needs",
            remedy=f"wushe down --state {status.state}; wushe up --state {status.state}",
        )
        return
    yield well(f"database {name}", "answers, every migration has run")
    yield judge_clock(
        name, await connection.fetchval("select extract(epoch from clock_timestamp())")
    )
    yield _outbox(name, await connection.fetchrow(_UNSENT), status)
    yield _dead(name, await connection.fetch(_DEAD), status)
    for row in await connection.fetch(_HELD):
        if row["age"] > _LONGEST_HELD_SECONDS:
            yield _held(name, row, status)
    yield _areas(name, await connection.fetch(_AREAS))


async def _pending(name: str, connection: Any) -> list[str]:  # noqa: ANN401
    """Return the migrations of the installed code that this database has not seen."""
    scripts = ScriptDirectory.from_config(config_of(name))
    exists = await connection.fetchval("select to_regclass('alembic_version') is not null")
    rows = await connection.fetch("select version_num from alembic_version") if exists else []
    present = {row["version_num"] for row in rows}
    if exists and not present <= {script.revision for script in scripts.walk_revisions()}:
        # The tables are of a later release, which this code can work with.
        return []
    seen = {
        script.revision
        for revision in present
        for script in scripts.iterate_revisions(revision, "base")
    }
    return [s.revision for s in scripts.walk_revisions() if s.revision not in seen][::-1]


def judge_clock(name: str, there: float) -> Finding:
    """Compare the clock of a database, in seconds since 1970, with ours."""
    skew = float(there) - time.time()
    if abs(skew) < _MOST_SKEW_SECONDS:
        return well(f"clock {name}", "the database's is ours")
    return bad(
        f"clock {name}",
        f"the database's is {skew:+.0f} s from ours",
        why="tokens lapse early or late, and events seem to come from the future",
        remedy="set both by NTP: timedatectl status",
    )


def _outbox(name: str, row: Mapping[str, Any], status: Status) -> Finding:
    count, age = row["count"], float(row["age"])
    if age < _OLDEST_UNSENT_SECONDS:
        return well(f"outbox {name}", f"{count} events wait to be sent")
    relay = status.parts.get(f"{name}.relay") or status.parts.get(name)
    log = "" if relay is None else f"; its log is {relay.log}"
    return bad(
        f"outbox {name}",
        f"{count} events wait to be sent, the oldest for {age:.0f} s",
        why=f"no other service knows yet what {name} decided; nothing is lost",
        remedy=f"see the findings about the log and {relay.name if relay else name}{log}",
    )


def _dead(name: str, rows: Sequence[Mapping[str, Any]], status: Status) -> Finding:
    if not rows:
        return well(f"dead letters {name}", "none")
    told = ", ".join(f"{row['count']} of {row['topic']} ({row['reason']})" for row in rows)
    return bad(
        f"dead letters {name}",
        told,
        why="later events about the same things wait until somebody decides",
        remedy=f"wushe dead-letters list {name} --state {status.state}; then replay or discard",
    )


def _held(name: str, row: Mapping[str, Any], status: Status) -> Finding:
    waits = "waits" if row["count"] == 1 else "wait"
    return bad(
        f"held events {name}",
        f"{row['count']} of {row['topic']} {waits} ({row['state']}: {row['reason']}),"
        f" the oldest for {float(row['age']):.0f} s",
        why="what they wait for has not come; after its deadline it becomes a dead letter",
        remedy=f"wushe events show {row['subject'] or ''} --state {status.state}",
    )


def _areas(name: str, rows: Sequence[Mapping[str, Any]]) -> Finding:
    if rows:
        told = ", ".join(f"{row['scheme']} {row['edition']} ({row['count']})" for row in rows)
        return well(f"areas {name}", told)
    return bad(
        f"areas {name}",
        "no list is known",
        why="who may see what cannot be judged, so requests are refused",
        remedy="wait a little; else see the registry's log: it announces the list by event",
    )

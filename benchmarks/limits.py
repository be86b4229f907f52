"""What the database alone can do with the same rows: the limit beside the figures of intake."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import asyncpg

from wushe.wheels import wheel_path

if TYPE_CHECKING:
    from pathlib import Path

TABLES: Final = ("need", "need_line", "outbox", "idempotency_key")
_TPS: Final = re.compile(r"tps = ([\d.]+)")

_NEED: Final = """
    insert into need (
        id, version, pool_id, scheme, area, beneficiary, persons, urgency, title, client_ref,
        submitted_at, state
    )
    select gen_random_uuid(), 1, '0192d3c4-5b6a-7890-8abc-def012345678', 'nbs', '210213009',
        'household', 2, 3, '独居老人每日送餐', gen_random_uuid(), now(), 'open'
    from generate_series(1, {rows})
    returning id
"""
_LINES: Final = """
    insert into need_line (
        id, need_id, position, service, quantity, unit, weekdays, needs_vetting
    )
    select gen_random_uuid(), id, 0, 'meal_delivery', 20, 'person_time', 'mon wed fri', false
    from need returning need_id
"""
_STAGED: Final = """
    insert into outbox (
        id, aggregatetype, aggregateid, type, payload, partitionkey, source, version, time, slot
    )
    select gen_random_uuid(), 'cases.need', cast(need_id as text), 'cases.need.submitted.v1',
        '{payload}', '0192d3c4-5b6a-7890-8abc-def012345678', 'urn-wushe-cases', 1, now(), 3
    from line
"""
_SCRIPT: Final = """
\\set key random(1, 9000000000000000000)
begin;
insert into idempotency_key (sub, key, fingerprint)
    values ('pgbench', cast(:key as text), '\\x0123456789abcdef')
    on conflict do nothing returning 1;
with need as ({need}), line as ({line}), staged as ({staged}) select pg_notify('outbox', '');
update idempotency_key set status = 201, headers = '[["content-type", "application/json"]]',
    body = '\\x{answer}' where sub = 'pgbench' and key = cast(:key as text);
commit;
"""
_PAYLOAD: Final = {
    "need_id": "0192d3c4-5b6a-7890-8abc-def012345678",
    "pool_id": "0192d3c4-5b6a-7890-8abc-def012345678",
    "place": {"scheme": "nbs", "code": "210213009"},
    "point": None,
    "beneficiary": "household",
    "persons": 2,
    "urgency": 3,
    "lines": [
        {
            "line_id": "0192d3c4-5b6a-7890-8abc-def012345678",
            "kind": "service",
            "service": "meal_delivery",
            "quantity": 20,
            "unit": "person_time",
            "weekdays": ["mon", "wed", "fri"],
            "within_metres": None,
            "needs_vetting": False,
        }
    ],
    "meeting_id": None,
    "submitted_at": "2026-11-22 (pgbench reads a colon as the name of a variable)",
}
_ANSWER_OF_ONE: Final = 800
_ANSWER_PER_ITEM: Final = 90


async def by_pgbench(
    dsn: str, directory: Path, *, rows: int, clients: int, seconds: float
) -> float:
    """Return how many needs a second pgbench writes, so many in each transaction."""
    script = directory / f"needs-{rows}.sql"
    script.write_text(_script(rows))
    parts = urlsplit(dsn)
    process = await asyncio.create_subprocess_exec(
        *(str(wheel_path("postgres") / "pgbench"), "--no-vacuum", "--protocol=prepared"),
        *(
            f"--file={script}",
            f"--client={clients}",
            "--jobs=1",
            f"--time={max(1, round(seconds))}",
        ),
        *(f"--host={parts.hostname}", f"--port={parts.port}", f"--username={parts.username}"),
        parts.path.removeprefix("/"),
        env={**os.environ, "PGPASSWORD": parts.password or ""},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    found = _TPS.search(output.decode())
    if process.returncode or found is None:
        raise RuntimeError(errors.decode())
    return rows * float(found[1])


def _script(rows: int) -> str:
    payload = json.dumps(_PAYLOAD)
    size = _ANSWER_OF_ONE if rows == 1 else _ANSWER_PER_ITEM * rows
    return _SCRIPT.format(
        need=_NEED.format(rows=rows),
        line=_LINES,
        staged=_STAGED.format(payload=payload),
        answer="61" * size,
    )


async def by_copy(connection: Any) -> float:  # noqa: ANN401 - the driver has no types
    """Return how many needs a second a bare COPY writes of the rows that are there now."""
    tables = [table for table in TABLES if table != "idempotency_key"]
    kept: dict[str, tuple[list[str], bytes]] = {}
    needs = await connection.fetchval("select count(*) from need")
    for table in tables:
        # Numbers that the database gives are given again.
        columns = await connection.fetch(_COLUMNS, table)
        names = [row["column_name"] for row in columns]
        copy = io.BytesIO()
        wanted = ", ".join(names)
        query = f"select {wanted} from {table}"  # noqa: S608 - names of our own
        await connection.copy_from_query(query, output=copy, format="binary")
        kept[table] = names, copy.getvalue()
    await clear(connection)
    started = time.perf_counter()
    async with connection.transaction():
        for table, (names, content) in kept.items():
            await connection.copy_to_table(
                table, source=io.BytesIO(content), columns=names, format="binary"
            )
    return float(needs / (time.perf_counter() - started))


async def clear(connection: Any) -> None:  # noqa: ANN401
    """Begin every measurement with empty tables and nothing left to write back."""
    await connection.execute(f"truncate {', '.join(TABLES)} cascade")
    await connection.execute("checkpoint")


async def connected(dsn: str) -> Any:  # noqa: ANN401
    """Return a connection of the superuser, who may do all this."""
    return await asyncpg.connect(dsn)


_COLUMNS: Final = """
    select column_name from information_schema.columns
    where table_name = $1 and table_schema = 'public' and is_identity = 'NO'
    order by ordinal_position
"""

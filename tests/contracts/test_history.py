"""F22: what once happened, heard again by today's code, comes to the same figures.

A history is what lay in a log, record by record in the order in which it was written. Reporting
draws all that it knows from there, so a log is all that it is given.
"""

import hashlib
import json
from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from common.messaging.breaker import Breaker
from common.messaging.fates import Patience
from common.messaging.intake import Intake, Taking
from common.messaging.kafka import Record
from common.runtime import reactions
from common.service import Service
from reporting.bootstrap import build
from reporting.settings import Settings
from support.corpus import kept_in
from testing.api import running

HISTORIES = sorted((Path(__file__).parent / "history").glob("*.ndjson"))
DRAWN = ("journal", "place", "need", "need_line", "match", "service", "station")
# What tells of this run and not of what was heard; and what nobody has filled is as good as absent.
_ROWS = """
    select told from (
        select (jsonb_strip_nulls(to_jsonb(drawn)) - '{{position,journalled_at}}'::text[])::text
        from {table} as drawn
    ) as rows (told) order by told collate "C"
"""


@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in HISTORIES])
async def test_a_recorded_history_comes_to_the_same_state(
    file: Path, *, updates_promises: bool
) -> None:
    records = [kept.record(offset=place) for place, kept in enumerate(kept_in(file))]
    async with running(build, Settings, "reporting") as (service, _):
        await _hear(service, records)
        state = await _state_of(service)
    expected = file.with_suffix(".state.json")
    if updates_promises:
        expected.write_text(json.dumps(state, indent=2) + "\n", "utf-8")

    assert state["journal"]["rows"] == len(records)
    assert state == json.loads(expected.read_text("utf-8")), (
        "other figures from the same events: if they are meant, --update-promises writes them"
    )


def test_a_history_is_kept() -> None:
    assert HISTORIES


async def _hear(service: Service, records: list[Record]) -> None:
    frame = service.frame
    intake = Intake(service.name, reactions(service), frame.unit_of_work, frame.clock, Patience())
    for _, together in groupby(records, key=attrgetter("partition")):
        await intake.take([Taking(list(together), Breaker())])


async def _state_of(service: Service) -> Mapping[str, Any]:
    """Return how many rows of each table there are, and a digest of them."""
    async with service.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        found = {
            table: list((await connection.execute(text(_ROWS.format(table=table)))).scalars())
            for table in (*DRAWN, "held_event")
        }
    return {
        table: {"rows": len(rows), "sha256": hashlib.sha256("\n".join(rows).encode()).hexdigest()}
        for table, rows in found.items()
    }

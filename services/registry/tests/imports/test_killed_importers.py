"""A process that is killed in the middle of a file costs time and nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from importing import V1, table
from sqlalchemy import text

from common.clearance import cleared, system
from testing.api import RING

if TYPE_CHECKING:
    from importing import Desk

    from testing.api import Api

IMPORTER = Path(__file__).parents[1] / "support" / "mortal_importer.py"
ROWS = 700
SECOND_BATCH = "events-staged:2"
PEOPLE = [
    ["类别", "公开名称", "是否个人", "区划代码"],
    *(["volunteer", f"V-{number:05}", "是", "210213009"] for number in range(ROWS)),
]


async def killed(client: Api) -> None:
    """Have a process work until it is killed, and let its claim lapse."""
    url = client.frame.engine.url.render_as_string(hide_password=False)
    environment = {
        "REGISTRY_DATABASE_URL": url,
        "REGISTRY_KEYS_DATABASE_URL": "postgresql+asyncpg://nobody@localhost/nothing",
        "REGISTRY_KEY_RING": RING,
        "REGISTRY_KAFKA_BOOTSTRAP": "localhost:9",
        "REGISTRY_OIDC_ISSUER": "https://issuer.test",
        "REGISTRY_OIDC_JWKS": "nowhere.json",
        "WUSHE_FAILPOINT": SECOND_BATCH,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(IMPORTER)),
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == -signal.SIGKILL, said.decode()
    assert await counted(client, "select count(*) from import_job where claimed_until > now()") == 1
    await counted(client, "update import_job set claimed_until = now() returning 1")


async def counted(client: Api, statement: str) -> int:
    with cleared(system("test")):
        async with client.frame.unit_of_work.transaction() as session:
            found = await (await session.connection()).execute(text(statement))
            return int(found.scalar_one())


async def written(client: Api) -> tuple[int, int, int]:
    """Return how many parties, how many names, and how many were told of."""
    return (
        await counted(client, "select count(*) from party"),
        await counted(client, "select count(distinct public_name) from party"),
        await counted(client, "select count(*) from outbox where aggregatetype = 'registry.party'"),
    )


@pytest.mark.parametrize(("accept", "meanwhile"), [("all", 0), ("good_rows", 500)])
async def test_every_row_is_written_once_though_the_writer_was_killed(
    desk: Desk, client: Api, accept: str, meanwhile: int
) -> None:
    checked = await desk.sent(table(PEOPLE), subject="parties")
    path = f"{V1}/imports/{checked['id']}"
    assert (await desk.caller.post(f"{path}/commit", json={"accept": accept})).status_code == 200

    await killed(client)
    assert await written(client) == (meanwhile, meanwhile, meanwhile)
    done = await desk.worked_on(checked["id"])

    assert (done["state"], done["counts"]) == ("done", {"created": ROWS})
    assert await written(client) == (ROWS, ROWS, ROWS)


@pytest.mark.long
async def test_a_check_is_begun_again_though_the_checker_was_killed(
    desk: Desk, client: Api
) -> None:
    content = table(PEOPLE)
    body: dict[str, Any] = {"subject": "parties", "form": "csv", "area": "21", "parts": 1}
    begun = (await desk.caller.post(f"{V1}/imports", json=body)).json()
    await desk.caller.put(f"{V1}/imports/{begun['id']}/parts/1", content=content)

    await killed(client)
    checked = await desk.worked_on(begun["id"])

    assert (checked["state"], checked["counts"]) == ("checked", {"created": ROWS})
    assert await written(client) == (0, 0, 0)

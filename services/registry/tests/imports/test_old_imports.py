"""Imports and their files do not stay for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from importing import V1, table
from sqlalchemy import text

from common.clearance import cleared, system
from registry.app.application import Application
from registry.entrypoints.importer import forgetting_old
from testing.waiting import running, until

if TYPE_CHECKING:
    from importing import Desk

    from registry.app.work_on_imports import Work
    from testing.api import Api

ROWS = [
    ["层级", "名称", "区划代码", "立项日期"],
    ["station", "先进街道社工站", "210213009", "2024-03-01"],
]


async def run(client: Api, statement: str) -> list[tuple[object, ...]]:
    with cleared(system("test")):
        async with client.frame.unit_of_work.transaction() as session:
            found = await (await session.connection()).execute(text(statement))
            return [tuple(row) for row in found] if found.returns_rows else []


async def files(client: Api) -> int:
    ((count,),) = await run(client, "select count(*) from import_part")
    assert isinstance(count, int)
    return count


async def test_a_file_is_gone_with_the_end_of_its_import(desk: Desk, client: Api) -> None:
    checked = await desk.sent(table(ROWS))
    assert await files(client) == 1

    await desk.committed(checked["id"])

    assert await files(client) == 0


async def test_a_file_that_cannot_be_read_is_gone_at_once(desk: Desk, client: Api) -> None:
    refused = await desk.sent(b"\x00\xff", form="xlsx")

    assert (refused["state"], await files(client)) == ("refused", 0)


@pytest.mark.parametrize(("days", "gone"), [(29, 0), (31, 1)])
async def test_an_import_is_dropped_with_its_file_and_flaws_after_thirty_days(
    desk: Desk, client: Api, days: int, gone: int
) -> None:
    wrong = [*ROWS, ["station", "", "210213009", "2024-03-01"]]
    checked = await desk.sent(table(wrong))
    await run(client, f"update import_job set created_at = now() - interval '{days} days'")  # noqa: S608

    assert await work_of(client).forget_old() == gone

    answer = await desk.caller.get(f"{V1}/imports/{checked['id']}")
    assert answer.status_code == (404 if gone else 200)
    ((flaws,),) = await run(client, "select count(*) from import_flaw")
    assert (await files(client), flaws) == (1 - gone, 1 - gone)


async def test_a_service_drops_what_is_old_by_itself(desk: Desk, client: Api) -> None:
    await desk.sent(table(ROWS))
    await run(client, "update import_job set created_at = now() - interval '31 days'")

    async def is_gone() -> bool:
        return await files(client) == 0

    async with running(forgetting_old(work_of(client))):
        await until(is_gone, what="the file's end")


def work_of(client: Api) -> Work:
    application = client.service.application
    assert isinstance(application, Application)
    return application.imports.work

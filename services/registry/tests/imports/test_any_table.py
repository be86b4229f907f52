"""Whatever a table holds: it is never an error of ours, and never half a file."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importing import V1, Desk, table

from registry.bootstrap import build
from registry.settings import Settings
from testing.api import api

if TYPE_CHECKING:
    from collections.abc import Sequence

    from testing.api import Api

HEADER = ["society", "public_name", "is_person", "area", "vetted_on", "vetting_valid_until", "id"]
ANYTHING = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    st.sampled_from(["", "=1+1", "'=1", "\t", "a" * 200, "否", "2025-02-30", "1e400", "٣", "ﬀ"]),
)
USUAL = (
    st.sampled_from(["volunteer", "社区志愿者", "community"]),
    st.sampled_from(["V-00001", "V-00002", "V-00003", "甲队", "-乙队"]),
    st.sampled_from(["是", "否", "yes"]),
    st.sampled_from(["210213009", "210213", "999999"]),
    st.sampled_from(["", "2025-01-01"]),
    st.sampled_from(["", "2026-01-01", "2024-01-01"]),
    st.just(""),
)
ROWS = st.lists(
    st.tuples(*USUAL) | st.tuples(*(usual | ANYTHING for usual in USUAL)), min_size=1, max_size=5
)


async def taken(desk: Desk, rows: Sequence[Sequence[str]], accept: str) -> None:
    before = await named(desk)
    checked = await desk.sent(table([HEADER, *rows]), subject="parties")
    assert checked["state"] == "checked", checked
    assert await named(desk) == before
    counts = checked["counts"]
    if accept == "all" and counts.get("refused"):
        path = f"{V1}/imports/{checked['id']}/commit"
        assert (await desk.caller.post(path, json={"accept": "all"})).status_code == 409
        assert await named(desk) == before
        return
    done = await desk.committed(checked["id"], accept)
    assert (done["state"], done["counts"]) == ("done", counts)
    assert len(await named(desk)) == len(before) + counts.get("created", 0)
    again = await desk.sent(table([HEADER, *rows]), subject="parties")
    assert "created" not in again["counts"]
    assert "changed" not in again["counts"]


async def named(desk: Desk) -> list[dict[str, Any]]:
    return await desk.parties()


async def exported_changes_nothing(desk: Desk, form: str) -> None:
    before = await named(desk)
    file = await desk.caller.get(f"{V1}/exports/parties.{form}")
    checked = await desk.sent(file.content, subject="parties", form=form)
    done = await desk.committed(checked["id"])
    assert done["counts"] == ({"unchanged": len(before)} if before else {})
    assert await named(desk) == before


def test_a_table_of_anything_is_taken_whole_or_not_and_comes_out_as_it_went_in() -> None:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        client: Api = runner.run(stack.enter_async_context(api(build, Settings, "registry")))
        desk = Desk(runner.run(client.signed_in("platform_admin")))

        @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(ROWS, st.sampled_from(["all", "good_rows"]))
        def each(rows: list[tuple[str, ...]], accept: str) -> None:
            runner.run(taken(desk, rows, accept))

        each()
        for form in ("csv", "xlsx"):
            runner.run(exported_changes_nothing(desk, form))
        runner.run(stack.aclose())

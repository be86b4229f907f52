"""One contestant on one instance, in a process of its own: ``python -m benchmarks.contestants``.

Prints what it took as one line of JSON. No more than 12 GiB are given to it.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.scale_events import insert_all, play
from benchmarks.scale_instance import Instance
from matching.engine import StandingPlan

if TYPE_CHECKING:
    from collections.abc import Callable

MEMORY: Final = 12 * 2**30


def now() -> tuple[float, float]:
    """Return the time of day, and how long this process has been computing."""
    return time.perf_counter(), time.process_time()


def since(began: tuple[float, float]) -> dict[str, float]:
    """Return how long something took by both."""
    wall, processor = now()
    return {"seconds": wall - began[0], "processor": processor - began[1]}


def wushe(instance: Instance) -> dict[str, Any]:
    """Our plan from nothing, and events at full size."""
    StandingPlan.solved(instance.first(200).transport())
    problem = instance.transport()
    began = now()
    plan = StandingPlan.solved(problem)
    took = since(began)
    return {**took, "value": plan.verify().value, **play(plan, instance)}


def one_by_one(instance: Instance) -> dict[str, Any]:
    """Our plan, need by need."""
    began = now()
    plan = insert_all(instance)
    return {**since(began), "value": plan.verify().value}


def ortools(instance: Instance) -> dict[str, Any]:
    """OR-Tools' min-cost flow: needs, offers, a sink, and a way past the offers."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # noqa: PLC0415

    needs, offers = instance.needs, instance.offers
    sink, one = needs + offers, np.ones(needs, dtype=np.int64)
    rows, columns = np.arange(needs), np.arange(offers)
    began = now()
    flow = SimpleMinCostFlow()
    add = flow.add_arcs_with_capacity_and_unit_cost
    ones = np.ones(len(instance.need), dtype=np.int64)
    add(instance.need, instance.offer + needs, ones, -instance.value)
    add(columns + needs, np.full(offers, sink), instance.capacity, np.zeros(offers, np.int64))
    add(rows, np.full(needs, sink), one, np.zeros(needs, np.int64))
    flow.set_nodes_supplies(rows, one)
    flow.set_node_supply(sink, -needs)
    assert flow.solve() == flow.OPTIMAL
    return {**since(began), "value": -flow.optimal_cost()}


def scipy(instance: Instance) -> dict[str, Any]:
    """Scipy's assignment on a sparse matrix: a column for each place, and one for each need.

    ``linprog`` would take the instance as it is, with 3,000,000 variables; this finishes.
    """
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching  # noqa: PLC0415

    began = now()
    copies = instance.capacity[instance.offer]
    first = np.cumsum(instance.capacity) - instance.capacity
    nth = np.arange(copies.sum()) - np.repeat(np.cumsum(copies) - copies, copies)
    column = np.repeat(first[instance.offer], copies) + nth
    row, value = np.repeat(instance.need, copies), np.repeat(instance.value, copies)
    places, most = int(instance.capacity.sum()), int(instance.value.max()) + 1
    needs = np.arange(instance.needs)
    cost = np.concatenate([most - value, np.full(instance.needs, most)])
    where = (np.concatenate([row, needs]), np.concatenate([column, places + needs]))
    graph = coo_array((cost, where), shape=(instance.needs, places + instance.needs)).tocsr()
    rows, columns = min_weight_full_bipartite_matching(graph)
    value = most * instance.needs - int(graph[rows, columns].sum())
    return {**since(began), "value": value}


def sql(instance: Instance) -> dict[str, Any]:
    """What most systems do: in the database, to each need in turn its nearest offer with room."""
    return asyncio.run(_greedy(instance))


_TABLES: Final = """
    create table pair (need integer, offer integer, value bigint);
    create table offer (id integer primary key, room integer not null);
    create table made (need integer, value bigint);
"""
_GREEDY: Final = """
    do $$
    declare wanted integer; nearest record;
    begin
        for wanted in 0..{last} loop
            select pair.offer, pair.value into nearest from pair join offer on offer.id = pair.offer
                where pair.need = wanted and offer.room > 0 and pair.value > 0
                order by pair.value desc, pair.offer limit 1;
            if found then
                update offer set room = room - 1 where id = nearest.offer;
                insert into made values (wanted, nearest.value);
            end if;
        end loop;
    end $$
"""


async def _greedy(instance: Instance) -> dict[str, Any]:
    import asyncpg  # noqa: PLC0415

    from wushe.components.postgres import running_postgres  # noqa: PLC0415

    with (
        tempfile.TemporaryDirectory() as directory,
        running_postgres(Path(directory) / "postgres") as address,
    ):
        connection = await asyncpg.connect(address.dsn())
        await connection.execute(_TABLES)
        pairs = np.column_stack([instance.need, instance.offer, instance.value])
        await connection.copy_records_to_table("pair", records=map(tuple, pairs.tolist()))
        offers = enumerate(instance.capacity.tolist())
        await connection.copy_records_to_table("offer", records=offers)
        for statement in ("create index on pair (need)", "vacuum analyze"):
            await connection.execute(statement)
        began = now()
        await connection.execute(_GREEDY.format(last=instance.needs - 1))
        took = {"seconds": since(began)["seconds"]}
        value = await connection.fetchval("select coalesce(sum(value), 0)::bigint from made")
        await connection.close()
    return {**took, "value": int(value)}


CONTESTANTS: Final[dict[str, Callable[[Instance], dict[str, Any]]]] = {
    "wushe": wushe,
    "one_by_one": one_by_one,
    "ortools": ortools,
    "scipy": scipy,
    "sql": sql,
}


def main(name: str, file: str) -> None:
    """Let a contestant run, and say what it took."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    told = CONTESTANTS[name](Instance.kept(Path(file)))
    print(json.dumps({**told, "peak_mib": _peak_mib()}))  # noqa: T201


def _peak_mib() -> float:
    """Return the most that this process has held; elsewhere than on Linux, or who started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(each for each in status.read_text().splitlines() if "VmHWM" in each)
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])

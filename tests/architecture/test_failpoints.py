"""Whoever changes something durable says where a death would matter, so that tests die there.

The rule: a function of the common library that opens a transaction, or asks a database or a log to
change something over a connection of its own, passes a fail point after it; or it is listed here
with the reason why a death there changes nothing. A function that is given its session or
connection works in the transaction of somebody else, who is asked instead.
"""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from common.failpoints import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).parents[2] / "libs" / "common" / "src" / "common"
OPENS = {"transaction", "begin", "on_driver", "_connected"}
CHANGES = {
    *("execute", "exec", "exec_driver_sql", "fetch", "fetchval", "copy_records_to_table"),
    *("send", "commit", "poll", "create_topics"),
    *("mark_sent", "unmark_other_clusters", "unmark_partition", "confirm", "prune"),
}
GIVEN = {"AsyncSession", "AsyncConnection"}
READS = "it only reads"
INNER = "its callers pass the steps"
HARMLESS = {
    "accounts.Accounts._read": READS,
    "area_lists.AreaFetcher._announced": READS,
    "areas.Areas.find": READS,
    "areas.Areas._learn": READS,
    "areas.Areas._list_in_force": READS,
    "http.health.Health._look_at_database": READS,
    "http.idempotency.IdempotentRequests.anew": "who asks again is told again",
    "messaging.sweep.Sweep._heads": READS,
    "messaging.sweep.Sweep.run": READS,
    "persistence.outbox_rows.OutboxRows.farthest": READS,
    "persistence.outbox_rows.OutboxRows.unsent": READS,
    "messaging.intake.Intake.transaction": INNER,
    "messaging.sender._Batch.run": INNER,
    "persistence.outbox_rows.OutboxRows._count": INNER,
    "persistence.outbox_rows.OutboxRows.mark_sent": INNER,
    "messaging.dead_letters._connected": INNER,
    "messaging.dead_letters.find": READS,
    "personal.postgres_keys.PostgresKeys._transaction": INNER,
    "personal.postgres_keys.PostgresKeys.erase": "before the row says so; the next attempt does",
    "personal.postgres_keys.PostgresKeys.erased": READS,
    "personal.postgres_keys.PostgresKeys.find": READS,
    "personal.postgres_keys.PostgresKeys.provide": "a key whose row never comes says nothing",
    "personal.postgres_keys.PostgresKeys.rewrap": "each key is whole; the next run goes on",
    "persistence.unit_of_work.UnitOfWork._opened": INNER,
    "persistence.wake_up.WakeUp._listen_once": "who listens changes nothing",
    "persistence.unit_of_work.UnitOfWork.attempt": INNER,
    "persistence.unit_of_work.UnitOfWork.on_driver": INNER,
    "persistence.unit_of_work.UnitOfWork.snapshot": READS,
    "runtime.tidy": "the only thing that it does passes a step",
    "messaging.reader.GroupMember._say_goodbye": "a group forgets who does not say goodbye",
    "persistence.slots.Slots.give_back": "locks end with the connection, and membership in seconds",
    "persistence.slots.Slots.share": "to be counted for three seconds too long delays, no more",
}


class Deeds(ast.NodeVisitor):
    """What one function does that outlasts the process, and the steps that it says it has done."""

    def __init__(self) -> None:
        self.deeds: list[int] = []
        self.steps: list[int] = []

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        if any(name_of(item.context_expr) in OPENS for item in node.items):
            self.deeds.append(node.lineno)
        self.generic_visit(node)

    def visit_Await(self, node: ast.Await) -> None:
        if name_of(node.value) in CHANGES:
            self.deeds.append(node.lineno)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "failpoint":
            self.steps.append(node.lineno)
        self.generic_visit(node)

    def visit_AsyncFunctionDef(self, _: ast.AsyncFunctionDef) -> None:
        """Leave functions within a function to themselves."""


def name_of(called: ast.expr) -> str | None:
    if not isinstance(called, ast.Call):
        return None
    if isinstance(called.func, ast.Name):
        return called.func.id
    return called.func.attr if isinstance(called.func, ast.Attribute) else None


def functions(tree: ast.AST, path: str) -> Iterator[tuple[str, ast.AsyncFunctionDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.AsyncFunctionDef):
            yield f"{path}.{node.name}", node
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef | ast.ClassDef):
            yield from functions(node, f"{path}.{node.name}")


def silent(source: str, path: str) -> set[str]:
    """Return the functions that change something and do not say so."""
    return {
        name
        for name, function in functions(ast.parse(source), path)
        if not is_given(function) and not is_told(function)
    }


def is_given(function: ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(argument.annotation, ast.Name) and argument.annotation.id in GIVEN
        for argument in (*function.args.args, *function.args.kwonlyargs)
    )


def is_told(function: ast.AsyncFunctionDef) -> bool:
    found = Deeds()
    for statement in function.body:
        found.visit(statement)
    return not found.deeds or any(line > min(found.deeds) for line in found.steps)


def modules() -> dict[str, str]:
    return {
        ".".join(file.relative_to(SOURCE).with_suffix("").parts): file.read_text(encoding="utf-8")
        for file in sorted(SOURCE.rglob("*.py"))
    }


def test_whoever_changes_something_durable_can_be_killed_right_after() -> None:
    found = {name for path, source in modules().items() for name in silent(source, path)}

    assert found == HARMLESS.keys(), "add a step to common.failpoints and pass it, or say why not"


def passed(source: str) -> Counter[str]:
    return Counter(
        node.args[0].attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "failpoint"
        and isinstance(node.args[0], ast.Attribute)
    )


def test_every_step_is_passed_at_exactly_one_place() -> None:
    found = sum((passed(source) for source in modules().values()), Counter[str]())

    assert found == Counter(step.name for step in Step)


def without_failpoints(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        if is_call and isinstance(node.value.func, ast.Name):  # type: ignore[attr-defined]
            name = node.value.func  # type: ignore[attr-defined]
            name.id = "print" if name.id == "failpoint" else name.id
    return ast.unparse(tree)


@pytest.mark.parametrize(
    "path",
    [
        *("messaging.consumer", "messaging.dead_letters", "messaging.intake", "messaging.sweep"),
        *("persistence.log_watch", "persistence.relay_work", "persistence.slots"),
        *("http.idempotency", "area_lists"),
    ],
)
def test_the_rule_notices_where_one_is_missing(path: str) -> None:
    source = modules()[path]

    assert silent(without_failpoints(source), path) - silent(source, path)


NEW_STEP = """
class Archive:
    async def keep(self) -> None:
        async with self._unit_of_work.transaction() as session:
            await write(session)
"""


def test_the_rule_notices_a_new_step() -> None:
    assert silent(NEW_STEP, "archive") == {"archive.Archive.keep"}
    assert silent(NEW_STEP + "            failpoint(Step.BATCH_DONE)\n", "archive") == set()

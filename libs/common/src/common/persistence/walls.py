"""Row-level security: what the database lets a piece of work touch, whatever its statements say.

A wall is a policy on a table, forced upon its owner too, that compares each row with what the
transaction was told (``common.clearance``, ``common.persistence.unit_of_work``):

    wushe.width         public, caller, scope, everywhere or system; unset sees nothing
    wushe.who           the caller's ``sub``, or the name of the service's own work
    wushe.orgs          organisations, an array
    wushe.areas_<scheme>  areas of one code list, an array; what lies in them counts too

The conditions below are SQL for a policy. Parts that do not depend on the row stand in a select of
their own, so they are worked out once for a statement; the list of areas is asked either once for
a statement or row by row, as the planner sees fit. Like every part of a migration they are written
once and never change: a later wall is another function, called by another migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from common.persistence.frame_tables import Operations

_WIDTH: Final = "(select nullif(current_setting('wushe.width', true), ''))"
IS_PUBLIC: Final = f"{_WIDTH} = 'public'"
IS_SIGNED_IN: Final = f"{_WIDTH} in ('caller', 'scope', 'everywhere', 'system')"
IS_AT_WORK: Final = f"{_WIDTH} in ('scope', 'everywhere', 'system')"
IS_WIDE: Final = f"{_WIDTH} in ('everywhere', 'system')"
IS_SYSTEM: Final = f"{_WIDTH} = 'system'"


def is_own(column: str) -> str:
    """Return the condition that a column holds the caller's ``sub``."""
    return f"{column} = (select nullif(current_setting('wushe.who', true), ''))"


def of_own_org(column: str) -> str:
    """Return the condition that a column holds one of the caller's organisations."""
    return f"{column} = any((select nullif(current_setting('wushe.orgs', true), ''))::uuid[])"


def within_own_areas(table: str, code: str = "area") -> str:
    """Return the condition that a row's area, by ``scheme`` and a code, is in the caller's."""
    ours = " or ".join(
        f"(around.scheme = '{scheme}' and around.ancestors && (select"
        f" nullif(current_setting('wushe.areas_{scheme}', true), '')::text[]))"
        for scheme in ("nbs", "mca")
    )
    return f"""exists (
        select from area as around
        where around.scheme = {table}.scheme and around.code = {table}.{code} and ({ours})
    )"""


def with_parent(table: str, parent: str, key: str, *, parent_key: str = "id") -> str:
    """Return the condition that the row to which a row belongs can be seen."""
    return f"exists (select from {parent} as parent where parent.{parent_key} = {table}.{key})"


def build_wall(op: Operations, table: str, condition: str, *, check: str | None = None) -> None:
    """Let the rows of a table be touched where a condition holds, and nowhere else."""
    build_walls(op, table, {"all": (condition, check or condition)})


def build_walls(
    op: Operations, table: str, by_command: Mapping[str, tuple[str | None, str | None]]
) -> None:
    """Put policies on a table; for each command what may be found, and what may be written."""
    for command, (using, check) in by_command.items():
        clauses = (f"using ({using})" if using else "", f"with check ({check})" if check else "")
        op.execute(f"create policy wall_{command} on {table} for {command} {' '.join(clauses)}")
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")


def raze_walls(op: Operations, table: str, *commands: str) -> None:
    """Take a table's policies away again."""
    for command in commands or ("all",):
        op.execute(f"drop policy wall_{command} on {table}")
    op.execute(f"alter table {table} no force row level security")
    op.execute(f"alter table {table} disable row level security")


def build_frame_walls_v1(op: Operations) -> None:
    """Put policies on the tables that every service has."""
    for table, by_command in _FRAME_V1.items():
        build_walls(op, table, by_command)


def raze_frame_walls_v1(op: Operations) -> None:
    """Take the policies of ``build_frame_walls_v1`` away again."""
    for table, by_command in _FRAME_V1.items():
        raze_walls(op, table, *by_command)


_SYSTEM_ONLY: Final = {"all": (IS_SYSTEM, IS_SYSTEM)}
# Not even a condition that always holds: ahead of any other, the index of what lies where, whose
# operator might tell of the rows it meets, would be of no use.
_PUBLISHED: Final = {"select": ("true", None), **_SYSTEM_ONLY}

_FRAME_V1: Final[Mapping[str, Mapping[str, tuple[str | None, str | None]]]] = {
    # Whoever decides something tells of it, and hears nothing of what others tell.
    "outbox": {"insert": (None, IS_SIGNED_IN), **_SYSTEM_ONLY},
    "relay_member": _SYSTEM_ONLY,
    "inbox": _SYSTEM_ONLY,
    "subject_state": _SYSTEM_ONLY,
    "held_event": _SYSTEM_ONLY,
    "idempotency_key": {
        "all": (f"{is_own('sub')} or {IS_SYSTEM}", f"{is_own('sub')} or {IS_SYSTEM}")
    },
    # What one may do oneself; whoever manages accounts is an administrator.
    "account": {"select": (is_own("sub"), None), "all": (IS_WIDE, IS_WIDE)},
    "area": _PUBLISHED,
    "area_list": _PUBLISHED,
    # How far the migrations have come is asked by probes, before anybody is known.
    "alembic_version": _PUBLISHED,
}

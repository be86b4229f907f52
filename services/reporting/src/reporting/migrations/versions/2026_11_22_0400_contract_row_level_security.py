"""Let the database show only rows that the caller's scope covers, and take them from nobody.

To contract: code that does not tell the database who asks sees nothing any more.
"""

from __future__ import annotations

from typing import Final

from alembic import op

from common.persistence.walls import (
    IS_SYSTEM,
    IS_WIDE,
    build_frame_walls_v1,
    build_walls,
    raze_frame_walls_v1,
    raze_walls,
    with_parent,
    within_own_areas,
)

revision: Final = "2026_11_22_0400"
down_revision: Final = "2026_11_22_0100"


def _of_need(table: str) -> str:
    return with_parent(table, "need", "need_id", parent_key="need_id")


_SEEN: Final = {
    "place": within_own_areas("place", "code"),
    "need": within_own_areas("need"),
    "station": within_own_areas("station"),
    "need_line": _of_need("need_line"),
    "match": _of_need("match"),
    "service": _of_need("service"),
    "journal": with_parent("journal", "place", "about", parent_key="about"),
}


def upgrade() -> None:
    build_frame_walls_v1(op)
    for table, seen in _SEEN.items():
        # Everything here was told by events; no request writes.
        build_walls(
            op,
            table,
            {"select": (f"{IS_WIDE} or {seen}", None), "all": (IS_SYSTEM, IS_SYSTEM)},
        )


def downgrade() -> None:
    for table in reversed(_SEEN):
        raze_walls(op, table, "select", "all")
    raze_frame_walls_v1(op)

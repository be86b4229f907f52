"""Let the database show and take only rows that the caller's scope covers.

To contract: code that does not tell the database who asks sees nothing any more.
"""

from typing import Final

from alembic import op

from common.persistence.walls import (
    IS_WIDE,
    build_frame_walls_v1,
    build_wall,
    raze_frame_walls_v1,
    raze_walls,
    with_parent,
    within_own_areas,
)

revision: Final = "cases_0002"
down_revision: Final = "cases_0001"
branch_labels: Final = None
depends_on: Final = None

_PLACED: Final = ("meeting", "need", "service_record")
_OF_NEEDS: Final = ("need_line", "derived_line", "match")


def upgrade() -> None:
    build_frame_walls_v1(op)
    for table in _PLACED:
        build_wall(op, table, f"{IS_WIDE} or {within_own_areas(table)}", check=_CHECKS.get(table))
    for table in _OF_NEEDS:
        build_wall(op, table, f"{IS_WIDE} or {with_parent(table, 'need', 'need_id')}")


def downgrade() -> None:
    for table in (*_OF_NEEDS, *_PLACED):
        raze_walls(op, table)
    raze_frame_walls_v1(op)


# A reference would tell whether a row exists that may not be seen: foreign keys look past walls.
_CHECKS: Final = {
    "need": f"""
        {IS_WIDE} or (
            {within_own_areas("need")}
            and (meeting_id is null or {with_parent("need", "meeting", "meeting_id")})
        )
    """,
    "service_record": f"""
        {IS_WIDE} or (
            {within_own_areas("service_record")}
            and {with_parent("service_record", "need", "need_id")}
        )
    """,
}

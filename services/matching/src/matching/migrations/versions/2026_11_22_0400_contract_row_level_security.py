"""Let the database show and take only rows that the caller's scope covers.

To contract: code that does not tell the database who asks sees nothing any more.
"""

from alembic import op

from common.persistence.walls import (
    IS_AT_WORK,
    IS_SYSTEM,
    IS_WIDE,
    build_frame_walls_v1,
    build_wall,
    of_own_org,
    raze_frame_walls_v1,
    raze_walls,
    with_parent,
    within_own_areas,
)

revision = "2026_11_22_0400"
down_revision = "2026_11_22_0100"
branch_labels = None
depends_on = None

_WALLS = {
    "need": f"{IS_WIDE} or {within_own_areas('need')}",
    "need_line": f"{IS_WIDE} or {with_parent('need_line', 'need', 'need_id')}",
    "party": f"{IS_WIDE} or {of_own_org('id')} or {within_own_areas('party')}",
    "offer": f"{IS_WIDE} or {of_own_org('party_id')} or {within_own_areas('offer')}",
    "match": (
        f"{IS_WIDE} or {of_own_org('party_id')} or {with_parent('match', 'need', 'need_id')}"
    ),
    "refusal": f"{IS_WIDE} or {with_parent('refusal', 'need', 'need_id')}",
    "linkage_plan": f"{IS_WIDE} or {with_parent('linkage_plan', 'need', 'need_id')}",
    "proposal_feed": (
        f"{IS_WIDE} or {of_own_org('party_id')} or {within_own_areas('proposal_feed')}"
    ),
    # Counters of a whole city: who changes something in it marks them, whoever that is.
    "pool": IS_AT_WORK,
    "partition_owner": IS_SYSTEM,
    "policy": IS_SYSTEM,
}


def upgrade() -> None:
    build_frame_walls_v1(op)
    for table, condition in _WALLS.items():
        build_wall(op, table, condition)


def downgrade() -> None:
    for table in reversed(_WALLS):
        raze_walls(op, table)
    raze_frame_walls_v1(op)

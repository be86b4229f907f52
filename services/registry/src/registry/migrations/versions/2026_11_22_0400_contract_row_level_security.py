"""Let the database show and take only rows that the caller's scope covers.

To contract: code that does not tell the database who asks sees nothing any more.
"""

from alembic import op

from common.persistence.walls import (
    IS_WIDE,
    build_frame_walls_v1,
    build_wall,
    of_own_org,
    raze_frame_walls_v1,
    raze_walls,
    within_own_areas,
)

revision = "2026_11_22_0400"
down_revision = "2026_11_22_0100"
branch_labels = None
depends_on = None


def upgrade() -> None:
    build_frame_walls_v1(op)
    build_wall(op, "station", f"{IS_WIDE} or {within_own_areas('station')}")
    build_wall(op, "party", f"{IS_WIDE} or {of_own_org('id')} or {within_own_areas('party')}")


def downgrade() -> None:
    raze_walls(op, "party")
    raze_walls(op, "station")
    raze_frame_walls_v1(op)

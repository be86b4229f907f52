"""Let the database show and take only notes that the caller's scope covers."""

from __future__ import annotations

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

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    build_frame_walls_v1(op)
    build_wall(op, "note", f"{IS_WIDE} or {of_own_org('org')} or {within_own_areas('note')}")


def downgrade() -> None:
    raze_walls(op, "note")
    raze_frame_walls_v1(op)

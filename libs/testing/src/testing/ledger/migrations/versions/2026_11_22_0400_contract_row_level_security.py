"""Let only the service's own work touch the ledger."""

from __future__ import annotations

from alembic import op

from common.persistence.walls import (
    IS_SYSTEM,
    build_frame_walls_v1,
    build_wall,
    raze_frame_walls_v1,
    raze_walls,
)

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    build_frame_walls_v1(op)
    build_wall(op, "account_book", IS_SYSTEM)
    build_wall(op, "effect", IS_SYSTEM)


def downgrade() -> None:
    raze_walls(op, "effect")
    raze_walls(op, "account_book")
    raze_frame_walls_v1(op)

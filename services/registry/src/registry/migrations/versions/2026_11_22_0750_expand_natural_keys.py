"""Parties and stations are found by what people know them by, also among many of one place."""

from alembic import op

revision = "2026_11_22_0750"
down_revision = "2026_11_22_0722"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("create index party_by_name on party (scheme, area, society, public_name)")
    op.execute("create index station_by_name on station (scheme, area, tier, name)")


def downgrade() -> None:
    op.execute("drop index station_by_name")
    op.execute("drop index party_by_name")

"""The session of an offer that a match is for."""

from alembic import op

revision = "2026_11_22_1712"
down_revision = "2026_11_22_1730"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table match add column session_id uuid")
    op.execute("alter table match add column starts_at timestamptz")
    op.execute("alter table match add column ends_at timestamptz")


def downgrade() -> None:
    op.execute(
        "alter table match drop column session_id, drop column starts_at, drop column ends_at"
    )

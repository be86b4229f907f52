"""Parties that were only invited are not matched before they are approved."""

from alembic import op

revision = "2026_11_22_0542"
down_revision = "2026_11_22_0400"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table party add column is_approved boolean not null default true")


def downgrade() -> None:
    op.execute("alter table party drop column is_approved")

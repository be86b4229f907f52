"""Lines that are filled together with others of their need, or not at all."""

from alembic import op

revision = "2026_11_22_1540"
down_revision = "2026_11_22_1502"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table need_line add column all_or_nothing boolean not null default false")


def downgrade() -> None:
    op.execute("alter table need_line drop column all_or_nothing")

"""Between which instants a line is to be filled."""

from typing import Final

from alembic import op

revision: Final = "cases_0004"
down_revision: Final = "cases_0003"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.execute("alter table need_line add column not_before timestamptz")
    op.execute("alter table need_line add column not_after timestamptz")


def downgrade() -> None:
    op.execute("alter table need_line drop column not_before, drop column not_after")

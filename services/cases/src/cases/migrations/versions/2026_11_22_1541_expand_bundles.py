"""Lines that are filled together with others of their need, or not at all."""

from typing import Final

from alembic import op

revision: Final = "cases_0003"
down_revision: Final = "cases_0002"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.execute("alter table need_line add column all_or_nothing boolean not null default false")


def downgrade() -> None:
    op.execute("alter table need_line drop column all_or_nothing")

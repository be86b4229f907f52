"""When the time or place of a need changed last."""

from typing import Final

from alembic import op

revision: Final = "cases_0005"
down_revision: Final = "cases_0004"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    op.execute("alter table need add column changed_at timestamptz")


def downgrade() -> None:
    op.execute("alter table need drop column changed_at")

"""Let everybody see in the directory which services ended, and note when each changed."""

from alembic import op

from common.persistence.walls import IS_PUBLIC

revision = "2026_11_22_0723"
down_revision = "2026_11_22_0750"
branch_labels = None
depends_on = None

# Where a service is stays in another table, whose own wall hides what is confidential. What was
# withdrawn is told of to those who keep a copy, unless its place was.
_SHOWN = "withdrawn_on is null or not is_confidential"


def upgrade() -> None:
    op.execute("""
        alter table service_entry add column modified_at timestamptz not null default now()
    """)
    op.execute("""
        create trigger stamp_modified before update on service_entry
            for each row execute function stamp_modified()
    """)
    op.execute(f"alter policy wall_public on service_entry using ({IS_PUBLIC} and ({_SHOWN}))")


def downgrade() -> None:
    op.execute(f"""
        alter policy wall_public on service_entry using ({IS_PUBLIC} and withdrawn_on is null)
    """)
    op.execute("drop trigger stamp_modified on service_entry")
    op.execute("alter table service_entry drop column modified_at")

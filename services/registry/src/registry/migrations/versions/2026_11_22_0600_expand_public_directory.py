"""Let everybody see what the public directory shows, and note when each part of it changed."""

from alembic import op

from common.persistence.walls import IS_PUBLIC

revision = "2026_11_22_0600"
down_revision = "2026_11_22_0500"
branch_labels = None
depends_on = None

_SHOWN = {
    "station": "opened_on is not null",
    "party": "not is_person and suspended_on is null",
}


def upgrade() -> None:
    # By the database, so that no way of writing forgets it.
    op.execute("""
        create function stamp_modified() returns trigger language plpgsql as $$
        begin
            new.modified_at := clock_timestamp();
            return new;
        end
        $$
    """)
    for table, condition in _SHOWN.items():
        op.execute(f"alter table {table} add column modified_at timestamptz not null default now()")
        op.execute(f"""
            create trigger stamp_modified before update on {table}
                for each row execute function stamp_modified()
        """)
        op.execute(f"""
            create policy wall_public on {table} for select using ({IS_PUBLIC} and {condition})
        """)


def downgrade() -> None:
    for table in _SHOWN:
        op.execute(f"drop policy wall_public on {table}")
        op.execute(f"drop trigger stamp_modified on {table}")
        op.execute(f"alter table {table} drop column modified_at")
    op.execute("drop function stamp_modified()")

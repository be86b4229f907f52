"""Reminders of asks, proposals that wait for a worker, and when each party was asked last."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, raze_walls, with_parent

revision = "2026_11_22_1402"
down_revision = "2026_11_22_1530"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table match add column reminded_at timestamptz")
    op.execute("alter table proposal_feed add column is_reminder boolean not null default false")
    op.execute("""
        create index match_unreminded on match (asked_at)
            where state = 'asked' and reminded_at is null
    """)
    op.execute("create index match_proposed on match (line_id) where state = 'proposed'")
    op.execute("create index match_asked on match (party_id, asked_at) where asked_at is not null")
    op.execute("""
        create table undecided_told (
            need_id uuid primary key references need,
            since timestamptz not null,
            addressee text not null,
            told_at timestamptz not null
        )
    """)
    of_need = with_parent("undecided_told", "need", "need_id")
    build_wall(op, "undecided_told", f"{IS_WIDE} or {of_need}")


def downgrade() -> None:
    raze_walls(op, "undecided_told")
    op.execute("drop table undecided_told")
    for index in ("match_asked", "match_proposed", "match_unreminded"):
        op.execute(f"drop index {index}")
    op.execute("alter table proposal_feed drop column is_reminder")
    op.execute("alter table match drop column reminded_at")

"""Refusals that a change of their need has lifted, and accepted matches that fit no more."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, raze_walls, with_parent

revision = "2026_11_22_1750"
down_revision = "2026_11_22_1710"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table past_refusal (
            id uuid primary key default gen_random_uuid(),
            need_id uuid not null references need,
            party_id uuid not null,
            lifted_at timestamptz not null,
            reason text not null,
            said_on date not null,
            recorded_at timestamptz not null
        )
    """)
    op.execute("create index past_refusal_of_need on past_refusal (need_id)")
    of_need = with_parent("past_refusal", "need", "need_id")
    build_wall(op, "past_refusal", f"{IS_WIDE} or {of_need}")
    op.execute("alter table match add column misfit_since timestamptz")
    op.execute("alter table match add column misfit_rules text")


def downgrade() -> None:
    op.execute("alter table match drop column misfit_rules")
    op.execute("alter table match drop column misfit_since")
    raze_walls(op, "past_refusal")
    op.execute("drop table past_refusal")

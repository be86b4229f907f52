"""No-shows, feedback of both sides, and lines that are open again and urgent."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, of_own_org, raze_walls, with_parent

revision = "2026_11_22_1401"
down_revision = "2026_11_22_1500"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table need_line add column urgent_since timestamptz")
    op.execute("""
        create table no_show (
            id uuid primary key,
            match_id uuid not null references match,
            need_id uuid not null references need,
            party_id uuid not null,
            missed_on date not null,
            absent text not null,
            said_by text not null,
            by text not null,
            at timestamptz not null
        )
    """)
    op.execute("create index no_show_of_match on no_show (match_id)")
    op.execute("create index no_show_of_party on no_show (party_id, missed_on)")
    op.execute("""
        create table feedback (
            id uuid primary key,
            version bigint not null,
            match_id uuid not null references match,
            need_id uuid not null references need,
            party_id uuid not null,
            side text not null,
            rating bigint not null check (rating between 1 and 5),
            reasons text not null,
            note text,
            by text not null,
            at timestamptz not null
        )
    """)
    op.execute("create index feedback_of_match on feedback (match_id)")
    own = of_own_org("party_id")
    of_need = with_parent("no_show", "need", "need_id")
    build_wall(op, "no_show", f"{IS_WIDE} or {own} or {of_need}")
    # What is said of a party in confidence is not for its eyes.
    build_wall(op, "feedback", f"{IS_WIDE} or {with_parent('feedback', 'need', 'need_id')}")


def downgrade() -> None:
    for table in ("feedback", "no_show"):
        raze_walls(op, table)
        op.execute(f"drop table {table}")
    op.execute("alter table need_line drop column urgent_since")

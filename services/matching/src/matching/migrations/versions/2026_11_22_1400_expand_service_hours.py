"""Hours of volunteers, as both sides say them."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, of_own_org, raze_walls, with_parent

revision = "2026_11_22_1400"
down_revision = "2026_11_22_0542"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A day of a match is one row: its id follows from both.
    op.execute("""
        create table service_hours (
            id uuid primary key,
            version bigint not null,
            match_id uuid not null references match,
            need_id uuid not null references need,
            party_id uuid not null,
            service text not null,
            served_on date not null,
            given_minutes bigint check (given_minutes between 1 and 1440),
            given_by text,
            given_at timestamptz,
            received_minutes bigint check (received_minutes between 1 and 1440),
            received_by text,
            received_at timestamptz,
            check (version = 0 or given_minutes = received_minutes)
        )
    """)
    op.execute("create index service_hours_of_match on service_hours (match_id, served_on)")
    own = of_own_org("party_id")
    of_need = with_parent("service_hours", "need", "need_id")
    build_wall(op, "service_hours", f"{IS_WIDE} or {own} or {of_need}")


def downgrade() -> None:
    raze_walls(op, "service_hours")
    op.execute("drop table service_hours")

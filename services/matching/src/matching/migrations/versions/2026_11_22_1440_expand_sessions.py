"""Calendars of offers, the sessions that they come to, and who holds seats of them."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, raze_walls, with_parent

revision = "2026_11_22_1440"
down_revision = "2026_11_22_1430"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # For a rule about a party and times at once; PostgreSQL lets an owner add it.
    op.execute("create extension if not exists btree_gist")
    op.execute("alter table offer add column openings integer[]")
    op.execute("""
        create table calendar (
            id uuid primary key references offer,
            version bigint not null,
            hours jsonb not null,
            published_until date not null
        )
    """)
    op.execute("create index calendar_behind on calendar (published_until)")
    op.execute("""
        create table session (
            id uuid primary key,
            offer_id uuid not null references offer,
            party_id uuid not null,
            starts_at timestamptz not null,
            ends_at timestamptz not null check (ends_at >= starts_at),
            bookable_until timestamptz not null,
            weekday text,
            seats integer not null,
            held integer not null check (held between 0 and seats),
            is_exclusive boolean not null,
            is_closed boolean not null,
            constraint one_session_of_an_offer_at_a_time unique (offer_id, starts_at, ends_at),
            constraint nobody_is_booked_twice_at_a_time exclude using gist (
                party_id with =, tstzrange(starts_at, ends_at) with &&
            ) where (is_exclusive and held > 0)
        )
    """)
    op.execute("create index session_of_offer on session (offer_id, starts_at, id)")
    op.execute("create index session_of_party on session (party_id, ends_at)")
    op.execute("""
        create table session_hold (
            match_id uuid not null references match,
            session_id uuid not null references session,
            quantity integer not null check (quantity >= 0),
            primary key (match_id, session_id)
        )
    """)
    build_wall(op, "calendar", f"{IS_WIDE} or {with_parent('calendar', 'offer', 'id')}")
    build_wall(op, "session", f"{IS_WIDE} or {with_parent('session', 'offer', 'offer_id')}")
    hold = with_parent("session_hold", "match", "match_id")
    build_wall(op, "session_hold", f"{IS_WIDE} or {hold}")


def downgrade() -> None:
    for table in ("session_hold", "session", "calendar"):
        raze_walls(op, table)
        op.execute(f"drop table {table}")
    op.execute("alter table offer drop column openings")
    op.execute("drop extension if exists btree_gist")

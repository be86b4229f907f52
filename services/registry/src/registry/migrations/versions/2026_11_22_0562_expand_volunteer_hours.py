"""Volunteers' hours, and certificates of them."""

from alembic import op

from common.persistence.walls import IS_AT_WORK, IS_WIDE, build_wall, raze_walls, with_parent

revision = "2026_11_22_0562"
down_revision = "2026_11_22_0543"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table volunteer_hours (
            id uuid primary key,
            party_id uuid not null,
            match_id uuid not null,
            service text not null,
            served_on date not null,
            minutes bigint not null check (minutes between 1 and 1440),
            confirmed_at timestamptz not null
        )
    """)
    op.execute("create index volunteer_hours_party on volunteer_hours (party_id, served_on)")
    # Strangers see some parties, and nothing of what these gave.
    of_party = with_parent("volunteer_hours", "party", "party_id")
    build_wall(op, "volunteer_hours", f"{IS_WIDE} or ({IS_AT_WORK} and {of_party})")
    op.execute("""
        create table certificate (
            id uuid primary key,
            number text not null unique,
            party_id uuid not null,
            volunteer_number text not null,
            issuer_id uuid not null,
            issuer_name text not null,
            first_on date not null,
            last_on date not null,
            times jsonb not null,
            issued_at timestamptz not null,
            issued_by text not null,
            digest text not null,
            revocation_reason text,
            revoked_by text,
            revoked_at timestamptz,
            check ((revocation_reason is null) = (revoked_at is null)),
            check ((revoked_by is null) = (revoked_at is null))
        )
    """)
    op.execute("create index certificate_party on certificate (party_id)")
    of_party = with_parent("certificate", "party", "party_id")
    build_wall(op, "certificate", f"{IS_WIDE} or ({IS_AT_WORK} and {of_party})")


def downgrade() -> None:
    raze_walls(op, "certificate")
    op.execute("drop table certificate")
    raze_walls(op, "volunteer_hours")
    op.execute("drop table volunteer_hours")

"""Substitutions, applications of partners, and one-time links."""

from alembic import op

from common.persistence.walls import (
    IS_SIGNED_IN,
    IS_WIDE,
    build_wall,
    build_walls,
    raze_walls,
    within_own_areas,
)

revision = "2026_11_22_0561"
down_revision = "2026_11_22_0600"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table substitution (
            id uuid primary key,
            absent text not null,
            substitute text not null,
            role text not null,
            scheme text,
            area text,
            org uuid,
            first_on date not null,
            last_on date not null,
            made_by text not null,
            made_at timestamptz not null,
            ended_at timestamptz,
            check (absent <> substitute),
            check (first_on <= last_on),
            check ((scheme is null) = (area is null))
        )
    """)
    op.execute("create index substitution_absent on substitution (absent, last_on)")
    op.execute("create index substitution_substitute on substitution (substitute, last_on)")
    op.execute("create index substitution_area on substitution (scheme, area)")
    build_wall(op, "substitution", f"{IS_WIDE} or {within_own_areas('substitution')}")
    op.execute("""
        create table partner_application (
            id uuid primary key,
            society text not null,
            public_name text not null,
            scheme text not null,
            area text not null,
            secret_sha256 text not null unique,
            applied_at timestamptz not null,
            state text not null,
            party_id uuid,
            refusal_reason text,
            decided_by text,
            decided_at timestamptz,
            check ((decided_by is null) = (decided_at is null)),
            check ((state = 'open') = (decided_at is null)),
            check ((state = 'approved') = (party_id is not null)),
            check ((state = 'refused') = (refusal_reason is not null))
        )
    """)
    op.execute("create index partner_application_area on partner_application (scheme, area)")
    condition = f"{IS_WIDE} or {within_own_areas('partner_application')}"
    # Strangers ask, and see nothing of what others have asked.
    build_walls(
        op,
        "partner_application",
        {"insert": (None, IS_SIGNED_IN), "all": (condition, condition)},
    )
    op.execute("""
        create table one_time_link (
            id uuid primary key,
            match_id uuid not null,
            party_id uuid not null,
            scheme text not null,
            area text not null,
            secret_sha256 text not null unique,
            made_by text not null,
            made_at timestamptz not null,
            expires_at timestamptz not null,
            answer text,
            answered_at timestamptz,
            replaced_at timestamptz,
            check ((answer is null) = (answered_at is null))
        )
    """)
    # Of several links for one ask one counts, whoever made them at the same moment.
    op.execute("""
        create unique index one_open_link_for_each_ask on one_time_link (match_id, party_id)
            where replaced_at is null
    """)
    op.execute("create index one_time_link_area on one_time_link (scheme, area)")
    build_wall(op, "one_time_link", f"{IS_WIDE} or {within_own_areas('one_time_link')}")


def downgrade() -> None:
    raze_walls(op, "one_time_link")
    op.execute("drop table one_time_link")
    raze_walls(op, "partner_application", "insert", "all")
    op.execute("drop table partner_application")
    raze_walls(op, "substitution")
    op.execute("drop table substitution")

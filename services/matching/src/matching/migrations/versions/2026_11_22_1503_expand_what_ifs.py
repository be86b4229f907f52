"""Policies that are tried on a past period."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, within_own_areas

revision = "2026_11_22_1503"
down_revision = "2026_11_22_1402"
branch_labels = None
depends_on = None

_TABLE = """
    create table what_if (
        id uuid primary key,
        scheme text not null,
        area text not null,
        policy_version bigint not null,
        since timestamptz not null,
        until timestamptz not null,
        state text not null,
        done bigint not null,
        steps bigint not null,
        attempts bigint not null,
        compared jsonb,
        asked_by text not null,
        asked_at timestamptz not null,
        claimed_until timestamptz,
        check (since < until)
    )
"""


def upgrade() -> None:
    op.execute(_TABLE)
    op.execute(
        "create index what_if_to_do on what_if (asked_at) where state in ('waiting', 'running')"
    )
    build_wall(op, "what_if", f"{IS_WIDE} or {within_own_areas('what_if')}")


def downgrade() -> None:
    op.execute("drop table what_if")

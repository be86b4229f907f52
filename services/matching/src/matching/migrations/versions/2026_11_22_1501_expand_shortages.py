"""The shortage ledger, counted pool by pool."""

from alembic import op

from common.persistence.walls import IS_SYSTEM, IS_WIDE, build_wall, within_own_areas

revision = "2026_11_22_1501"
down_revision = "2026_11_22_1420"
branch_labels = None
depends_on = None

_LEDGER = """
    create table shortage (
        pool_id uuid not null,
        scheme text not null,
        area text not null,
        service text not null,
        unit text not null,
        reason text not null,
        lines bigint not null,
        quantity bigint not null,
        waiting_since timestamptz not null,
        counted_at timestamptz not null,
        primary key (pool_id, scheme, area, service, unit, reason)
    )
"""
_COUNT = """
    create table shortage_count (
        pool_id uuid primary key,
        plan_sequence bigint not null,
        counted_at timestamptz not null
    )
"""


def upgrade() -> None:
    op.execute(_LEDGER)
    op.execute("create index shortage_by_lines on shortage ((-lines), area, service, unit, reason)")
    op.execute(_COUNT)
    build_wall(op, "shortage", f"{IS_WIDE} or {within_own_areas('shortage')}")
    build_wall(op, "shortage_count", IS_SYSTEM)


def downgrade() -> None:
    op.execute("drop table shortage_count")
    op.execute("drop table shortage")

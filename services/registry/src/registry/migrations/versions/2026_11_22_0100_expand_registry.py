"""The frame's tables, stations and parties."""

from alembic import op

from common.persistence.frame_tables import create_frame_v1, drop_frame_v1

revision = "2026_11_22_0100"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_frame_v1(op)
    op.execute("""
        create table station (
            id uuid primary key,
            version bigint not null,
            tier text not null,
            name text not null,
            scheme text not null,
            area text not null,
            planned_on date not null,
            opened_on date,
            closed_on date,
            closure_reason text,
            check (closed_on is null or opened_on is not null),
            check ((closed_on is null) = (closure_reason is null))
        )
    """)
    # The rule that two rival decisions could break together, so the database keeps it.
    op.execute("""
        create unique index one_open_station_for_each_tier_and_area on station (tier, scheme, area)
            where opened_on is not null and closed_on is null
    """)
    op.execute("create index station_area on station (scheme, area)")
    op.execute("""
        create table party (
            id uuid primary key,
            version bigint not null,
            society text not null,
            public_name text not null,
            is_person boolean not null,
            scheme text not null,
            area text not null,
            vetted_on date,
            vetting_valid_until date,
            suspended_on date,
            suspension_reason text,
            check ((vetted_on is null) = (vetting_valid_until is null)),
            check ((suspended_on is null) = (suspension_reason is null))
        )
    """)
    op.execute("create index party_area on party (scheme, area)")


def downgrade() -> None:
    op.execute("drop table party")
    op.execute("drop table station")
    drop_frame_v1(op)

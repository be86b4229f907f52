"""Talent stations, their plans, and who is in these."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, raze_walls, within_own_areas

revision = "2026_11_22_0722"
down_revision = "2026_11_22_0721"
branch_labels = None
depends_on = None

_TABLES = ("talent_station", "talent_plan", "talent")


def upgrade() -> None:
    op.execute("""
        create table talent_station (
            id uuid primary key,
            version bigint not null,
            scheme text not null,
            area text not null,
            begins_on date not null,
            ends_on date not null check (ends_on >= begins_on),
            ended_on date check (ended_on >= begins_on and ended_on < ends_on),
            name text not null,
            host_id uuid not null
        )
    """)
    op.execute("""
        create table talent_plan (
            id uuid primary key,
            version bigint not null,
            scheme text not null,
            area text not null,
            begins_on date not null,
            ends_on date not null check (ends_on >= begins_on),
            ended_on date check (ended_on >= begins_on and ended_on < ends_on),
            name text not null,
            talent_station_id uuid not null references talent_station
        )
    """)
    op.execute("""
        create table talent (
            id uuid primary key,
            version bigint not null,
            scheme text not null,
            area text not null,
            begins_on date not null,
            ends_on date not null check (ends_on >= begins_on),
            ended_on date check (ended_on >= begins_on and ended_on < ends_on),
            talent_plan_id uuid not null references talent_plan,
            party_id uuid not null,
            constraint one_place_of_a_person_in_a_plan_at_a_time exclude using gist (
                talent_plan_id with =, party_id with =,
                daterange(begins_on, coalesce(ended_on, ends_on), '[]') with &&
            )
        )
    """)
    op.execute("create index talent_station_host on talent_station (host_id)")
    op.execute("create index talent_plan_talent_station on talent_plan (talent_station_id)")
    op.execute("create index talent_talent_plan on talent (talent_plan_id)")
    op.execute("create index talent_party on talent (party_id)")
    for table in _TABLES:
        op.execute(f"create index {table}_area on {table} (scheme, area)")
        build_wall(op, table, f"{IS_WIDE} or {within_own_areas(table)}")


def downgrade() -> None:
    for table in reversed(_TABLES):
        raze_walls(op, table)
        op.execute(f"drop table {table}")

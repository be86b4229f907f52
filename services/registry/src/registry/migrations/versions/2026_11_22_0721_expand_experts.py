"""Experts in the pools of areas, and what they are engaged for."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, raze_walls, within_own_areas

revision = "2026_11_22_0721"
down_revision = "2026_11_22_0720"
branch_labels = None
depends_on = None

_TABLES = ("expert", "engagement")


def upgrade() -> None:
    op.execute("""
        create table expert (
            id uuid primary key,
            version bigint not null,
            scheme text not null,
            area text not null,
            begins_on date not null,
            ends_on date not null check (ends_on >= begins_on),
            ended_on date check (ended_on >= begins_on and ended_on < ends_on),
            party_id uuid not null,
            knows text[] not null,
            constraint one_appointment_of_a_person_at_a_time exclude using gist (
                party_id with =, scheme with =, area with =,
                daterange(begins_on, coalesce(ended_on, ends_on), '[]') with &&
            )
        )
    """)
    op.execute("""
        create table engagement (
            id uuid primary key,
            version bigint not null,
            scheme text not null,
            area text not null,
            begins_on date not null,
            ends_on date not null check (ends_on >= begins_on),
            ended_on date check (ended_on >= begins_on and ended_on < ends_on),
            expert_id uuid not null references expert,
            kind text not null,
            station_id uuid,
            check (kind <> 'supervision' or station_id is not null),
            constraint one_engagement_of_an_expert_at_a_station_at_a_time exclude using gist (
                expert_id with =, station_id with =,
                daterange(begins_on, coalesce(ended_on, ends_on), '[]') with &&
            ) where (kind <> 'policy_advice')
        )
    """)
    op.execute("create index expert_party on expert (party_id)")
    op.execute("create index engagement_expert on engagement (expert_id)")
    op.execute("create index engagement_station on engagement (station_id)")
    for table in _TABLES:
        op.execute(f"create index {table}_area on {table} (scheme, area)")
        build_wall(op, table, f"{IS_WIDE} or {within_own_areas(table)}")


def downgrade() -> None:
    for table in reversed(_TABLES):
        raze_walls(op, table)
        op.execute(f"drop table {table}")

"""What a station houses, runs and receives, who stands above it, and how it went."""

from alembic import op

from common.persistence.walls import (
    IS_AT_WORK,
    IS_WIDE,
    build_wall,
    build_walls,
    raze_walls,
    with_parent,
    within_own_areas,
)

revision = "2026_11_22_0520"
down_revision = "2026_11_22_0580"
branch_labels = None
depends_on = None

COLUMNS = (
    "kind text not null default 'community'",
    "is_sole boolean not null default true",
    "parent_id uuid",
    "split_from uuid",
    "merged_into uuid",
    "building_on date",
    "address text",
    "longitude double precision",
    "latitude double precision",
    "stated_longitude double precision",
    "stated_latitude double precision",
    "datum text",
    "floor_area numeric(9, 2)",
    "rooms jsonb",
    "shared_with jsonb",
    "operating_mode text",
    "operator_id uuid",
    "county_hired integer",
    "own_hired integer",
    "hours jsonb",
    "projects jsonb",
)
OF_STATION = ("station_step", "station_funding", "station_headcount")


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"alter table station add column {column}")
    # Schools and hospitals have stations beside the township's, so only the sole one is alone.
    op.execute("drop index one_open_station_for_each_tier_and_area")
    op.execute("""
        create unique index one_open_station_for_each_tier_and_area on station (tier, scheme, area)
            where opened_on is not null and closed_on is null and is_sole
    """)
    op.execute("create index station_parent on station (parent_id) where closed_on is null")
    op.execute("""
        create table station_step (
            station_id uuid not null,
            version bigint not null,
            type text not null,
            at timestamptz not null,
            data jsonb not null,
            primary key (station_id, version)
        )
    """)
    op.execute("""
        create table station_funding (
            id uuid primary key,
            station_id uuid not null,
            kind text not null,
            source text not null,
            amount_fen bigint not null check (amount_fen > 0),
            received_on date not null,
            document text,
            cancelled_on date,
            cancellation_reason text,
            check ((cancelled_on is null) = (cancellation_reason is null))
        )
    """)
    op.execute("create index station_funding_of on station_funding (station_id, received_on, id)")
    op.execute("""
        create table station_headcount (
            station_id uuid not null,
            counted_on date not null,
            full_time integer not null check (full_time >= 0),
            part_time integer not null check (part_time >= 0),
            certified integer not null check (certified between 0 and full_time + part_time),
            primary key (station_id, counted_on)
        )
    """)
    for table in OF_STATION:
        # Stations that have opened the public may see; what is recorded about them it may not.
        build_wall(op, table, f"{IS_AT_WORK} and {with_parent(table, 'station', 'station_id')}")
    _build_rules()


def _build_rules() -> None:
    op.execute("create extension if not exists btree_gist")
    op.execute("""
        create table staffing_rule (
            id uuid primary key,
            version bigint not null,
            tier text not null,
            scheme text not null,
            area text not null,
            min_full_time integer not null check (min_full_time >= 0),
            min_certified integer not null check (min_certified >= 0),
            valid_from date not null,
            valid_until date,
            constraint one_staffing_rule_at_a_time exclude using gist (
                tier with =, scheme with =, area with =,
                daterange(valid_from, valid_until, '[]') with &&
            )
        )
    """)
    writes = f"{IS_WIDE} or ({IS_AT_WORK} and {within_own_areas('staffing_rule')})"
    # What is asked of stations everybody at work may know, also below the area that it is set for.
    build_walls(
        op,
        "staffing_rule",
        {"select": (IS_AT_WORK, None), "all": (writes, writes)},
    )


def downgrade() -> None:
    raze_walls(op, "staffing_rule", "select", "all")
    op.execute("drop table staffing_rule")
    for table in reversed(OF_STATION):
        raze_walls(op, table)
        op.execute(f"drop table {table}")
    op.execute("drop index station_parent")
    op.execute("drop index one_open_station_for_each_tier_and_area")
    for column in reversed(COLUMNS):
        op.execute(f"alter table station drop column {column.split()[0]}")
    op.execute("""
        create unique index one_open_station_for_each_tier_and_area on station (tier, scheme, area)
            where opened_on is not null and closed_on is null
    """)

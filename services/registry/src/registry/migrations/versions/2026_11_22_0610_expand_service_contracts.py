"""Service contracts, and that a station is under one of them at a time."""

from alembic import op

from common.persistence.walls import (
    IS_WIDE,
    build_wall,
    of_own_org,
    raze_walls,
    with_parent,
    within_own_areas,
)

revision = "2026_11_22_0610"
down_revision = "2026_11_22_0561"
branch_labels = None
depends_on = None

_CONTRACT, _STATION = "service_contract", "service_contract_station"


def upgrade() -> None:
    # For a rule about a station and days at once; PostgreSQL lets an owner add it.
    op.execute("create extension if not exists btree_gist")
    op.execute(f"""
        create table {_CONTRACT} (
            id uuid primary key,
            version bigint not null,
            buyer text not null,
            agency_id uuid not null,
            scheme text not null,
            area text not null,
            station_ids uuid[] not null,
            amount_fen bigint not null check (amount_fen >= 0),
            begins_on date not null,
            ends_on date not null,
            renews uuid,
            terminated_on date,
            termination_reason text,
            check (ends_on >= begins_on),
            check ((terminated_on is null) = (termination_reason is null))
        )
    """)
    op.execute(f"create unique index one_renewal_of_a_contract on {_CONTRACT} (renews)")
    op.execute(f"create index {_CONTRACT}_area on {_CONTRACT} (scheme, area)")
    op.execute(f"create index {_CONTRACT}_agency on {_CONTRACT} (agency_id)")
    op.execute(f"""
        create table {_STATION} (
            contract_id uuid not null references {_CONTRACT},
            station_id uuid not null,
            begins_on date not null,
            last_on date not null,
            primary key (contract_id, station_id),
            constraint one_contract_of_a_station_at_a_time exclude using gist (
                station_id with =, daterange(begins_on, last_on, '[]') with &&
            )
        )
    """)
    build_wall(
        op,
        _CONTRACT,
        f"{IS_WIDE} or {of_own_org('agency_id')} or {within_own_areas(_CONTRACT)}",
        check=f"{IS_WIDE} or {within_own_areas(_CONTRACT)}",
    )
    build_wall(op, _STATION, with_parent(_STATION, _CONTRACT, "contract_id"))


def downgrade() -> None:
    raze_walls(op, _STATION)
    raze_walls(op, _CONTRACT)
    op.execute(f"drop table {_STATION}")
    op.execute(f"drop table {_CONTRACT}")
    op.execute("drop extension if exists btree_gist")

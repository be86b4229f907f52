"""The service list, and apart from it where each service is given."""

from alembic import op

from common.persistence.walls import IS_AT_WORK, IS_PUBLIC, IS_WIDE, build_wall, raze_walls

revision = "2026_11_22_0521"
down_revision = "2026_11_22_0611"
branch_labels = None
depends_on = None

# An entry is whose its provider is: a station's area decides, or a party's, or its organisation.
_OF_PROVIDER = f"""
    {IS_AT_WORK} and (
        {IS_WIDE}
        or exists (select from station as provider where provider.id = service_entry.station_id)
        or exists (select from party as provider where provider.id = service_entry.party_id)
    )
"""  # noqa: S608 - of constants alone
_SITE_OF_PROVIDER = f"""
    {IS_AT_WORK} and exists (
        select from service_entry as entry where entry.id = service_site.service_entry_id
    )
"""
_IS_NO_SECRET = f"""
    {IS_PUBLIC} and exists (
        select from service_entry as entry
        where entry.id = service_site.service_entry_id and not entry.is_confidential
    )
"""


def upgrade() -> None:
    op.execute("""
        create table service_entry (
            id uuid primary key,
            version bigint not null,
            station_id uuid,
            party_id uuid,
            scheme text not null,
            area text not null,
            service text not null,
            title_zh text not null,
            title_en text,
            capacity bigint not null check (capacity > 0),
            unit text not null,
            period text not null,
            audiences text[] not null,
            is_for_residents boolean not null,
            cost text not null,
            cost_fen bigint,
            given text not null,
            is_confidential boolean not null,
            reach_metres bigint,
            hours jsonb not null,
            offered_from date not null,
            offered_until date,
            verified_on date not null,
            verified_by text not null,
            lapses_on date not null,
            withdrawn_on date,
            check (num_nonnulls(station_id, party_id) = 1)
        )
    """)
    op.execute("""
        create index service_entry_of_station on service_entry (station_id)
            where withdrawn_on is null
    """)
    op.execute("create index service_entry_of_party on service_entry (party_id)")
    op.execute("""
        create table service_site (
            id uuid primary key,
            service_entry_id uuid not null,
            address text,
            longitude double precision,
            latitude double precision,
            stated_longitude double precision,
            stated_latitude double precision,
            datum text
        )
    """)
    op.execute("create index service_site_of_entry on service_site (service_entry_id)")
    build_wall(op, "service_entry", _OF_PROVIDER)
    build_wall(op, "service_site", _SITE_OF_PROVIDER)
    op.execute(f"""
        create policy wall_public on service_entry
            for select using ({IS_PUBLIC} and withdrawn_on is null)
    """)
    op.execute(f"create policy wall_public on service_site for select using ({_IS_NO_SECRET})")


def downgrade() -> None:
    for table in ("service_site", "service_entry"):
        op.execute(f"drop policy wall_public on {table}")
        raze_walls(op, table)
        op.execute(f"drop table {table}")

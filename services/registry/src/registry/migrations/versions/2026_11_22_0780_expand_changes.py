"""What changed last: each thing once, at the place of its latest change, ended or not.

It is noted by the database itself whenever the registry tells of something, so that no way of
writing can forget it.
"""

from alembic import op

from common.persistence.walls import IS_AT_WORK, IS_WIDE, build_wall, raze_walls, within_own_areas

revision = "2026_11_22_0780"
down_revision = "2026_11_22_0562"
branch_labels = None
depends_on = None

# By topic: the table, and when a thing is over.
_THINGS = {
    "registry.station": ("station", "closed_on is not null or merged_into is not null"),
    "registry.party": ("party", "merged_into is not null"),
    "registry.service_entry": ("service_entry", "withdrawn_on is not null"),
    "registry.contract": ("service_contract", "terminated_on is not null"),
    "registry.supervision": ("supervision", "ended_on is not null"),
}
_THING = " union all ".join(
    f"select '{topic}' as topic, id, scheme, area, version, ({over}) as is_over from {table}"  # noqa: S608
    for topic, (table, over) in _THINGS.items()
)
_CLUSTER = "(select system_identifier from pg_control_system())"
_NOW = "pg_current_xact_id()::text::bigint"
_SUBJECT = "case when aggregateid ~ '^[0-9a-f-]{36}$' then aggregateid::uuid end"


def upgrade() -> None:
    op.execute("create sequence change_place")
    op.execute("""
        create table change (
            topic text not null,
            thing_id uuid not null,
            scheme text not null,
            area text not null,
            version bigint not null,
            at timestamptz not null,
            is_over boolean not null,
            has_left boolean not null default false,
            cluster bigint not null,
            txid bigint not null,
            place bigint not null default nextval('change_place'),
            primary key (topic, thing_id, scheme, area)
        )
    """)
    op.execute("create index change_in_order on change (cluster, txid, place)")
    build_wall(op, "change", f"{IS_WIDE} or ({IS_AT_WORK} and {within_own_areas('change')})")
    op.execute(f"create view thing with (security_invoker = true) as {_THING}")
    op.execute(f"""
        create function note_changes() returns trigger language plpgsql
        -- Its plans are kept, perhaps from when all was empty: things are found by their keys.
        set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
        declare
            width text := current_setting('wushe.width', true);
        begin
            -- Whoever changes something notes it, also where they may not look.
            perform set_config('wushe.width', 'system', true);

            update change set has_left = true, at = thing.told_at, cluster = {_CLUSTER},
                txid = {_NOW}, place = nextval('change_place')
            from (
                select thing.*, told.at as told_at from (
                    select aggregatetype as topic, {_SUBJECT} as id, max(time) as at
                    from told group by 1, 2
                ) as told join thing using (topic, id)
            ) as thing
            where change.topic = thing.topic and change.thing_id = thing.id
                and (change.scheme, change.area) <> (thing.scheme, thing.area)
                and not change.has_left;

            insert into change (topic, thing_id, scheme, area, version, at, is_over, cluster, txid)
            select topic, id, scheme, area, version, told.at, is_over, {_CLUSTER}, {_NOW}
            from (
                select aggregatetype as topic, {_SUBJECT} as id, max(time) as at
                from told group by 1, 2
            ) as told join thing using (topic, id)
            on conflict (topic, thing_id, scheme, area) do update set
                version = excluded.version, at = excluded.at, is_over = excluded.is_over,
                has_left = false, cluster = excluded.cluster, txid = excluded.txid,
                place = excluded.place;

            perform set_config('wushe.width', width, true);
            return null;
        end $$
    """)  # noqa: S608 - of constants alone
    op.execute("""
        create trigger note_changes after insert on outbox
        referencing new table as told for each statement execute function note_changes()
    """)
    op.execute("select set_config('wushe.width', 'system', true)")
    op.execute(f"""
        insert into change (topic, thing_id, scheme, area, version, at, is_over, cluster, txid)
        select topic, id, scheme, area, version, now(), is_over, {_CLUSTER}, {_NOW} from thing
    """)  # noqa: S608


def downgrade() -> None:
    op.execute("drop trigger note_changes on outbox")
    op.execute("drop function note_changes")
    op.execute("drop view thing")
    raze_walls(op, "change")
    op.execute("drop table change")
    op.execute("drop sequence change_place")

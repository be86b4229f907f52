"""What has changed in each pool, noted by the database itself until its plan has heard of it.

A note is written in the transaction that it is about, whoever writes: what a reader sees of a note
it sees of the change as well, and no order of transactions matters. Plans write no notes. And how
far around a need offers are looked for, which widens as it waits in vain.
"""

from alembic import op

from common.persistence.walls import IS_SYSTEM, build_wall, raze_walls

revision = "2026_11_22_1530"
down_revision = "2026_11_22_1501"
branch_labels = None
depends_on = None

# What each table's changes are about.
_NOTED = {
    "need": "select pool_id, 'need', id from changed",
    "offer": "select pool_id, 'offer', id from changed",
    "match": "select distinct pool_id, 'need', need_id from changed",
    "refusal": """
        select distinct need.pool_id, 'need', need.id
        from changed join need on need.id = changed.need_id
    """,
    "party": """
        select distinct offer.pool_id, 'party', changed.id
        from changed join offer on offer.party_id = changed.id
    """,
}


def upgrade() -> None:
    op.execute("alter table need add column search_area text not null default 'township'")
    op.execute("""
        create table pool_change (
            id bigint primary key generated always as identity,
            pool_id uuid not null,
            kind text not null check (kind in ('need', 'offer', 'party')),
            thing_id uuid not null
        )
    """)
    op.execute("create index pool_change_of_pool on pool_change (pool_id, id)")
    build_wall(op, "pool_change", IS_SYSTEM)
    for table, noted in _NOTED.items():
        op.execute(f"""
            create function note_pool_change_of_{table}() returns trigger language plpgsql as $$
            declare
                width text := current_setting('wushe.width', true);
            begin
                if current_setting('wushe.is_planning', true) = 'yes' then
                    return null;
                end if;
                -- Whoever changes something notes it, also where they may not look.
                perform set_config('wushe.width', 'system', true);
                insert into pool_change (pool_id, kind, thing_id) {noted};
                perform set_config('wushe.width', width, true);
                return null;
            end $$
        """)
        for event in ("insert", "update"):
            op.execute(f"""
                create trigger note_pool_change_by_{event} after {event} on {table}
                referencing new table as changed
                for each statement execute function note_pool_change_of_{table}()
            """)


def downgrade() -> None:
    for table in _NOTED:
        for event in ("insert", "update"):
            op.execute(f"drop trigger note_pool_change_by_{event} on {table}")
        op.execute(f"drop function note_pool_change_of_{table}")
    raze_walls(op, "pool_change")
    op.execute("drop table pool_change")
    op.execute("alter table need drop column search_area")

"""Areas as they were on any day, and who runs what lies elsewhere."""

from alembic import op

from common.persistence.walls import IS_SYSTEM, build_walls, raze_walls

revision = "2026_11_22_0500"
down_revision = "2026_11_22_0541"
branch_labels = None
depends_on = None

# Everybody may read them; a condition would keep the planner from the indexes of arrays.
_PUBLISHED = {"select": ("true", None), "all": (IS_SYSTEM, IS_SYSTEM)}
_TABLES = ("area_record", "area_administration")


def upgrade() -> None:
    op.execute("""
        create table area_record (
            scheme text not null,
            code text not null,
            valid_from date not null,
            valid_until date,
            name text not null,
            kind text not null,
            level text not null,
            is_formal boolean not null,
            located_in text,
            parent text,
            ancestors text[] not null,
            pool_id uuid not null,
            pinyin text collate "C" not null,
            initials text collate "C" not null,
            grams text[] not null,
            primary key (scheme, code, valid_from),
            check (valid_from < valid_until)
        )
    """)
    op.execute("""
        create unique index one_record_of_an_area_now on area_record (scheme, code)
            where valid_until is null
    """)
    op.execute("""
        create index area_record_ancestors on area_record using gin (ancestors)
            with (fastupdate = off)
    """)
    op.execute("""
        create index area_record_grams on area_record using gin (grams) with (fastupdate = off)
    """)
    op.execute("create index area_record_pinyin on area_record (scheme, pinyin)")
    op.execute("create index area_record_initials on area_record (scheme, initials)")
    op.execute("""
        create index area_record_located_in on area_record (scheme, located_in)
            where located_in is distinct from parent
    """)
    op.execute("""
        create table area_administration (
            scheme text not null,
            code text not null,
            since_on date not null,
            until_on date,
            administered_by text not null,
            authority text not null,
            document text not null,
            primary key (scheme, code, since_on),
            check (since_on < until_on)
        )
    """)
    for table in _TABLES:
        build_walls(op, table, _PUBLISHED)


def downgrade() -> None:
    for table in reversed(_TABLES):
        raze_walls(op, table, *_PUBLISHED)
        op.execute(f"drop table {table}")

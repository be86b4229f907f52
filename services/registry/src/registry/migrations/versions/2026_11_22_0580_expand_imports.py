"""Imports: files on their way in, what is wrong with them, and how they are read."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, raze_walls, with_parent, within_own_areas

revision = "2026_11_22_0580"
down_revision = "2026_11_22_0501"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table import_job (
            id uuid primary key,
            revision bigint not null,
            subject text not null,
            form text not null,
            scheme text not null,
            area text,
            parts bigint not null,
            made_by text not null,
            grants jsonb not null,
            state text not null,
            mapping jsonb,
            proposal jsonb,
            accept text,
            rows bigint not null,
            done bigint not null,
            seen bigint not null,
            counts jsonb not null,
            flaws bigint not null,
            problem text,
            epoch bigint not null,
            attempts bigint not null,
            claimed_until timestamptz,
            created_at timestamptz not null
        )
    """)
    op.execute("""
        create index import_job_waiting on import_job (created_at)
            where state in ('checking', 'writing')
    """)
    op.execute("""
        create table import_part (
            import_id uuid not null references import_job (id) on delete cascade,
            number bigint not null,
            content bytea not null,
            primary key (import_id, number)
        )
    """)
    op.execute("""
        create table import_flaw (
            import_id uuid not null references import_job (id) on delete cascade,
            place bigint not null generated always as identity,
            number bigint not null,
            field text,
            code text not null,
            zh text not null,
            en text not null,
            facts jsonb not null,
            primary key (import_id, place)
        )
    """)
    op.execute("""
        create table import_mapping (
            id uuid primary key,
            subject text not null,
            scheme text not null,
            area text,
            name text not null,
            document jsonb not null,
            unique nulls not distinct (subject, scheme, area, name)
        )
    """)
    build_wall(op, "import_job", f"{IS_WIDE} or {within_own_areas('import_job')}")
    build_wall(op, "import_mapping", f"{IS_WIDE} or {within_own_areas('import_mapping')}")
    for table in ("import_part", "import_flaw"):
        build_wall(op, table, with_parent(table, "import_job", "import_id"))


def downgrade() -> None:
    for table in ("import_flaw", "import_part", "import_mapping", "import_job"):
        raze_walls(op, table)
    for table in ("import_flaw", "import_part", "import_mapping", "import_job"):
        op.execute(f"drop table {table}")

"""The keys of people, wrapped."""

from alembic import op

from common.persistence.walls import IS_SYSTEM, build_wall, raze_walls

revision = "2026_11_22_0540"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Somebody is either kept or erased; of whom was erased nothing but that is left.
    op.execute("""
        create table data_key (
            person_id uuid primary key,
            ring_version bigint not null,
            wrapped bytea,
            made_at timestamptz not null default now(),
            erased_at timestamptz,
            check ((wrapped is null) = (erased_at is not null))
        )
    """)
    op.execute("create index data_key_ring_version on data_key (ring_version)")
    build_wall(op, "data_key", IS_SYSTEM)


def downgrade() -> None:
    raze_walls(op, "data_key")
    op.execute("drop table data_key")

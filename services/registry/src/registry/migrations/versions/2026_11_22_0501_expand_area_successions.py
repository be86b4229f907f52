"""What became of the codes of areas."""

from alembic import op

from common.persistence.walls import IS_SYSTEM, build_walls, raze_walls

revision = "2026_11_22_0501"
down_revision = "2026_11_22_0542"
branch_labels = None
depends_on = None

_PUBLISHED = {"select": ("true", None), "all": (IS_SYSTEM, IS_SYSTEM)}


def upgrade() -> None:
    op.execute("""
        create table area_succession (
            id uuid primary key,
            scheme text not null,
            effective_on date not null,
            is_day_known boolean not null,
            turn bigint not null,
            kind text not null,
            old_code text,
            old_name text,
            new_code text,
            new_name text,
            document text not null,
            check (old_code is not null or new_code is not null)
        )
    """)
    op.execute("create index area_succession_old on area_succession (scheme, old_code)")
    op.execute("create index area_succession_new on area_succession (scheme, new_code)")
    build_walls(op, "area_succession", _PUBLISHED)


def downgrade() -> None:
    raze_walls(op, "area_succession", *_PUBLISHED)
    op.execute("drop table area_succession")

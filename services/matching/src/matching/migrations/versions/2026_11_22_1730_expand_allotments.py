"""Parts of offers that other pools have: kept at home, offered there, given back by event."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, raze_walls, with_parent

revision = "2026_11_22_1730"
down_revision = "2026_11_22_1750"
branch_labels = None
depends_on = None

COLUMNS = (
    "origin_id uuid",
    "origin_pool_id uuid",
    "allotted integer not null default 0",
    "returns integer not null default 0",
)

_TABLE = """
    create table allotment (
        id uuid primary key,
        version bigint not null,
        offer_id uuid not null references offer,
        home_pool_id uuid not null,
        pool_id uuid not null,
        scheme text not null,
        area text not null,
        quantity integer not null check (quantity > 0),
        lots jsonb not null default '[]',
        until timestamptz not null,
        granted_at timestamptz not null,
        recalled_at timestamptz,
        returns integer not null default 0,
        returned integer not null default 0 check (returned between 0 and quantity),
        returned_at timestamptz,
        check (pool_id <> home_pool_id)
    )
"""


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"alter table offer add column {column}")
    # Free, committed, delivered and allotted add up to the capacity, whatever the code does.
    op.execute("""
        alter table offer add constraint allotted_is_held
            check (allotted >= 0 and delivered + allotted <= held)
    """)
    op.execute("""
        create index offer_to_be_returned on offer (valid_until, id)
            where origin_id is not null
                and (withdrawn_at is null or returns = 0 or held < capacity)
    """)
    op.execute(_TABLE)
    op.execute("create index allotment_of_offer on allotment (offer_id, granted_at, id)")
    build_wall(op, "allotment", f"{IS_WIDE} or {with_parent('allotment', 'offer', 'offer_id')}")


def downgrade() -> None:
    raze_walls(op, "allotment")
    op.execute("drop table allotment")
    op.execute("drop index offer_to_be_returned")
    op.execute("alter table offer drop constraint allotted_is_held")
    for column in reversed(COLUMNS):
        op.execute(f"alter table offer drop column {column.split()[0]}")

"""What became of an offer's capacity, lots of goods, purposes of gifts, and areas served."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, raze_walls, with_parent

revision = "2026_11_22_1430"
down_revision = "2026_11_22_1503"
branch_labels = None
depends_on = None

COLUMNS = (
    "delivered integer not null default 0",
    "prefecture text",
    "scope text",
    "earmarked_services text not null default ''",
    "earmarked_beneficiaries text not null default ''",
    "lots jsonb not null default '[]'",
)


def upgrade() -> None:
    op.execute("alter table need add column prefecture text")
    for column in COLUMNS:
        op.execute(f"alter table offer add column {column}")
    # The owner of the tables passes the walls no more than others do.
    op.execute("select set_config('wushe.width', 'system', true)")
    op.execute("""
        update offer set delivered = given.quantity
        from (
            select offer_id, sum(least(delivered, quantity)) as quantity from match
            where state in ('accepted', 'in_service', 'fulfilled') group by offer_id
        ) as given
        where given.offer_id = offer.id and given.quantity > 0
    """)
    # Free, committed and delivered add up to the capacity, whatever the code does.
    op.execute("""
        alter table offer add constraint delivered_is_held check (delivered between 0 and held)
    """)
    op.execute("""
        create function lots_add_up(lots jsonb, capacity integer, held integer) returns boolean
        language sql immutable parallel safe
        return lots = '[]' or (
            select bool_and((lot->>'held')::int between 0 and (lot->>'quantity')::int)
                and sum((lot->>'quantity')::int) = capacity and sum((lot->>'held')::int) = held
            from jsonb_array_elements(lots) as lot
        )
    """)
    op.execute("""
        alter table offer add constraint lots_make_the_capacity
            check (lots_add_up(lots, capacity, held))
    """)
    op.execute("""
        create table lot_hold (
            match_id uuid not null references match,
            number integer not null,
            offer_id uuid not null references offer,
            quantity integer not null check (quantity > 0),
            primary key (match_id, number)
        )
    """)
    build_wall(op, "lot_hold", f"{IS_WIDE} or {with_parent('lot_hold', 'match', 'match_id')}")


def downgrade() -> None:
    raze_walls(op, "lot_hold")
    op.execute("drop table lot_hold")
    op.execute("alter table offer drop constraint lots_make_the_capacity")
    op.execute("drop function lots_add_up")
    op.execute("alter table offer drop constraint delivered_is_held")
    for column in reversed(COLUMNS):
        op.execute(f"alter table offer drop column {column.split()[0]}")
    op.execute("alter table need drop column prefecture")

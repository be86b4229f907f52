"""Standing offers of the service list, and stations as parties that give them."""

from alembic import op

from common.persistence.walls import (
    IS_WIDE,
    build_wall,
    of_own_org,
    raze_walls,
    with_parent,
    within_own_areas,
)

revision = "2026_11_22_1800"
down_revision = "2026_11_22_1712"
branch_labels = None
depends_on = None


def _of_own_station(table: str) -> str:
    # Of the parties one may see, stations are those of one's own area.
    return f"""exists (
        select from party as giver where giver.id = {table}.party_id and giver.is_station
    )"""


_WALLS = {
    "match": f"{IS_WIDE} or {of_own_org('party_id')} or {with_parent('match', 'need', 'need_id')}",
    "proposal_feed": (
        f"{IS_WIDE} or {of_own_org('party_id')} or {within_own_areas('proposal_feed')}"
    ),
}


def upgrade() -> None:
    # What serves an area need not say where it is, and of a confidential place nobody is told.
    for column in ("longitude", "latitude"):
        op.execute(f"alter table offer alter column {column} drop not null")
    op.execute("alter table offer add column valid_from timestamptz")
    op.execute("alter table offer add column entry_id uuid")
    op.execute("alter table offer add column entry jsonb")
    op.execute("""
        create unique index one_standing_offer_of_an_entry on offer (entry_id)
            where withdrawn_at is null
    """)
    op.execute("create index offer_of_entry on offer (entry_id) where entry_id is not null")
    op.execute("alter table party add column is_station boolean not null default false")
    for table, condition in _WALLS.items():
        raze_walls(op, table)
        build_wall(op, table, f"{condition} or {_of_own_station(table)}")


def downgrade() -> None:
    for table, condition in _WALLS.items():
        raze_walls(op, table)
        build_wall(op, table, condition)
    op.execute("alter table party drop column is_station")
    op.execute("drop index offer_of_entry")
    op.execute("drop index one_standing_offer_of_an_entry")
    for column in ("entry", "entry_id", "valid_from"):
        op.execute(f"alter table offer drop column {column}")
    # A step back has nowhere to put what has no point.
    op.execute(
        "delete from session where offer_id in (select id from offer where latitude is null)"
    )
    op.execute("delete from calendar where id in (select id from offer where latitude is null)")
    op.execute("delete from offer where latitude is null")
    for column in ("longitude", "latitude"):
        op.execute(f"alter table offer alter column {column} set not null")

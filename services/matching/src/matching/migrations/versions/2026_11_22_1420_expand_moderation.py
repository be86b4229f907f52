"""Offers wait for approval where policy says so, and are confirmed once in a while."""

from alembic import op

revision = "2026_11_22_1420"
down_revision = "2026_11_22_1401"
branch_labels = None
depends_on = None

COLUMNS = (
    "moderation text not null default 'approved'",
    "refused_because text",
    "refused_note text",
    "is_giver_active boolean not null default true",
    "confirmed_at timestamptz",
    "confirmation_asked_at timestamptz",
)


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"alter table offer add column {column}")
    op.execute("""
        create index offer_to_be_moderated on offer (published_at, id)
            where moderation <> 'approved'
    """)
    op.execute("""
        create index offer_unconfirmed on offer ((coalesce(confirmed_at, published_at)), id)
            where withdrawn_at is null and confirmation_asked_at is null
    """)


def downgrade() -> None:
    op.execute("drop index offer_unconfirmed")
    op.execute("drop index offer_to_be_moderated")
    for column in reversed(COLUMNS):
        op.execute(f"alter table offer drop column {column.split()[0]}")

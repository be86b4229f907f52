"""The life of a party as a partner, and what it lives on as."""

from alembic import op

revision = "2026_11_22_0542"
down_revision = "2026_11_22_0610"
branch_labels = None
depends_on = None

COLUMNS = ("standing", "standing_since", "recertify_by", "merged_into")


def upgrade() -> None:
    # With a default that is a constant no row is written anew.
    op.execute("""
        alter table party
            add column standing text not null default 'approved',
            add column standing_since date,
            add column recertify_by date,
            add column merged_into uuid
    """)
    op.execute(
        "alter table party add constraint party_lives_on check ((standing = 'merged') ="
        " (merged_into is not null))"
    )


def downgrade() -> None:
    op.execute("alter table party drop constraint party_lives_on")
    for column in reversed(COLUMNS):
        op.execute(f"alter table party drop column {column}")

"""The life of a party as a partner, and what it lives on as."""

from alembic import op

from common.persistence.walls import IS_PUBLIC

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
    _show(
        "not is_person and suspended_on is null"
        " and standing in ('approved', 'recertification_required')"
    )


def downgrade() -> None:
    _show("not is_person and suspended_on is null")
    op.execute("alter table party drop constraint party_lives_on")
    for column in reversed(COLUMNS):
        op.execute(f"alter table party drop column {column}")


def _show(condition: str) -> None:
    """Let the public see the parties of a directory for which the condition holds."""
    op.execute("drop policy wall_public on party")
    op.execute(f"""
        create policy wall_public on party for select using ({IS_PUBLIC} and {condition})
    """)

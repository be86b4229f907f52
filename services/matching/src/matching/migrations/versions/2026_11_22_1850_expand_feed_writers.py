"""Whoever may still write into the feed can be told from everybody else who writes anything."""

from alembic import op

revision = "2026_11_22_1850"
down_revision = "2026_11_22_1800"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Before the first sequence is drawn: who reads the feed waits for those who hold this lock.
    op.execute("""
        create function announce_feed_writer() returns trigger language plpgsql as $$
        begin
            perform pg_current_xact_id();
            perform pg_advisory_xact_lock_shared(20817, 1);
            return null;
        end $$
    """)
    op.execute("""
        create trigger announce_feed_writer before insert on proposal_feed
        for each statement execute function announce_feed_writer()
    """)


def downgrade() -> None:
    op.execute("drop trigger announce_feed_writer on proposal_feed")
    op.execute("drop function announce_feed_writer()")

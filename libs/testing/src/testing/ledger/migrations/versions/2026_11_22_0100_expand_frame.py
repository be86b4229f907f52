"""The frame, and what the entries came to."""

from __future__ import annotations

from alembic import op

from common.persistence.frame_tables import create_frame_v1, drop_frame_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_frame_v1(op)
    op.execute("create table account_book (account uuid primary key, version bigint not null)")
    op.execute("""
        create table effect (
            place bigint generated always as identity primary key,
            subject text not null,
            version bigint not null,
            event_id uuid not null,
            noted_at timestamptz not null default clock_timestamp()
        )
    """)


def downgrade() -> None:
    op.execute("drop table effect")
    op.execute("drop table account_book")
    drop_frame_v1(op)

"""The frame, and the notes."""

from __future__ import annotations

from alembic import op

from common.persistence.frame_tables import create_frame_v1, drop_frame_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_frame_v1(op)
    op.execute("""
        create table note (
            note_id uuid primary key,
            version bigint not null,
            title text not null,
            scheme text not null,
            area text not null,
            org uuid,
            written_at timestamptz not null,
            is_closed boolean not null
        )
    """)


def downgrade() -> None:
    op.execute("drop table note")
    drop_frame_v1(op)

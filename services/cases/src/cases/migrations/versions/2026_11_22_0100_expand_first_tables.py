"""The first tables: meetings, needs and their lines, what is known of matches, service records."""

from typing import Final

from alembic import op

from common.persistence.frame_tables import create_frame_v1, drop_frame_v1

revision: Final = "cases_0001"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None

_TABLES: Final = ("meeting", "need", "need_line", "derived_line", "match", "service_record")

_CREATE: Final = (
    """
    create table meeting (
        id uuid primary key,
        version integer not null,
        pool_id uuid not null,
        scheme varchar not null,
        area varchar not null,
        held_on date not null,
        topic varchar not null,
        participants jsonb not null,
        resolution varchar not null,
        recorded_at timestamptz not null
    )
    """,
    "create index meeting_by_time on meeting (recorded_at, id)",
    "create index meeting_by_area on meeting (scheme, area)",
    """
    create table need (
        id uuid primary key,
        version integer not null,
        pool_id uuid not null,
        scheme varchar not null,
        area varchar not null,
        beneficiary varchar not null,
        persons integer not null,
        urgency integer not null,
        title varchar not null,
        longitude double precision,
        latitude double precision,
        meeting_id uuid references meeting,
        client_ref uuid,
        submitted_at timestamptz not null,
        state varchar not null,
        ended_at timestamptz,
        is_met boolean,
        note varchar,
        constraint place_is_whole check ((longitude is null) = (latitude is null)),
        constraint what_has_not_ended_is_open check ((state = 'open') = (ended_at is null)),
        constraint what_is_closed_was_met_or_not check ((state = 'closed') = (is_met is not null))
    )
    """,
    "create index need_by_time on need (submitted_at, id)",
    "create index need_by_area on need (scheme, area)",
    """
    create table need_line (
        id uuid primary key,
        need_id uuid not null references need,
        position integer not null,
        service varchar not null,
        quantity integer not null,
        unit varchar not null,
        weekdays varchar not null,
        within_metres integer,
        needs_vetting boolean not null
    )
    """,
    "create unique index need_line_by_need on need_line (need_id, position)",
    # The next two tables are what matching said; it may say it before this service can check it.
    """
    create table derived_line (
        id uuid primary key,
        need_id uuid not null,
        derived_from uuid not null,
        kind varchar not null,
        service varchar not null
    )
    """,
    "create index derived_line_by_need on derived_line (need_id)",
    """
    create table match (
        id uuid primary key,
        need_id uuid not null,
        line_id uuid not null,
        society varchar not null,
        unit varchar not null,
        state varchar not null
    )
    """,
    "create index match_by_need on match (need_id)",
    """
    create table service_record (
        id uuid primary key,
        version integer not null,
        need_id uuid not null references need,
        pool_id uuid not null,
        scheme varchar not null,
        area varchar not null,
        society varchar not null,
        match_id uuid not null,
        line_id uuid not null,
        path varchar not null,
        quantity integer not null,
        unit varchar not null,
        persons integer not null,
        person_times integer not null,
        sessions integer not null,
        started_at timestamptz not null,
        ended_at timestamptz not null,
        recorded_at timestamptz not null
    )
    """,
    "create index service_record_by_need on service_record (need_id, recorded_at, id)",
)


def upgrade() -> None:
    create_frame_v1(op)
    for statement in _CREATE:
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.execute(f"drop table {table}")
    drop_frame_v1(op)

"""Create the frame's tables, the journal, and the facts drawn from it."""

from __future__ import annotations

from typing import Final

from alembic import op

from common.persistence.frame_tables import create_frame_v1, drop_frame_v1

revision: Final = "2026_11_22_0100"
down_revision: Final = None

_CREATE: Final = (
    """
    create table journal (
        position bigint generated always as identity primary key,
        id uuid not null,
        source text not null,
        type text not null,
        subject text not null,
        version bigint not null,
        time timestamptz not null,
        topic text not null,
        log_partition integer,
        log_offset bigint,
        traceparent text,
        about text,
        data jsonb not null,
        journalled_at timestamptz not null default now(),
        constraint journal_once unique (source, id)
    )
    """,
    "create index journal_id on journal (id)",
    "create index journal_time on journal (time, id)",
    "create index journal_about on journal (about, time, id)",
    "create index journal_subject on journal (subject, time, id)",
    "create index journal_type on journal (type, time, id)",
    # The journal is what every figure goes back to: nothing in it is ever changed.
    """
    create function journal_is_append_only() returns trigger language plpgsql as $$
    begin
        raise exception 'the journal is append-only';
    end
    $$
    """,
    """
    create trigger journal_is_append_only before update or delete or truncate on journal
        for each statement execute function journal_is_append_only()
    """,
    """
    create table place (
        about text primary key,
        scheme text not null,
        code text not null
    )
    """,
    "create index place_code on place (scheme, code)",
    """
    create table need (
        need_id uuid primary key,
        scheme text,
        area text,
        beneficiary text,
        persons integer,
        urgency integer,
        meeting_id uuid,
        submitted_at timestamptz,
        submitted_event uuid,
        proposed_at timestamptz,
        proposed_event uuid,
        withdrawn_at timestamptz,
        withdrawn_event uuid,
        closed_at timestamptz,
        closed_event uuid,
        is_met boolean
    ) with (fillfactor = 80)
    """,
    "create index need_area on need (scheme, area, submitted_at)",
    """
    create table need_line (
        line_id uuid primary key,
        need_id uuid not null,
        place integer not null,
        kind text not null,
        service text not null,
        quantity integer,
        unit text,
        derived_from uuid,
        known_at timestamptz not null
    )
    """,
    "create index need_line_need on need_line (need_id)",
    """
    create table match (
        match_id uuid primary key,
        need_id uuid not null,
        line_id uuid not null,
        offer_id uuid not null,
        party_id uuid not null,
        society text not null,
        quantity integer not null,
        unit text not null,
        proposed_at timestamptz not null,
        proposed_event uuid not null,
        asked_at timestamptz,
        asked_event uuid,
        accepted_at timestamptz,
        accepted_event uuid,
        declined_at timestamptz,
        declined_event uuid,
        dropped_at timestamptz,
        dropped_event uuid,
        fulfilled_at timestamptz,
        fulfilled_event uuid
    ) with (fillfactor = 80)
    """,
    "create index match_need on match (need_id)",
    """
    create table service (
        record_id uuid primary key,
        need_id uuid not null,
        line_id uuid not null,
        match_id uuid not null,
        society text not null,
        path text not null,
        quantity integer not null,
        unit text not null,
        persons integer not null,
        person_times integer not null,
        sessions integer not null,
        started_at timestamptz not null,
        ended_at timestamptz not null,
        recorded_at timestamptz not null,
        recorded_event uuid not null
    )
    """,
    "create index service_need on service (need_id)",
    """
    create table station (
        station_id uuid primary key,
        tier text not null,
        scheme text not null,
        area text not null,
        opened_on date,
        opened_event uuid,
        closed_on date,
        closed_event uuid
    )
    """,
    "create index station_area on station (scheme, area)",
)

_DROP: Final = (
    "drop table station, service, match, need_line, need, place, journal",
    "drop function journal_is_append_only()",
)


def upgrade() -> None:
    create_frame_v1(op)
    for statement in _CREATE:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DROP:
        op.execute(statement)
    drop_frame_v1(op)

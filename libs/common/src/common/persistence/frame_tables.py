"""The tables that every service has, whatever it is about.

Migrations are written once and never change: a later version of the frame is another pair of
functions, called by another migration of each service.
"""

from __future__ import annotations

from typing import Final, Protocol


class Operations(Protocol):
    """What a migration can do: ``alembic.op`` in a migration."""

    def execute(self, sqltext: str) -> None:
        """Run one statement."""
        ...


def create_frame_v1(op: Operations) -> None:
    """Create the tables of delivery, idempotent requests, areas and accounts."""
    for statement in _CREATE_V1:
        op.execute(statement)


def drop_frame_v1(op: Operations) -> None:
    """Drop what ``create_frame_v1`` created."""
    for table in reversed(_TABLES_V1):
        op.execute(f"drop table {table}")


_TABLES_V1: Final = (
    "outbox",
    "relay_member",
    "inbox",
    "subject_state",
    "held_event",
    "idempotency_key",
    "account",
    "area",
    "area_list",
)

_CREATE_V1: Final = (
    # The first columns are those of Debezium's event router, which may take the relay's place.
    """
    create table outbox (
        id uuid primary key,
        aggregatetype text not null,
        aggregateid text not null,
        type text not null,
        payload json not null,
        partitionkey text not null,
        source text not null,
        version bigint not null,
        time timestamptz not null,
        traceparent text,
        slot smallint not null,
        seq bigint generated always as identity,
        sent_at timestamptz,
        cluster_id text,
        kafka_partition integer,
        kafka_offset bigint,
        confirmed_at timestamptz
    ) with (
        fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000
    )
    """,
    "create unique index outbox_unsent on outbox (slot, seq) where sent_at is null",
    # What everybody has read needs nothing but to be deleted one day.
    """
    create index outbox_unconfirmed
        on outbox (cluster_id, aggregatetype, kafka_partition, kafka_offset)
        where sent_at is not null and confirmed_at is null
    """,
    "create index outbox_sent_at on outbox using brin (sent_at)",
    "create table relay_member (member uuid primary key, seen_at timestamptz not null)",
    """
    create table inbox (
        grp text not null,
        source text not null,
        id uuid not null,
        taken_at timestamptz not null default now(),
        primary key (grp, source, id)
    )
    """,
    "create index inbox_taken_at on inbox using brin (taken_at)",
    """
    create table subject_state (
        grp text not null,
        topic text not null,
        subject text not null,
        version bigint not null,
        primary key (grp, topic, subject)
    ) with (fillfactor = 70)
    """,
    # A record as it came, so that nothing is lost by not understanding it.
    """
    create table held_event (
        id bigint generated always as identity primary key,
        grp text not null,
        topic text not null,
        log_partition integer not null,
        log_offset bigint not null,
        cluster_id text not null,
        key bytea,
        value bytea,
        headers json not null,
        logged_at timestamptz not null,
        source text,
        event_id uuid,
        type text,
        subject text,
        version bigint,
        state text not null
            check (state in ('parked', 'retrying', 'queued', 'waiting', 'dead', 'discarded')),
        reason text not null,
        detail text not null default '',
        stack text not null default '',
        attempts integer not null default 0,
        held_at timestamptz not null default now(),
        next_try_at timestamptz not null default now(),
        deadline_at timestamptz
    )
    """,
    """
    create index held_event_subject on held_event (grp, topic, subject, version)
        where state <> 'discarded'
    """,
    # What carries no readable id cannot be in the inbox; its place in the log tells it apart.
    """
    create unique index held_event_place on held_event
        (grp, topic, log_partition, log_offset, cluster_id, logged_at)
        where event_id is null or source is null
    """,
    """
    create table idempotency_key (
        sub text not null,
        key text not null,
        fingerprint bytea not null,
        status integer,
        headers jsonb,
        body bytea,
        created_at timestamptz not null default now(),
        primary key (sub, key)
    )
    """,
    "create index idempotency_key_created_at on idempotency_key using brin (created_at)",
    """
    create table account (
        account_id uuid primary key,
        sub text not null unique,
        grants jsonb not null,
        version bigint not null
    )
    """,
    """
    create table area (
        scheme text not null,
        code text not null,
        name text not null,
        level text not null,
        is_formal boolean not null,
        parent text,
        ancestors text[] not null,
        pool_id uuid not null,
        list_id uuid not null,
        primary key (scheme, code)
    )
    """,
    # A list comes in one go. Its entries would wait in the index's pending list for a vacuum, and
    # until then every question of what lies where would read the whole table.
    "create index area_ancestors on area using gin (ancestors) with (fastupdate = off)",
    """
    create table area_list (
        list_id uuid primary key,
        scheme text not null,
        edition date not null,
        count integer not null,
        sha256 text not null,
        path text not null,
        announced_at timestamptz not null,
        loaded_at timestamptz
    )
    """,
)

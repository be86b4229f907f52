"""The frame's tables; needs, offers, matches and parties; plans, their owners and the feed."""

from alembic import op

from common.persistence.frame_tables import create_frame_v1, drop_frame_v1

revision = "2026_11_22_0100"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_frame_v1(op)
    for statement in _CREATE:
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.execute(f"drop table {table}")
    drop_frame_v1(op)


_TABLES = (
    "need",
    "need_line",
    "party",
    "offer",
    "match",
    "refusal",
    "linkage_plan",
    "pool",
    "partition_owner",
    "policy",
    "proposal_feed",
)

_CREATE = (
    """
    create table need (
        id uuid primary key,
        revision integer not null,
        pool_id uuid not null,
        scheme text not null,
        area text not null,
        township text,
        county text,
        longitude double precision,
        latitude double precision,
        beneficiary text not null,
        persons integer not null,
        urgency smallint not null,
        submitted_at timestamptz not null,
        state text not null,
        plan_version bigint not null,
        check ((longitude is null) = (latitude is null))
    ) with (fillfactor = 80)
    """,
    "create index need_open_in_pool on need (pool_id, id) where state = 'open'",
    "create index need_by_urgency on need (state, (-urgency), submitted_at, id)",
    "create index need_area on need (scheme, area)",
    """
    create table need_line (
        id uuid primary key,
        need_id uuid not null references need,
        position smallint not null,
        derived_from uuid,
        kind text not null,
        service text not null,
        quantity integer not null check (quantity > 0),
        unit text not null,
        weekdays text not null,
        within_metres integer,
        needs_vetting boolean not null,
        approved_at timestamptz,
        planned_match_id uuid
    ) with (fillfactor = 80)
    """,
    "create unique index need_line_of_need on need_line (need_id, position)",
    """
    create table party (
        id uuid primary key,
        society text not null,
        public_name text not null,
        scheme text not null,
        area text not null,
        vetted_until date,
        suspended_on date
    )
    """,
    # The capacity that acceptances hold can never be more than all of it, whatever the code does.
    """
    create table offer (
        id uuid primary key,
        version bigint not null,
        revision integer not null,
        pool_id uuid not null,
        party_id uuid not null,
        society text not null,
        service text not null,
        capacity integer not null check (capacity > 0),
        held integer not null check (held between 0 and capacity),
        unit text not null,
        scheme text not null,
        area text not null,
        township text,
        county text,
        longitude double precision not null,
        latitude double precision not null,
        reach_metres integer not null,
        weekdays text not null,
        valid_until timestamptz not null,
        title text not null,
        published_at timestamptz not null,
        withdrawn_at timestamptz
    ) with (fillfactor = 80)
    """,
    """
    create index offer_open_in_pool on offer (pool_id, service, valid_until)
        where withdrawn_at is null
    """,
    "create index offer_of_party on offer (party_id, published_at, id)",
    "create index offer_by_time on offer (published_at, id)",
    "create index offer_area on offer (scheme, area)",
    """
    create table match (
        id uuid primary key,
        version bigint not null,
        need_id uuid not null references need,
        line_id uuid not null references need_line,
        offer_id uuid not null references offer,
        party_id uuid not null,
        pool_id uuid not null,
        society text not null,
        kind text not null,
        service text not null,
        quantity integer not null,
        unit text not null,
        value integer not null,
        points jsonb not null,
        metres integer,
        plan_sequence bigint not null,
        policy_version integer not null,
        engine_version text not null,
        state text not null,
        proposed_at timestamptz not null,
        asked_at timestamptz,
        decided_at timestamptz,
        reason text,
        note text,
        delivered integer not null
    ) with (fillfactor = 80)
    """,
    # One line is held by one match; of two rivals the second breaks this and is told.
    """
    create unique index one_match_holds_a_line on match (line_id)
        where state in ('accepted', 'in_service', 'fulfilled')
    """,
    "create index match_of_line on match (line_id)",
    "create index match_of_need on match (need_id)",
    "create index match_of_offer on match (offer_id)",
    "create index match_of_party on match (party_id, proposed_at, id)",
    "create index match_by_time on match (proposed_at, id)",
    "create index match_unanswered on match (asked_at) where state = 'asked'",
    """
    create table refusal (
        need_id uuid not null references need,
        party_id uuid not null,
        reason text not null,
        said_on date not null,
        recorded_at timestamptz not null,
        primary key (need_id, party_id)
    )
    """,
    """
    create table linkage_plan (
        need_id uuid not null references need,
        version bigint not null,
        plan_sequence bigint not null,
        value bigint not null,
        bound bigint not null,
        engine_version text not null,
        policy_version integer not null,
        parts jsonb not null,
        proposed_at timestamptz not null,
        primary key (need_id, version)
    )
    """,
    """
    create table pool (
        id uuid primary key,
        wanted_sequence bigint not null,
        planned_sequence bigint not null,
        told_version bigint not null,
        due_at timestamptz
    ) with (fillfactor = 50)
    """,
    """
    create table partition_owner (
        partition integer primary key,
        epoch bigint not null,
        member uuid not null,
        since timestamptz not null default now()
    )
    """,
    """
    create table policy (
        version integer primary key,
        figures jsonb not null,
        remembered_at timestamptz not null
    )
    """,
    # Append-only. A sequence says where a row stands, not when it was committed: see feed.py.
    """
    create table proposal_feed (
        sequence bigint generated always as identity primary key,
        match_id uuid not null,
        version bigint not null,
        need_id uuid not null,
        line_id uuid not null,
        offer_id uuid not null,
        party_id uuid not null,
        scheme text not null,
        area text not null,
        state text not null,
        society text not null,
        service text not null,
        quantity integer not null,
        unit text not null,
        value integer not null,
        is_known_to_party boolean not null,
        at timestamptz not null
    )
    """,
)

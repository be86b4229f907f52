"""What plans knew when they proposed matches, to decide again."""

from alembic import op

from common.persistence.walls import IS_SYSTEM, IS_WIDE, build_wall, with_parent

revision = "2026_11_22_1502"
down_revision = "2026_11_22_1440"
branch_labels = None
depends_on = None

_CREATE = (
    """
    create table decision_problem (
        id uuid primary key,
        problem jsonb not null
    )
    """,
    """
    create table decision (
        match_id uuid primary key,
        need_id uuid not null references need,
        line_id uuid not null,
        offer_id uuid not null,
        pool_id uuid not null,
        decided_at timestamptz not null,
        plan_sequence bigint not null,
        plan_value bigint not null,
        plan_bound bigint not null,
        reserved_value bigint not null,
        reserved_bound bigint not null,
        engine_version text not null,
        policy_version bigint not null,
        candidates jsonb not null,
        value bigint not null,
        bound bigint not null,
        problem_id uuid references decision_problem,
        replayed_at timestamptz,
        replayed_by text,
        is_same boolean
    )
    """,
    "create index decision_of_need on decision (need_id)",
    "create index decision_of_problem on decision (problem_id)",
)


def upgrade() -> None:
    for statement in _CREATE:
        op.execute(statement)
    build_wall(op, "decision", f"{IS_WIDE} or {with_parent('decision', 'need', 'need_id')}")
    build_wall(op, "decision_problem", IS_SYSTEM)


def downgrade() -> None:
    op.execute("drop table decision")
    op.execute("drop table decision_problem")

"""Trainings with their cohorts, examinations with their candidates."""

from alembic import op

from common.persistence.walls import (
    IS_WIDE,
    build_wall,
    raze_walls,
    with_parent,
    within_own_areas,
)

revision = "2026_11_22_0720"
down_revision = "2026_11_22_0780"
branch_labels = None
depends_on = None

_ROLLS = {"training_attendance": "training", "examination_candidate": "examination"}


def upgrade() -> None:
    op.execute("""
        create table training (
            id uuid primary key,
            version bigint not null,
            title text not null,
            cohort text,
            kind text not null,
            organiser_id uuid not null,
            scheme text not null,
            area text not null,
            hours bigint not null check (hours > 0),
            required_hours bigint not null check (required_hours between 0 and hours),
            begins_on date not null,
            ends_on date not null check (ends_on >= begins_on),
            enrolled bigint not null,
            state text not null,
            came bigint,
            completed bigint,
            check (completed <= came),
            check ((state = 'completed') = (came is not null and completed is not null))
        )
    """)
    op.execute("create index training_area on training (scheme, area)")
    op.execute("""
        create table training_attendance (
            training_id uuid not null references training,
            worker_id uuid not null,
            hours bigint,
            counts_on date,
            primary key (training_id, worker_id)
        )
    """)
    op.execute("create index training_attendance_worker on training_attendance (worker_id)")
    op.execute("""
        create table examination (
            id uuid primary key,
            version bigint not null,
            session text not null,
            level text not null,
            scheme text not null,
            area text not null,
            held_on date not null,
            candidates bigint not null,
            state text not null,
            entered bigint,
            passed bigint,
            check (passed <= entered),
            check ((state = 'results_stated') = (entered is not null and passed is not null))
        )
    """)
    op.execute("create index examination_area on examination (scheme, area)")
    op.execute("""
        create table examination_candidate (
            examination_id uuid not null references examination,
            candidate_id uuid not null,
            has_passed boolean,
            primary key (examination_id, candidate_id)
        )
    """)
    op.execute("""
        create index examination_candidate_candidate on examination_candidate (candidate_id)
    """)
    for table in ("training", "examination"):
        build_wall(op, table, f"{IS_WIDE} or {within_own_areas(table)}")
    for table, of in _ROLLS.items():
        build_wall(op, table, with_parent(table, of, f"{of}_id"))
    op.execute("""
        alter table social_worker add column trained_hours jsonb not null default '{}'
    """)


def downgrade() -> None:
    op.execute("alter table social_worker drop column trained_hours")
    for table in (*_ROLLS, *_ROLLS.values()):
        raze_walls(op, table)
        op.execute(f"drop table {table}")

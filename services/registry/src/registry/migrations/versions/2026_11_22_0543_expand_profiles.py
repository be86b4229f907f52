"""What is said about workers, volunteers and organisations, and who is posted where."""

from alembic import op

from common.persistence.walls import IS_AT_WORK, IS_WIDE, build_wall, raze_walls, with_parent

revision = "2026_11_22_0543"
down_revision = "2026_11_22_0521"
branch_labels = None
depends_on = None

PROFILES = ("social_worker", "volunteer", "organisation")


def upgrade() -> None:
    op.execute("""
        create table social_worker (
            party_id uuid primary key,
            version bigint not null,
            engagement text not null,
            level text,
            registered_until date,
            employer_id uuid,
            education_hours jsonb not null
        )
    """)
    op.execute("""
        create table volunteer (
            party_id uuid primary key,
            version bigint not null,
            number text not null unique,
            skills text[] not null,
            languages text[] not null,
            available jsonb not null,
            organisation_id uuid,
            confirmed_minutes bigint not null default 0
        )
    """)
    op.execute("""
        create table organisation (
            party_id uuid primary key,
            version bigint not null,
            kind text not null,
            credit_code text,
            incubated_by uuid,
            permit_number text,
            permit_valid_from date,
            permit_valid_until date,
            constraint one_party_of_a_credit_code unique (credit_code)
        )
    """)
    # Two who post the same worker at the same moment are told apart here and nowhere else.
    op.execute("""
        create table posting (
            id uuid primary key,
            version bigint not null,
            worker_id uuid not null,
            station_id uuid not null,
            is_full_time boolean not null,
            starts_on date not null,
            ends_on date,
            check (ends_on is null or ends_on >= starts_on),
            constraint one_full_time_posting_a_day exclude using gist (
                worker_id with =, daterange(starts_on, ends_on, '[]') with &&
            ) where (is_full_time)
        )
    """)
    op.execute("create index posting_station on posting (station_id)")
    op.execute("create index posting_worker on posting (worker_id)")
    for table in PROFILES:
        # Strangers are shown parties, in a directory, and nothing of what is said about them.
        of_party = with_parent(table, "party", "party_id")
        build_wall(op, table, f"{IS_WIDE} or ({IS_AT_WORK} and {of_party})")
    of_station = with_parent("posting", "station", "station_id")
    of_worker = with_parent("posting", "party", "worker_id")
    build_wall(op, "posting", f"{IS_WIDE} or ({IS_AT_WORK} and ({of_station} or {of_worker}))")


def downgrade() -> None:
    for table in ("posting", *reversed(PROFILES)):
        raze_walls(op, table)
        op.execute(f"drop table {table}")

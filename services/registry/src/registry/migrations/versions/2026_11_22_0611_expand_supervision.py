"""Supervisions, and that one supervisor stands by one worker once at a time."""

from alembic import op

from common.persistence.walls import IS_WIDE, build_wall, raze_walls, within_own_areas

revision = "2026_11_22_0611"
down_revision = "2026_11_22_0520"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        create table supervision (
            id uuid primary key,
            version bigint not null,
            supervisor_id uuid not null,
            worker_id uuid not null,
            station_id uuid not null,
            scheme text not null,
            area text not null,
            began_on date not null,
            ended_on date,
            check (ended_on >= began_on),
            check (supervisor_id <> worker_id),
            constraint one_supervision_of_two_people_at_a_time exclude using gist (
                supervisor_id with =, worker_id with =, daterange(began_on, ended_on, '[]') with &&
            )
        )
    """)
    op.execute("create index supervision_area on supervision (scheme, area)")
    op.execute("create index supervision_worker on supervision (worker_id)")
    op.execute("create index supervision_station on supervision (station_id)")
    build_wall(op, "supervision", f"{IS_WIDE} or {within_own_areas('supervision')}")


def downgrade() -> None:
    raze_walls(op, "supervision")
    op.execute("drop table supervision")

"""Trainings in PostgreSQL, with their cohorts and what they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, update
from sqlmodel import col
from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.adapters.postgres.records import PostgresRecords
from registry.adapters.postgres.rolls import PostgresRoll
from registry.adapters.postgres.training_tables import AttendanceRow, TrainingRow
from registry.adapters.published_trainings import about_training
from registry.app.ports.trainings import Cohorts, TrainingFilter, TrainingTallies, TrainingTally
from registry.domain.errors.trainings import TrainingChangedMeanwhile, TrainingIdTaken
from registry.domain.term import Term
from registry.domain.training import (
    Attendance,
    Training,
    TrainingFact,
    TrainingId,
    TrainingKind,
    TrainingState,
    Turnout,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import date
    from uuid import UUID

    from sqlalchemy import ColumnElement

    from common.errors import Conflict
    from common.grants import Scope
    from common.messaging.event import Message

_ATTEND = text("""
    update training_attendance as attended
    set hours = given.hours,
        counts_on = case
            when attended.worker_id = any(cast(:completed as uuid[])) then cast(:day as date)
        end
    from unnest(cast(:workers as uuid[]), cast(:hours as int[])) as given(worker_id, hours)
    where attended.training_id = :training and attended.worker_id = given.worker_id
""")


class PostgresTrainings(
    PostgresRecords[Training, TrainingFact, TrainingFilter, TrainingRow], TrainingTallies
):
    """The trainings of the transaction that is open."""

    row = TrainingRow

    @property
    @override
    def rules(self) -> Mapping[str, Callable[[Training], Conflict]]:
        return {"": lambda training: TrainingIdTaken(training_id=training.id)}

    @override
    def changed(self, record: Training) -> Conflict:
        return TrainingChangedMeanwhile(training_id=record.id)

    @override
    def told(self, fact: TrainingFact) -> Message:
        return about_training(fact)

    @override
    def claims(self, wanted: TrainingFilter) -> Iterator[ColumnElement[bool]]:
        yield from self.placed(wanted)
        if wanted.kind is not None:
            yield col(TrainingRow.kind) == wanted.kind.value
        if wanted.state is not None:
            yield col(TrainingRow.state) == wanted.state.value
        if wanted.organiser is not None:
            yield col(TrainingRow.organiser_id) == wanted.organiser
        if wanted.worker is not None:
            attended = select(col(AttendanceRow.training_id))
            yield col(TrainingRow.id).in_(
                attended.where(col(AttendanceRow.worker_id) == wanted.worker)
            )
        if wanted.since is not None:
            yield col(TrainingRow.ends_on) >= wanted.since
        if wanted.until is not None:
            yield col(TrainingRow.ends_on) <= wanted.until

    @override
    async def tally(self, wanted: TrainingFilter, scope: Scope, /) -> TrainingTally:
        statement = select(
            func.count(),
            func.sum(col(TrainingRow.came)),
            func.sum(col(TrainingRow.completed)),
        ).where(
            self.lies_within(scope),
            *self.claims(wanted),
            col(TrainingRow.state) == TrainingState.COMPLETED.value,
        )
        async with self._unit_of_work.transaction() as session:
            trainings, came, completed = (
                await (await session.connection()).execute(statement)
            ).one()
        return TrainingTally(trainings=trainings, person_times=came or 0, completed=completed or 0)

    @override
    def to_record(self, row: TrainingRow) -> Training:
        return Training(
            id=TrainingId(row.id),
            version=row.version,
            title=row.title,
            cohort=row.cohort,
            kind=TrainingKind(row.kind),
            organiser=row.organiser_id,
            area=AreaRef(AreaScheme(row.scheme), row.area),
            hours=row.hours,
            required_hours=row.required_hours,
            term=Term(begins_on=row.begins_on, ends_on=row.ends_on),
            enrolled=row.enrolled,
            state=TrainingState(row.state),
            turnout=_to_turnout(row),
        )

    @override
    def to_row(self, record: Training) -> TrainingRow:
        turnout = record.turnout
        return TrainingRow(
            id=record.id,
            version=record.version,
            title=record.title,
            cohort=record.cohort,
            kind=record.kind.value,
            organiser_id=record.organiser,
            scheme=record.area.scheme.value,
            area=record.area.code,
            hours=record.hours,
            required_hours=record.required_hours,
            begins_on=record.term.begins_on,
            ends_on=record.term.ends_on,
            enrolled=record.enrolled,
            state=record.state.value,
            came=turnout.came if turnout else None,
            completed=turnout.completed if turnout else None,
        )


class PostgresCohorts(PostgresRoll[Attendance, AttendanceRow], Cohorts):
    """The cohorts of the transaction that is open."""

    row = AttendanceRow
    of_column = "training_id"
    person_column = "worker_id"

    @override
    async def attend(
        self, of: UUID, attendance: Mapping[UUID, int], completed: Collection[UUID], on: date, /
    ) -> None:
        absent = update(AttendanceRow).where(self.of == of).values(hours=0)
        given = {
            "training": of,
            "day": on,
            "workers": list(attendance),
            "hours": list(attendance.values()),
            "completed": list(completed),
        }
        async with self._unit_of_work.transaction() as session:
            await session.exec(absent)
            await (await session.connection()).execute(_ATTEND, given)

    @override
    def to_entry(self, row: AttendanceRow) -> Attendance:
        return Attendance(
            worker=row.worker_id, hours=row.hours, has_completed=row.counts_on is not None
        )


def _to_turnout(row: TrainingRow) -> Turnout | None:
    if row.came is None or row.completed is None:
        return None
    return Turnout(came=row.came, completed=row.completed)

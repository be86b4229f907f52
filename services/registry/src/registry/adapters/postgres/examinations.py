"""Examinations in PostgreSQL, with their candidates and what they add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update
from sqlmodel import col
from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.adapters.postgres.records import PostgresRecords
from registry.adapters.postgres.rolls import PostgresRoll
from registry.adapters.postgres.training_tables import CandidacyRow, ExaminationRow
from registry.adapters.published_trainings import about_examination
from registry.app.ports.trainings import (
    Candidacies,
    ExaminationFilter,
    ExaminationTallies,
    ExaminationTally,
)
from registry.domain.errors.examinations import (
    ExaminationChangedMeanwhile,
    ExaminationIdTaken,
)
from registry.domain.examination import (
    Candidacy,
    Examination,
    ExaminationFact,
    ExaminationId,
    ExaminationState,
    Results,
)
from registry.domain.social_worker import CertificateLevel

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy import ColumnElement

    from common.errors import Conflict
    from common.grants import Scope
    from common.messaging.event import Message


class PostgresExaminations(
    PostgresRecords[Examination, ExaminationFact, ExaminationFilter, ExaminationRow],
    ExaminationTallies,
):
    """The examinations of the transaction that is open."""

    row = ExaminationRow

    @property
    @override
    def rules(self) -> Mapping[str, Callable[[Examination], Conflict]]:
        return {"": lambda examination: ExaminationIdTaken(examination_id=examination.id)}

    @override
    def changed(self, record: Examination) -> Conflict:
        return ExaminationChangedMeanwhile(examination_id=record.id)

    @override
    def told(self, fact: ExaminationFact) -> Message:
        return about_examination(fact)

    @override
    def claims(self, wanted: ExaminationFilter) -> Iterator[ColumnElement[bool]]:
        yield from self.placed(wanted)
        if wanted.level is not None:
            yield col(ExaminationRow.level) == wanted.level.value
        if wanted.state is not None:
            yield col(ExaminationRow.state) == wanted.state.value
        if wanted.candidate is not None:
            entered = select(col(CandidacyRow.examination_id))
            yield col(ExaminationRow.id).in_(
                entered.where(col(CandidacyRow.candidate_id) == wanted.candidate)
            )
        if wanted.since is not None:
            yield col(ExaminationRow.held_on) >= wanted.since
        if wanted.until is not None:
            yield col(ExaminationRow.held_on) <= wanted.until

    @override
    async def tally(self, wanted: ExaminationFilter, scope: Scope, /) -> Sequence[ExaminationTally]:
        level = col(ExaminationRow.level)
        statement = (
            select(
                level,
                func.count().label("examinations"),
                func.sum(col(ExaminationRow.entered)).label("entered"),
                func.sum(col(ExaminationRow.passed)).label("passed"),
            )
            .where(
                self.lies_within(scope),
                *self.claims(wanted),
                col(ExaminationRow.state) == ExaminationState.RESULTS_STATED.value,
            )
            .group_by(level)
        )
        async with self._unit_of_work.transaction() as session:
            rows = (await (await session.connection()).execute(statement)).all()
        found = {row.level: row for row in rows}
        return [
            ExaminationTally(
                level=each,
                examinations=found[each.value].examinations,
                entered=found[each.value].entered,
                passed=found[each.value].passed,
            )
            for each in CertificateLevel
            if each.value in found
        ]

    @override
    def to_record(self, row: ExaminationRow) -> Examination:
        return Examination(
            id=ExaminationId(row.id),
            version=row.version,
            session=row.session,
            level=CertificateLevel(row.level),
            area=AreaRef(AreaScheme(row.scheme), row.area),
            held_on=row.held_on,
            candidates=row.candidates,
            state=ExaminationState(row.state),
            results=_to_results(row),
        )

    @override
    def to_row(self, record: Examination) -> ExaminationRow:
        results = record.results
        return ExaminationRow(
            id=record.id,
            version=record.version,
            session=record.session,
            level=record.level.value,
            scheme=record.area.scheme.value,
            area=record.area.code,
            held_on=record.held_on,
            candidates=record.candidates,
            state=record.state.value,
            entered=results.entered if results else None,
            passed=results.passed if results else None,
        )


class PostgresCandidacies(PostgresRoll[Candidacy, CandidacyRow], Candidacies):
    """The candidates of the transaction that is open."""

    row = CandidacyRow
    of_column = "examination_id"
    person_column = "candidate_id"

    @override
    async def decide(self, of: UUID, passed: Collection[UUID], /) -> None:
        decided = (
            update(CandidacyRow).where(self.of == of).values(has_passed=self.person.in_(passed))
        )
        async with self._unit_of_work.transaction() as session:
            await session.exec(decided)

    @override
    def to_entry(self, row: CandidacyRow) -> Candidacy:
        return Candidacy(candidate=row.candidate_id, has_passed=row.has_passed)


def _to_results(row: ExaminationRow) -> Results | None:
    if row.entered is None or row.passed is None:
        return None
    return Results(entered=row.entered, passed=row.passed)

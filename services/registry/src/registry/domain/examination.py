"""An examination for the certificate of social workers (社会工作者职业水平考试)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from common.vocabulary import Labelled
from registry.domain.days import refuse_future
from registry.domain.errors.examinations import (
    ExaminationOver,
    MorePassedThanEntered,
    NotACandidate,
)
from registry.domain.social_worker import CertificateLevel

if TYPE_CHECKING:
    from collections.abc import Collection

    from common.places import Area

ExaminationId = NewType("ExaminationId", UUID)


class ExaminationState(Labelled):
    """Where an examination is in its life."""

    ANNOUNCED = "announced", "已发布", "Announced"
    RESULTS_STATED = "results_stated", "已公布成绩", "Results stated"
    CANCELLED = "cancelled", "已取消", "Cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """How many entered and how many passed, those included who are known by their number only."""

    entered: int
    passed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One level of one session (such as 2022), as an area counts it; ``candidates`` are by name."""

    id: ExaminationId
    version: int
    session: str
    level: CertificateLevel
    area: AreaRef
    held_on: date
    candidates: int = 0
    state: ExaminationState = ExaminationState.ANNOUNCED
    results: Results | None = None

    @property
    def org(self) -> None:
        """Return nobody: it is seen by those who are responsible for its area."""
        return

    def enter(self, newcomers: int, *, at: datetime) -> Change[Examination, ExaminationFact]:
        """Take so many more people in as candidates.

        Raises:
            ExaminationOver: The results were stated, or it was cancelled.
        """
        self._refuse_over()
        if newcomers == 0:
            return Change(self, ())
        grown = replace(self, version=self.version + 1, candidates=self.candidates + newcomers)
        return Change(grown, (CandidatesEntered(examination=grown, at=at),))

    def state_results(
        self,
        candidates: Collection[UUID],
        passed: Collection[UUID],
        others: Results,
        *,
        at: datetime,
    ) -> Change[Examination, ExaminationFact]:
        """State who of the candidates passed, and how many of those who are only counted.

        Raises:
            ExaminationOver: The results were stated before, or it was cancelled.
            DayInTheFuture: It was not held yet.
            NotACandidate: Somebody passed who had not entered.
            MorePassedThanEntered: Of those who are only counted.
        """
        self._refuse_over()
        refuse_future(self.held_on, at=at)
        for candidate_id in passed:
            if candidate_id not in candidates:
                raise NotACandidate(examination_id=self.id, candidate_id=candidate_id)
        if others.passed > others.entered:
            raise MorePassedThanEntered(entered=others.entered, passed=others.passed)
        results = Results(
            entered=self.candidates + others.entered, passed=len(passed) + others.passed
        )
        stated = replace(
            self,
            version=self.version + 1,
            state=ExaminationState.RESULTS_STATED,
            results=results,
        )
        return Change(stated, (ResultsWereStated(examination=stated, results=results, at=at),))

    def cancel(self, *, at: datetime) -> Change[Examination, ExaminationFact]:
        """Call it off.

        Raises:
            ExaminationOver: The results were stated, or it was cancelled before.
        """
        self._refuse_over()
        cancelled = replace(self, version=self.version + 1, state=ExaminationState.CANCELLED)
        return Change(cancelled, (ExaminationWasCancelled(examination=cancelled, at=at),))

    def has_content_of(self, other: Examination) -> bool:
        """Tell whether both were announced alike, whatever has happened to either since."""
        return _as_announced(self) == _as_announced(other)

    def _refuse_over(self) -> None:
        if self.state is not ExaminationState.ANNOUNCED:
            raise ExaminationOver(examination_id=self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidacy:
    """A candidate, and whether they passed, once that is known."""

    candidate: UUID
    has_passed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationWasAnnounced:
    """There will be an examination."""

    examination: Examination
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidatesEntered:
    """There are more candidates."""

    examination: Examination
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsWereStated:
    """It is known who passed."""

    examination: Examination
    results: Results
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationWasCancelled:
    """It does not take place."""

    examination: Examination
    at: datetime


ExaminationFact = (
    ExaminationWasAnnounced | CandidatesEntered | ResultsWereStated | ExaminationWasCancelled
)


def announce_examination(
    examination_id: ExaminationId,
    *,
    session: str,
    level: CertificateLevel,
    area: Area,
    held_on: date,
    at: datetime,
) -> Change[Examination, ExaminationFact]:
    """Note that there is an examination."""
    examination = Examination(
        id=examination_id,
        version=1,
        session=session,
        level=level,
        area=area.ref,
        held_on=held_on,
    )
    return Change(examination, (ExaminationWasAnnounced(examination=examination, at=at),))


def _as_announced(examination: Examination) -> Examination:
    return replace(
        examination, version=1, candidates=0, state=ExaminationState.ANNOUNCED, results=None
    )

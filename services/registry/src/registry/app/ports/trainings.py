"""What use cases ask of the keeping of trainings and examinations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.domain.examination import Candidacy, ExaminationState
from registry.domain.social_worker import CertificateLevel
from registry.domain.training import Attendance, TrainingKind, TrainingState

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from common.grants import Scope
    from common.paging import Slice, Window

E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFilter:
    """Which trainings are wanted; ``since`` and ``until`` hold their last day."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    kind: TrainingKind | None = None
    state: TrainingState | None = None
    organiser: UUID | None = None
    worker: UUID | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationFilter:
    """Which examinations are wanted; ``since`` and ``until`` hold the day they are held on."""

    within: AreaRef | None = None
    scheme: AreaScheme | None = None
    level: CertificateLevel | None = None
    state: ExaminationState | None = None
    candidate: UUID | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingTally:
    """How many trainings were completed, with how many person-times, how many of these with."""

    trainings: int
    person_times: int
    completed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationTally:
    """How many examinations of a level have results, how many entered, and how many passed."""

    level: CertificateLevel
    examinations: int
    entered: int
    passed: int


class TrainingTallies(Protocol):
    """What trainings add up to, as of the current transaction."""

    async def tally(self, wanted: TrainingFilter, scope: Scope, /) -> TrainingTally:
        """Add up what is wanted and was completed."""
        ...


class ExaminationTallies(Protocol):
    """What examinations add up to, as of the current transaction."""

    async def tally(self, wanted: ExaminationFilter, scope: Scope, /) -> Sequence[ExaminationTally]:
        """Add up what is wanted and has results, level by level."""
        ...


class Roll(Protocol[E]):
    """The people of each training or examination, as of the current transaction."""

    async def people(self, of: UUID, /) -> frozenset[UUID]:
        """Return who is on the roll."""
        ...

    async def add(self, of: UUID, people: Collection[UUID], /) -> None:
        """Put people on the roll; who is there stays there once."""
        ...

    async def page(self, of: UUID, window: Window, /) -> Slice[E]:
        """Return the roll in the order of the people's ids."""
        ...


class Cohorts(Roll[Attendance], Protocol):
    """Who is enrolled in which training."""

    async def attend(
        self, of: UUID, attendance: Mapping[UUID, int], completed: Collection[UUID], on: date, /
    ) -> None:
        """Note the hours of each, of everybody else none, and whose count on that day."""
        ...


class Candidacies(Roll[Candidacy], Protocol):
    """Who has entered which examination."""

    async def decide(self, of: UUID, passed: Collection[UUID], /) -> None:
        """Note who passed; everybody else did not."""
        ...


class Education(Protocol):
    """What counts to the continuing education of social workers, as of the current transaction."""

    async def hours_of(self, worker: UUID, /) -> Mapping[int, int]:
        """Return the hours of completed trainings by year."""
        ...

    async def count_again(self, workers: Collection[UUID], /) -> None:
        """Bring the profiles of those who have one in line with the trainings they completed."""
        ...

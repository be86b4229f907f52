"""Announcing trainings, enrolling their cohorts, and stating what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common.clearance import cleared, system
from common.places import AreaRef
from registry.app.permissions import WRITE_TRAININGS
from registry.app.places import area_within
from registry.domain.kinds import is_body, is_person
from registry.domain.term import Term
from registry.domain.training import Counted, Syllabus, TrainingId, announce_training

if TYPE_CHECKING:
    from collections.abc import Callable

    from common.change import Change
    from common.clock import Clock
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.app.creations import Made
    from registry.app.keep_records import RecordKeeping
    from registry.app.ports.areas import Areas
    from registry.app.ports.trainings import (
        Cohorts,
        Education,
        TrainingFilter,
    )
    from registry.app.ports.work import UnitOfWork
    from registry.app.references import References
    from registry.domain.training import Attendance, Training, TrainingFact


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceTraining:
    """Say what a training is, who organises it, where and on which days."""

    id: UUID | None
    syllabus: Syllabus
    organiser: UUID
    area: AreaRef
    term: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolWorkers:
    """Put people into the cohort of a training."""

    training_id: UUID
    workers: frozenset[UUID]
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteTraining:
    """State who attended for how many hours, and how many more came who are only counted."""

    training_id: UUID
    attendance: Mapping[UUID, int]
    others: Counted
    seen: int | None = None


class KeepingTrainings:
    """What is done with trainings."""

    def __init__(
        self,
        keeping: RecordKeeping[Training, TrainingFact, TrainingFilter],
        *,
        cohorts: Cohorts,
        education: Education,
        unit_of_work: UnitOfWork,
        references: References,
        areas: Areas,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._keeping: Final = keeping
        self._cohorts: Final = cohorts
        self._education: Final = education
        self._unit_of_work: Final = unit_of_work
        self._references: Final = references
        self._areas: Final = areas
        self._clock: Final = clock
        self._new_id: Final = new_id
        self.find: Final = keeping.find
        self.list: Final = keeping.list

    async def announce(self, command: AnnounceTraining, scope: Scope) -> Made[Training]:
        """Note that there is a training."""

        async def propose() -> Change[Training, TrainingFact]:
            area = await area_within(
                scope, command.area, areas=self._areas, permission=WRITE_TRAININGS
            )
            await self._references.check([command.organiser], is_body, wanted="organisation")
            return announce_training(
                TrainingId(command.id or self._new_id()),
                syllabus=command.syllabus,
                organiser=command.organiser,
                area=area,
                term=command.term,
                at=self._clock.now(),
            )

        return await self._keeping.enter(propose)

    async def enrol(self, command: EnrolWorkers, scope: Scope) -> Training:
        """Put people into the cohort; who is in it already stays there."""

        async def decide(training: Training) -> Change[Training, TrainingFact]:
            await self._references.check(command.workers, is_person, wanted="person")
            newcomers = command.workers - await self._cohorts.people(training.id)
            change = training.enrol(len(newcomers), at=self._clock.now())
            await self._cohorts.add(training.id, newcomers)
            return change

        return await self._keeping.change_held(
            command.training_id, scope, decide, seen=command.seen
        )

    async def complete(self, command: CompleteTraining, scope: Scope) -> Training:
        """State who attended; what they completed counts to their continuing education."""

        async def decide(training: Training) -> Change[Training, TrainingFact]:
            cohort = await self._cohorts.people(training.id)
            change = training.complete(
                cohort, command.attendance, command.others, at=self._clock.now()
            )
            completed = training.completed_by(command.attendance)
            await self._cohorts.attend(
                training.id, command.attendance, completed, training.term.ends_on
            )
            # A worker of another county has learnt as much.
            with cleared(system("counts continuing education")):
                await self._education.count_again(completed)
            return change

        return await self._keeping.change_held(
            command.training_id, scope, decide, seen=command.seen
        )

    async def cancel(self, training_id: UUID, scope: Scope, seen: int | None) -> Training:
        """Call a training off."""

        async def decide(training: Training) -> Change[Training, TrainingFact]:
            return training.cancel(at=self._clock.now())

        return await self._keeping.change(training_id, scope, decide, seen=seen)

    async def cohort(self, training_id: UUID, scope: Scope, window: Window) -> Slice[Attendance]:
        """Return who is enrolled, with the hours they attended once these were stated."""
        async with self._unit_of_work.transaction():
            training = await self.find(training_id, scope)
            return await self._cohorts.page(training.id, window)

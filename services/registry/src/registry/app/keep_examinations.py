"""Announcing examinations, entering candidates, and stating who passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common.places import AreaRef
from registry.app.permissions import WRITE_TRAININGS
from registry.app.places import area_within
from registry.domain.examination import ExaminationId, Results, announce_examination
from registry.domain.kinds import is_person
from registry.domain.social_worker import CertificateLevel

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
        Candidacies,
        ExaminationFilter,
    )
    from registry.app.ports.work import UnitOfWork
    from registry.app.references import References
    from registry.domain.examination import Candidacy, Examination, ExaminationFact


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceExamination:
    """Say which level of which session is held on which day."""

    id: UUID | None
    session: str
    level: CertificateLevel
    area: AreaRef
    held_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterCandidates:
    """Enter people for an examination."""

    examination_id: UUID
    candidates: frozenset[UUID]
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateResults:
    """State who passed, and how many more entered and passed who are only counted."""

    examination_id: UUID
    passed: frozenset[UUID]
    others: Results
    seen: int | None = None


class KeepingExaminations:
    """What is done with examinations."""

    def __init__(
        self,
        keeping: RecordKeeping[Examination, ExaminationFact, ExaminationFilter],
        *,
        candidacies: Candidacies,
        unit_of_work: UnitOfWork,
        references: References,
        areas: Areas,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._keeping: Final = keeping
        self._candidacies: Final = candidacies
        self._unit_of_work: Final = unit_of_work
        self._references: Final = references
        self._areas: Final = areas
        self._clock: Final = clock
        self._new_id: Final = new_id
        self.find: Final = keeping.find
        self.list: Final = keeping.list

    async def announce(self, command: AnnounceExamination, scope: Scope) -> Made[Examination]:
        """Note that there is an examination."""

        async def propose() -> Change[Examination, ExaminationFact]:
            area = await area_within(
                scope, command.area, areas=self._areas, permission=WRITE_TRAININGS
            )
            return announce_examination(
                ExaminationId(command.id or self._new_id()),
                session=command.session,
                level=command.level,
                area=area,
                held_on=command.held_on,
                at=self._clock.now(),
            )

        return await self._keeping.enter(propose)

    async def enter(self, command: EnterCandidates, scope: Scope) -> Examination:
        """Enter people; who is a candidate already stays one."""

        async def decide(examination: Examination) -> Change[Examination, ExaminationFact]:
            await self._references.check(command.candidates, is_person, wanted="person")
            newcomers = command.candidates - await self._candidacies.people(examination.id)
            change = examination.enter(len(newcomers), at=self._clock.now())
            await self._candidacies.add(examination.id, newcomers)
            return change

        return await self._keeping.change_held(
            command.examination_id, scope, decide, seen=command.seen
        )

    async def state_results(self, command: StateResults, scope: Scope) -> Examination:
        """State who passed."""

        async def decide(examination: Examination) -> Change[Examination, ExaminationFact]:
            candidates = await self._candidacies.people(examination.id)
            change = examination.state_results(
                candidates, command.passed, command.others, at=self._clock.now()
            )
            await self._candidacies.decide(examination.id, command.passed)
            return change

        return await self._keeping.change_held(
            command.examination_id, scope, decide, seen=command.seen
        )

    async def cancel(self, examination_id: UUID, scope: Scope, seen: int | None) -> Examination:
        """Call an examination off."""

        async def decide(examination: Examination) -> Change[Examination, ExaminationFact]:
            return examination.cancel(at=self._clock.now())

        return await self._keeping.change(examination_id, scope, decide, seen=seen)

    async def candidates(
        self, examination_id: UUID, scope: Scope, window: Window
    ) -> Slice[Candidacy]:
        """Return who has entered, and whether they passed once that is known."""
        async with self._unit_of_work.transaction():
            examination = await self.find(examination_id, scope)
            return await self._candidacies.page(examination.id, window)

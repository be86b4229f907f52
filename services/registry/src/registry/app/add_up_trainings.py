"""What trainings and examinations add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.app.ports.trainings import (
    ExaminationFilter,
    ExaminationTallies,
    ExaminationTally,
    TrainingFilter,
    TrainingTallies,
    TrainingTally,
)
from registry.app.ports.work import UnitOfWork

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.grants import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class AddingUp:
    """Adds up what a caller may see."""

    unit_of_work: UnitOfWork
    trainings: TrainingTallies
    examinations: ExaminationTallies

    async def figures(
        self, trained: TrainingFilter, examined: ExaminationFilter, scope: Scope
    ) -> tuple[TrainingTally, Sequence[ExaminationTally]]:
        """Return what was completed, and what has results, level by level."""
        async with self.unit_of_work.transaction():
            return (
                await self.trainings.tally(trained, scope),
                await self.examinations.tally(examined, scope),
            )

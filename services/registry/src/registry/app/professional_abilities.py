"""What is done for the profession: contracts, supervision, trainings and examinations, experts."""

from __future__ import annotations

from dataclasses import dataclass

from registry.app.add_up_trainings import AddingUp
from registry.app.keep_contracts import KeepingContracts
from registry.app.keep_examinations import KeepingExaminations
from registry.app.keep_supervisions import KeepingSupervisions
from registry.app.keep_trainings import KeepingTrainings


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalAbilities:
    """What surrounds the work at stations, each kind of record with all that is done with it."""

    contracts: KeepingContracts
    supervisions: KeepingSupervisions
    trainings: KeepingTrainings
    examinations: KeepingExaminations
    adding_up: AddingUp

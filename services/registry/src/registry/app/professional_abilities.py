"""What is done for the profession: contracts, supervision, trainings and examinations, experts."""

from __future__ import annotations

from dataclasses import dataclass

from registry.app.add_up_trainings import AddingUp
from registry.app.keep_contracts import KeepingContracts
from registry.app.keep_engagements import KeepingEngagements
from registry.app.keep_examinations import KeepingExaminations
from registry.app.keep_experts import KeepingExperts
from registry.app.keep_supervisions import KeepingSupervisions
from registry.app.keep_talent_plans import KeepingTalentPlans
from registry.app.keep_talent_stations import KeepingTalentStations
from registry.app.keep_talents import KeepingTalents
from registry.app.keep_trainings import KeepingTrainings


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalAbilities:
    """What surrounds the work at stations, each kind of record with all that is done with it."""

    contracts: KeepingContracts
    supervisions: KeepingSupervisions
    trainings: KeepingTrainings
    examinations: KeepingExaminations
    adding_up: AddingUp
    experts: KeepingExperts
    engagements: KeepingEngagements
    talent_stations: KeepingTalentStations
    talent_plans: KeepingTalentPlans
    talents: KeepingTalents

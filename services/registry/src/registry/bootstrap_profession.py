"""The part of the composition root that is about the profession."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from registry.adapters.postgres.contracts import PostgresContracts
from registry.adapters.postgres.education import PostgresEducation
from registry.adapters.postgres.examinations import PostgresCandidacies, PostgresExaminations
from registry.adapters.postgres.experts import PostgresEngagements, PostgresExperts
from registry.adapters.postgres.supervisions import PostgresSupervisions
from registry.adapters.postgres.talents import (
    PostgresTalentPlans,
    PostgresTalents,
    PostgresTalentStations,
)
from registry.adapters.postgres.trainings import PostgresCohorts, PostgresTrainings
from registry.app.add_up_trainings import AddingUp
from registry.app.keep_contracts import KeepingContracts
from registry.app.keep_engagements import KeepingEngagements
from registry.app.keep_examinations import KeepingExaminations
from registry.app.keep_experts import KeepingExperts
from registry.app.keep_records import RecordKeeping, Refusals
from registry.app.keep_supervisions import KeepingSupervisions
from registry.app.keep_talent_plans import KeepingTalentPlans
from registry.app.keep_talent_stations import KeepingTalentStations
from registry.app.keep_talents import KeepingTalents
from registry.app.keep_trainings import KeepingTrainings
from registry.app.ports.records import Record
from registry.app.professional_abilities import ProfessionalAbilities
from registry.app.references import References
from registry.domain.errors.contracts import ContractIdTaken, ContractNotFound
from registry.domain.errors.examinations import ExaminationIdTaken, ExaminationNotFound
from registry.domain.errors.experts import (
    EngagementIdTaken,
    EngagementNotFound,
    ExpertIdTaken,
    ExpertNotFound,
)
from registry.domain.errors.supervisions import SupervisionIdTaken, SupervisionNotFound
from registry.domain.errors.talents import (
    TalentIdTaken,
    TalentNotFound,
    TalentPlanIdTaken,
    TalentPlanNotFound,
    TalentStationIdTaken,
    TalentStationNotFound,
)
from registry.domain.errors.trainings import TrainingIdTaken, TrainingNotFound
from registry.entrypoints.http import contracts as contract_routes
from registry.entrypoints.http import engagements as engagement_routes
from registry.entrypoints.http import examinations as examination_routes
from registry.entrypoints.http import experts as expert_routes
from registry.entrypoints.http import supervisions as supervision_routes
from registry.entrypoints.http import talent_plans as talent_plan_routes
from registry.entrypoints.http import talent_stations as talent_station_routes
from registry.entrypoints.http import talents as talent_routes
from registry.entrypoints.http import training_figures as figure_routes
from registry.entrypoints.http import trainings as training_routes

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from common.errors import Conflict, NotFound
    from common.frame import Frame
    from registry.app.ports.parties import Parties
    from registry.app.ports.records import Records
    from registry.app.ports.stations import Stations

R = TypeVar("R", bound=Record)
F = TypeVar("F")
W = TypeVar("W")

PROFESSION_ROUTERS = (
    contract_routes.routes,
    supervision_routes.routes,
    training_routes.routes,
    examination_routes.routes,
    figure_routes.routes,
    expert_routes.routes,
    engagement_routes.routes,
    talent_station_routes.routes,
    talent_plan_routes.routes,
    talent_routes.routes,
)


def professional_abilities(
    frame: Frame, *, stations: Stations, parties: Parties
) -> ProfessionalAbilities:
    """Bind what surrounds the work at stations."""
    references = References(unit_of_work=frame.unit_of_work, parties=parties)
    experts, engagements = _experts_and_engagements(frame, references, stations)
    talent_stations, talent_plans, talents = _talents(frame, references)
    return ProfessionalAbilities(
        contracts=_contracts(frame, references, stations),
        supervisions=_supervisions(frame, references, stations),
        trainings=_trainings(frame, references),
        examinations=_examinations(frame, references),
        adding_up=AddingUp(
            unit_of_work=frame.unit_of_work,
            trainings=PostgresTrainings(frame.unit_of_work, frame.outbox, frame.areas),
            examinations=PostgresExaminations(frame.unit_of_work, frame.outbox, frame.areas),
        ),
        experts=experts,
        engagements=engagements,
        talent_stations=talent_stations,
        talent_plans=talent_plans,
        talents=talents,
    )


def _contracts(frame: Frame, references: References, stations: Stations) -> KeepingContracts:
    work, areas = frame.unit_of_work, frame.areas
    return KeepingContracts(
        _kept(
            frame,
            PostgresContracts(work, frame.outbox, areas),
            missing=lambda contract_id: ContractNotFound(contract_id=contract_id),
            taken=lambda contract: ContractIdTaken(contract_id=contract.id),
        ),
        references=references,
        stations=stations,
        areas=areas,
        clock=frame.clock,
        new_id=frame.new_id,
    )


def _supervisions(frame: Frame, references: References, stations: Stations) -> KeepingSupervisions:
    work, areas = frame.unit_of_work, frame.areas
    supervisions = PostgresSupervisions(work, frame.outbox, areas)
    return KeepingSupervisions(
        _kept(
            frame,
            supervisions,
            missing=lambda supervision_id: SupervisionNotFound(supervision_id=supervision_id),
            taken=lambda supervision: SupervisionIdTaken(supervision_id=supervision.id),
        ),
        loads=supervisions,
        unit_of_work=work,
        references=references,
        stations=stations,
        areas=areas,
        clock=frame.clock,
        new_id=frame.new_id,
    )


def _trainings(frame: Frame, references: References) -> KeepingTrainings:
    work, areas = frame.unit_of_work, frame.areas
    return KeepingTrainings(
        _kept(
            frame,
            PostgresTrainings(work, frame.outbox, areas),
            missing=lambda training_id: TrainingNotFound(training_id=training_id),
            taken=lambda training: TrainingIdTaken(training_id=training.id),
        ),
        cohorts=PostgresCohorts(work),
        education=PostgresEducation(work),
        unit_of_work=work,
        references=references,
        areas=areas,
        clock=frame.clock,
        new_id=frame.new_id,
    )


def _examinations(frame: Frame, references: References) -> KeepingExaminations:
    work, areas = frame.unit_of_work, frame.areas
    return KeepingExaminations(
        _kept(
            frame,
            PostgresExaminations(work, frame.outbox, areas),
            missing=lambda examination_id: ExaminationNotFound(examination_id=examination_id),
            taken=lambda examination: ExaminationIdTaken(examination_id=examination.id),
        ),
        candidacies=PostgresCandidacies(work),
        unit_of_work=work,
        references=references,
        areas=areas,
        clock=frame.clock,
        new_id=frame.new_id,
    )


def _experts_and_engagements(
    frame: Frame, references: References, stations: Stations
) -> tuple[KeepingExperts, KeepingEngagements]:
    work, areas = frame.unit_of_work, frame.areas
    engagements = PostgresEngagements(work, frame.outbox, areas)
    experts = _kept(
        frame,
        PostgresExperts(work, frame.outbox, areas),
        missing=lambda expert_id: ExpertNotFound(expert_id=expert_id),
        taken=lambda record: ExpertIdTaken(expert_id=record.id),
    )
    engaging = _kept(
        frame,
        engagements,
        missing=lambda engagement_id: EngagementNotFound(engagement_id=engagement_id),
        taken=lambda record: EngagementIdTaken(engagement_id=record.id),
    )
    return (
        KeepingExperts(
            experts,
            engagements=engagements,
            references=references,
            areas=areas,
            clock=frame.clock,
            new_id=frame.new_id,
        ),
        KeepingEngagements(
            engaging,
            experts=experts,
            stations=stations,
            areas=areas,
            clock=frame.clock,
            new_id=frame.new_id,
        ),
    )


def _talents(
    frame: Frame, references: References
) -> tuple[KeepingTalentStations, KeepingTalentPlans, KeepingTalents]:
    work, areas, clock, new_id = frame.unit_of_work, frame.areas, frame.clock, frame.new_id
    plans = PostgresTalentPlans(work, frame.outbox, areas)
    talents = PostgresTalents(work, frame.outbox, areas)
    stations = _kept(
        frame,
        PostgresTalentStations(work, frame.outbox, areas),
        missing=lambda talent_station_id: TalentStationNotFound(
            talent_station_id=talent_station_id
        ),
        taken=lambda record: TalentStationIdTaken(talent_station_id=record.id),
    )
    planning = _kept(
        frame,
        plans,
        missing=lambda talent_plan_id: TalentPlanNotFound(talent_plan_id=talent_plan_id),
        taken=lambda record: TalentPlanIdTaken(talent_plan_id=record.id),
    )
    taking = _kept(
        frame,
        talents,
        missing=lambda talent_id: TalentNotFound(talent_id=talent_id),
        taken=lambda record: TalentIdTaken(talent_id=record.id),
    )
    return (
        KeepingTalentStations(
            stations,
            plans=plans,
            references=references,
            areas=areas,
            clock=clock,
            new_id=new_id,
        ),
        KeepingTalentPlans(
            planning, stations=stations, talents=talents, clock=clock, new_id=new_id
        ),
        KeepingTalents(taking, plans=planning, references=references, clock=clock, new_id=new_id),
    )


def _kept(
    frame: Frame,
    records: Records[R, F, W],
    *,
    missing: Callable[[UUID], NotFound],
    taken: Callable[[R], Conflict],
) -> RecordKeeping[R, F, W]:
    return RecordKeeping(
        records,
        Refusals(missing=missing, taken=taken),
        unit_of_work=frame.unit_of_work,
        areas=frame.areas,
    )

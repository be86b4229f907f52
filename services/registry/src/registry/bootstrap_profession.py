"""The part of the composition root that is about the profession."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.adapters.postgres.contracts import PostgresContracts
from registry.adapters.postgres.education import PostgresEducation
from registry.adapters.postgres.examinations import PostgresCandidacies, PostgresExaminations
from registry.adapters.postgres.supervisions import PostgresSupervisions
from registry.adapters.postgres.trainings import PostgresCohorts, PostgresTrainings
from registry.app.add_up_trainings import AddingUp
from registry.app.keep_contracts import KeepingContracts
from registry.app.keep_examinations import KeepingExaminations
from registry.app.keep_records import RecordKeeping, Refusals
from registry.app.keep_supervisions import KeepingSupervisions
from registry.app.keep_trainings import KeepingTrainings
from registry.app.professional_abilities import ProfessionalAbilities
from registry.app.references import References
from registry.domain.errors.contracts import ContractIdTaken, ContractNotFound
from registry.domain.errors.examinations import ExaminationIdTaken, ExaminationNotFound
from registry.domain.errors.supervisions import SupervisionIdTaken, SupervisionNotFound
from registry.domain.errors.trainings import TrainingIdTaken, TrainingNotFound
from registry.entrypoints.http import contracts as contract_routes
from registry.entrypoints.http import examinations as examination_routes
from registry.entrypoints.http import supervisions as supervision_routes
from registry.entrypoints.http import training_figures as figure_routes
from registry.entrypoints.http import trainings as training_routes

if TYPE_CHECKING:
    from common.frame import Frame
    from registry.app.ports.parties import Parties
    from registry.app.ports.stations import Stations

PROFESSION_ROUTERS = (
    contract_routes.routes,
    supervision_routes.routes,
    training_routes.routes,
    examination_routes.routes,
    figure_routes.routes,
)


def professional_abilities(
    frame: Frame, *, stations: Stations, parties: Parties
) -> ProfessionalAbilities:
    """Bind what surrounds the work at stations."""
    references = References(unit_of_work=frame.unit_of_work, parties=parties)
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
    )


def _contracts(frame: Frame, references: References, stations: Stations) -> KeepingContracts:
    work, areas = frame.unit_of_work, frame.areas
    return KeepingContracts(
        RecordKeeping(
            PostgresContracts(work, frame.outbox, areas),
            Refusals(
                missing=lambda contract_id: ContractNotFound(contract_id=contract_id),
                taken=lambda contract: ContractIdTaken(contract_id=contract.id),
            ),
            unit_of_work=work,
            areas=areas,
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
        RecordKeeping(
            supervisions,
            Refusals(
                missing=lambda supervision_id: SupervisionNotFound(supervision_id=supervision_id),
                taken=lambda supervision: SupervisionIdTaken(supervision_id=supervision.id),
            ),
            unit_of_work=work,
            areas=areas,
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
        RecordKeeping(
            PostgresTrainings(work, frame.outbox, areas),
            Refusals(
                missing=lambda training_id: TrainingNotFound(training_id=training_id),
                taken=lambda training: TrainingIdTaken(training_id=training.id),
            ),
            unit_of_work=work,
            areas=areas,
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
        RecordKeeping(
            PostgresExaminations(work, frame.outbox, areas),
            Refusals(
                missing=lambda examination_id: ExaminationNotFound(examination_id=examination_id),
                taken=lambda examination: ExaminationIdTaken(examination_id=examination.id),
            ),
            unit_of_work=work,
            areas=areas,
        ),
        candidacies=PostgresCandidacies(work),
        unit_of_work=work,
        references=references,
        areas=areas,
        clock=frame.clock,
        new_id=frame.new_id,
    )

"""What others are told of trainings and examinations: numbers, and nobody's name or id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.contracts.registry import PlaceCode
from common.contracts.trainings import (
    ExaminationAnnounced,
    ExaminationCancelled,
    ExaminationEntered,
    ExaminationResultsStated,
    TrainingAnnounced,
    TrainingCancelled,
    TrainingCompleted,
    TrainingEnrolled,
)
from common.messaging.event import Message
from registry.domain.examination import (
    CandidatesEntered,
    ExaminationWasAnnounced,
    ExaminationWasCancelled,
    ResultsWereStated,
)
from registry.domain.training import (
    TrainingWasAnnounced,
    TrainingWasCancelled,
    TrainingWasCompleted,
    WorkersWereEnrolled,
)

if TYPE_CHECKING:
    from common.contracts.trainings import ExaminationEvent, TrainingEvent
    from registry.domain.examination import ExaminationFact
    from registry.domain.training import TrainingFact


def about_training(fact: TrainingFact) -> Message:
    """Return what others are told about a training."""
    event = _training_event(fact)
    return Message(
        event=event,
        version=fact.training.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def about_examination(fact: ExaminationFact) -> Message:
    """Return what others are told about an examination."""
    event = _examination_event(fact)
    return Message(
        event=event,
        version=fact.examination.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def _training_event(fact: TrainingFact) -> TrainingEvent:
    training = fact.training
    match fact:
        case TrainingWasAnnounced():
            return TrainingAnnounced(
                training_id=training.id,
                kind=training.kind.value,
                organiser_id=training.organiser,
                place=PlaceCode.of(training.area),
                hours=training.hours,
                begins_on=training.term.begins_on,
                ends_on=training.term.ends_on,
            )
        case WorkersWereEnrolled():
            return TrainingEnrolled(training_id=training.id, enrolled=training.enrolled)
        case TrainingWasCompleted(turnout=turnout):
            return TrainingCompleted(
                training_id=training.id,
                ended_on=training.term.ends_on,
                person_times=turnout.came,
                completed=turnout.completed,
            )
        case TrainingWasCancelled():
            return TrainingCancelled(training_id=training.id)


def _examination_event(fact: ExaminationFact) -> ExaminationEvent:
    examination = fact.examination
    match fact:
        case ExaminationWasAnnounced():
            return ExaminationAnnounced(
                examination_id=examination.id,
                level=examination.level.value,
                place=PlaceCode.of(examination.area),
                held_on=examination.held_on,
            )
        case CandidatesEntered():
            return ExaminationEntered(
                examination_id=examination.id, candidates=examination.candidates
            )
        case ResultsWereStated(results=results):
            return ExaminationResultsStated(
                examination_id=examination.id,
                held_on=examination.held_on,
                entered=results.entered,
                passed=results.passed,
            )
        case ExaminationWasCancelled():
            return ExaminationCancelled(examination_id=examination.id)

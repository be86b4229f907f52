"""What the registry promises to tell about trainings and examinations."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from typing_extensions import override

from common.contracts.registry import PlaceCode
from common.messaging.event import Event


class TrainingEvent(Event):
    """Every event about one training."""

    training_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.training_id)


class TrainingAnnounced(TrainingEvent, name="registry.training.announced.v1"):
    """There will be a training of so many hours, for one cohort, held by a party.

    ``kind`` is one of continuing_education, exam_preparation, induction, advanced, other; more may
    be added.
    """

    kind: str
    organiser_id: UUID
    place: PlaceCode
    hours: int
    begins_on: date
    ends_on: date


class TrainingEnrolled(TrainingEvent, name="registry.training.enrolled.v1"):
    """The cohort has so many people by now."""

    enrolled: int


class TrainingCompleted(TrainingEvent, name="registry.training.completed.v1"):
    """So many came, each one person-time (人次), and so many of these completed the training."""

    ended_on: date
    person_times: int
    completed: int


class TrainingCancelled(TrainingEvent, name="registry.training.cancelled.v1"):
    """The training does not take place."""


class ExaminationEvent(Event):
    """Every event about one examination."""

    examination_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.examination_id)


class ExaminationAnnounced(ExaminationEvent, name="registry.examination.announced.v1"):
    """There will be an examination for the certificate of social workers.

    ``level`` is one of assistant, social_worker, senior; more may be added.
    """

    level: str
    place: PlaceCode
    held_on: date


class ExaminationEntered(ExaminationEvent, name="registry.examination.entered.v1"):
    """So many people have entered by name by now."""

    candidates: int


class ExaminationResultsStated(ExaminationEvent, name="registry.examination.results_stated.v1"):
    """So many people had entered, and so many of these passed."""

    held_on: date
    entered: int
    passed: int


class ExaminationCancelled(ExaminationEvent, name="registry.examination.cancelled.v1"):
    """The examination does not take place."""

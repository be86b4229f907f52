"""What is said about a social worker: certificate, registration, education, full or part time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from common.vocabulary import Labelled, Society
from registry.domain.errors.profiles import ProfileDoesNotFitParty
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from registry.domain.party import Party


class CertificateLevel(Labelled):
    """The three levels of the national certificate; its number is sealed with the person's."""

    ASSISTANT = "assistant", "助理社会工作师", "Assistant social worker"
    SOCIAL_WORKER = "social_worker", "社会工作师", "Social worker"
    SENIOR = "senior", "高级社会工作师", "Senior social worker"


class Engagement(Labelled):
    """How much of their time somebody works."""

    FULL_TIME = "full_time", "全职", "Full time"
    PART_TIME = "part_time", "兼职", "Part time"


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialWorker:
    """A social worker, with the hours of continuing education by year.

    ``education_hours`` are as stated; ``trained_hours`` come from the trainings that they completed
    here, and from nobody's statement.
    """

    party_id: PartyId
    version: int
    engagement: Engagement
    level: CertificateLevel | None = None
    registered_until: date | None = None
    employer_id: UUID | None = None
    education_hours: Mapping[int, int]
    trained_hours: Mapping[int, int] = field(default_factory=dict[int, int])


def refuse_misfit(party: Party, society: Society) -> None:
    """Go on only with a person of a society.

    Raises:
        ProfileDoesNotFitParty: The party is not one.
    """
    if party.society is not society or not party.is_person:
        raise ProfileDoesNotFitParty(party_id=party.id, society=party.society)

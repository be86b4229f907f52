"""What callers send and receive about workers, volunteers, organisations and postings."""

from datetime import date, time
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from common.http.languages import Language as Speech
from common.http.schemas import Body, View
from common.http.words import ChosenId, Day, Flag, example, label
from common.vocabulary import Weekday
from registry.app.keep_profiles import DescribeVolunteer, PostWorker
from registry.domain.organisation import FundraisingPermit, Organisation, OrganisationKind
from registry.domain.party import PartyId
from registry.domain.posting import Posting
from registry.domain.social_worker import CertificateLevel, Engagement, SocialWorker
from registry.domain.station import StationId
from registry.domain.volunteer import Language, Skill, Volunteer, WeeklyHours

_ID: Final = "0192d3c4-5b6a-7890-8abc-def012345678"
_WORKER: Final = {
    "engagement": "full_time",
    "level": "social_worker",
    "registered_until": "2028-06-30",
    "employer_id": None,
    "education_hours": {"2025": 72},
}
_HOURS: Final = {"weekday": "sat", "starts": "09:00:00", "ends": "12:00:00"}
_VOLUNTEER: Final = {
    "skills": ["tutoring"],
    "languages": ["mandarin", "jiaoliao"],
    "available": [_HOURS],
    "organisation_id": None,
}
_PERMIT: Final = {"number": "53210000", "valid_from": "2024-01-01", "valid_until": "2028-12-31"}
_ORGANISATION: Final = {
    "kind": "social_work_agency",
    "credit_code": "91350100M000100Y43",
    "incubated_by": None,
    "permit": None,
}
_POSTING: Final = {
    "worker_id": _ID,
    "station_id": _ID,
    "is_full_time": True,
    "starts_on": "2026-03-01",
    "ends_on": None,
}
_MOST_HOURS: Final = 1000


class WorkerToDescribe(Body):
    """A social worker; the number of the certificate belongs to the contact, sealed."""

    model_config = example(**_WORKER)

    engagement: Engagement
    level: CertificateLevel | None = None
    registered_until: Day | None = None
    employer_id: UUID | None = None
    education_hours: Annotated[
        dict[
            Annotated[int, Field(ge=2000, le=2100)],
            Annotated[int, Field(ge=0, le=_MOST_HOURS, strict=True)],
        ],
        Field(description="Hours of continuing education by year.", max_length=100),
    ] = Field(default_factory=dict[int, int])

    def worker(self, party_id: UUID) -> SocialWorker:
        """Return what is said."""
        return SocialWorker(
            party_id=PartyId(party_id),
            version=1,
            engagement=self.engagement,
            level=self.level,
            registered_until=self.registered_until,
            employer_id=self.employer_id,
            education_hours=self.education_hours,
        )


class WorkerView(View):
    """A social worker.

    `education_hours` are as they were stated, `trained_hours` those of the trainings that they
    completed; these come from the trainings alone.
    """

    model_config = example(
        party_id=_ID,
        version=1,
        **_WORKER,
        trained_hours={"2025": 24},
        engagement_label="全职",
        level_label="社会工作师",
    )

    party_id: UUID
    version: int
    engagement: Engagement
    engagement_label: str
    level: CertificateLevel | None
    level_label: str | None
    registered_until: date | None
    employer_id: UUID | None
    education_hours: dict[int, int]
    trained_hours: dict[int, int]

    @classmethod
    def of(cls, worker: SocialWorker, language: Speech) -> Self:
        """Show a social worker to somebody who reads this language."""
        return cls(
            party_id=worker.party_id,
            version=worker.version,
            engagement=worker.engagement,
            engagement_label=label(worker.engagement, language),
            level=worker.level,
            level_label=label(worker.level, language) if worker.level else None,
            registered_until=worker.registered_until,
            employer_id=worker.employer_id,
            education_hours=dict(worker.education_hours),
            trained_hours=dict(worker.trained_hours),
        )


class HoursOfWeek(Body):
    """Some hours of a weekday, China time; the end is not part of them."""

    model_config = example(**_HOURS)

    weekday: Weekday
    starts: time
    ends: time


class VolunteerToDescribe(Body):
    """What a volunteer can do, speaks, and when there is time."""

    model_config = example(**_VOLUNTEER)

    skills: Annotated[list[Skill], Field(max_length=len(Skill))]
    languages: Annotated[list[Language], Field(max_length=len(Language))]
    available: Annotated[list[HoursOfWeek], Field(max_length=50)]
    organisation_id: UUID | None = None

    def command(self, party_id: UUID) -> DescribeVolunteer:
        """Return what is said."""
        return DescribeVolunteer(
            party_id=PartyId(party_id),
            skills=frozenset(self.skills),
            languages=frozenset(self.languages),
            available=tuple(
                WeeklyHours(
                    weekday=each.weekday,
                    starts=each.starts.replace(tzinfo=None),
                    ends=each.ends.replace(tzinfo=None),
                )
                for each in self.available
            ),
            organisation_id=self.organisation_id,
        )


class VolunteerView(View):
    """A volunteer, with the number and the stars that service has earned."""

    model_config = example(
        party_id=_ID,
        version=1,
        number="V4Q7C2M9KXP",
        **_VOLUNTEER,
        skill_labels=["课业辅导"],
        language_labels=["普通话", "胶辽官话"],
        confirmed_hours=312.5,
        stars=2,
    )

    party_id: UUID
    version: int
    number: str
    skills: list[Skill]
    skill_labels: list[str]
    languages: list[Language]
    language_labels: list[str]
    available: list[HoursOfWeek]
    organisation_id: UUID | None
    confirmed_hours: float
    stars: int

    @classmethod
    def of(cls, volunteer: Volunteer, language: Speech) -> Self:
        """Show a volunteer to somebody who reads this language."""
        skills, languages = sorted(volunteer.skills), sorted(volunteer.languages)
        return cls(
            party_id=volunteer.party_id,
            version=volunteer.version,
            number=volunteer.number,
            skills=skills,
            skill_labels=[label(each, language) for each in skills],
            languages=languages,
            language_labels=[label(each, language) for each in languages],
            available=[
                HoursOfWeek(weekday=each.weekday, starts=each.starts, ends=each.ends)
                for each in volunteer.available
            ],
            organisation_id=volunteer.organisation_id,
            confirmed_hours=volunteer.confirmed_minutes / 60,
            stars=volunteer.stars,
        )


class Permit(Body):
    """The licence to raise funds in public."""

    model_config = example(**_PERMIT)

    number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    valid_from: Day
    valid_until: Day


class OrganisationToDescribe(Body):
    """An organisation, a community or a provider of charitable resources."""

    model_config = example(**_ORGANISATION)

    kind: OrganisationKind
    credit_code: Annotated[str, StringConstraints(max_length=40)] | None = None
    incubated_by: Annotated[UUID | None, Field(description="The station that nursed it.")] = None
    permit: Permit | None = None

    def organisation(self, party_id: UUID) -> Organisation:
        """Return what is said."""
        permit = self.permit
        return Organisation(
            party_id=PartyId(party_id),
            version=1,
            kind=self.kind,
            credit_code=self.credit_code,
            incubated_by=self.incubated_by,
            permit=None
            if permit is None
            else FundraisingPermit(
                number=permit.number, valid_from=permit.valid_from, valid_until=permit.valid_until
            ),
        )


class OrganisationView(View):
    """An organisation, a community or a provider of charitable resources."""

    model_config = example(party_id=_ID, version=1, **_ORGANISATION, kind_label="社会工作服务机构")

    party_id: UUID
    version: int
    kind: OrganisationKind
    kind_label: str
    credit_code: str | None
    incubated_by: UUID | None
    permit: Permit | None

    @classmethod
    def of(cls, organisation: Organisation, language: Speech) -> Self:
        """Show an organisation to somebody who reads this language."""
        permit = organisation.permit
        return cls(
            party_id=organisation.party_id,
            version=organisation.version,
            kind=organisation.kind,
            kind_label=label(organisation.kind, language),
            credit_code=organisation.credit_code,
            incubated_by=organisation.incubated_by,
            permit=None
            if permit is None
            else Permit(
                number=permit.number, valid_from=permit.valid_from, valid_until=permit.valid_until
            ),
        )


class WorkerToPost(Body):
    """A social worker at a station; without a last day until further notice."""

    model_config = example(**_POSTING)

    id: ChosenId = None
    worker_id: UUID
    station_id: UUID
    is_full_time: Flag
    starts_on: Day
    ends_on: Day | None = None

    def command(self) -> PostWorker:
        """Return what is to be done."""
        return PostWorker(
            id=self.id,
            worker_id=PartyId(self.worker_id),
            station_id=StationId(self.station_id),
            is_full_time=self.is_full_time,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )


class PostingToEnd(Body):
    """The last day of a posting."""

    model_config = example(ends_on="2026-06-30")

    ends_on: Day


class PostingView(View):
    """A posting; both days belong to it."""

    model_config = example(id=_ID, version=1, **_POSTING)

    id: UUID
    version: int
    worker_id: UUID
    station_id: UUID
    is_full_time: bool
    starts_on: date
    ends_on: date | None

    @classmethod
    def of(cls, posting: Posting) -> Self:
        """Show a posting."""
        return cls(
            id=posting.id,
            version=posting.version,
            worker_id=posting.worker_id,
            station_id=posting.station_id,
            is_full_time=posting.is_full_time,
            starts_on=posting.starts_on,
            ends_on=posting.ends_on,
        )

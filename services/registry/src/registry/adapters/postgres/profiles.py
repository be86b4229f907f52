"""Profiles in PostgreSQL: one row of a party, guarded by its version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from typing_extensions import override

from common.persistence.unit_of_work import UnitOfWork
from common.vocabulary import Weekday
from registry.adapters.postgres.integrity import broken_rule
from registry.adapters.postgres.many_rows import insert_many, is_among, update_many
from registry.adapters.postgres.profile_tables import (
    OrganisationRow,
    SocialWorkerRow,
    VolunteerRow,
)
from registry.app.ports.profiles import Profiles, Shelf
from registry.domain.errors.profiles import CreditCodeTaken, ProfileChangedMeanwhile
from registry.domain.organisation import FundraisingPermit, Organisation, OrganisationKind
from registry.domain.party import PartyId
from registry.domain.social_worker import CertificateLevel, Engagement, SocialWorker
from registry.domain.volunteer import Language, Skill, Volunteer, WeeklyHours

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession


class Profile(Protocol):
    """What every profile has."""

    @property
    def party_id(self) -> PartyId:
        """Whose it is."""
        ...

    @property
    def version(self) -> int:
        """How often it was described."""
        ...


P = TypeVar("P", bound=Profile)
CODE: Final = "one_party_of_a_credit_code"


@dataclass(frozen=True, slots=True)
class PostgresShelf(Shelf[P], Generic[P]):
    """The profiles of one table, in the transaction that is open."""

    unit_of_work: UnitOfWork
    row: Any
    to_profile: Callable[[Any], P]
    to_values: Callable[[P], Mapping[str, object]]

    @override
    async def find(self, party_id: PartyId, /) -> P | None:
        wanted = select(self.row).where(col(self.row.party_id) == party_id)
        async with self.unit_of_work.transaction() as session:
            fresh = wanted.execution_options(populate_existing=True)
            found = (await session.exec(fresh)).first()
        return None if found is None else self.to_profile(found)

    @override
    async def find_many(self, ids: Collection[PartyId], /) -> Mapping[PartyId, P]:
        wanted = select(self.row).where(is_among(col(self.row.party_id), ids))
        # Rows are also written beneath the session.
        fresh = wanted.execution_options(populate_existing=True)
        async with self.unit_of_work.transaction() as session:
            found = [self.to_profile(row) for row in await session.exec(fresh)]
        return {profile.party_id: profile for profile in found}

    @override
    async def put(self, profile: P, /) -> None:
        await self.put_all([profile])

    @override
    async def put_all(self, profiles: Sequence[P], /) -> None:
        new = [profile for profile in profiles if profile.version == 1]
        known = [profile for profile in profiles if profile.version > 1]
        async with self.unit_of_work.transaction() as session, session.begin_nested():
            try:
                await insert_many(session, self.row, [self._values(each) for each in new])
                await self._replace(session, known)
            except IntegrityError as error:
                if broken_rule(error) == CODE:
                    raise CreditCodeTaken(party_id=profiles[0].party_id) from error
                raise ProfileChangedMeanwhile(party_id=profiles[0].party_id) from error

    async def _replace(self, session: AsyncSession, profiles: Sequence[P]) -> None:
        if not profiles:
            return
        rows = [self._values(profile) for profile in profiles]
        before = [profile.version - 1 for profile in profiles]
        written = await update_many(session, self.row, rows, before=before, key="party_id")
        if written < len(profiles):
            raise ProfileChangedMeanwhile(party_id=profiles[0].party_id)

    def _values(self, profile: P) -> dict[str, object]:
        return {
            "party_id": profile.party_id,
            "version": profile.version,
            **self.to_values(profile),
        }


class PostgresProfiles(Profiles):
    """The profiles of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._workers: Final = PostgresShelf(unit_of_work, SocialWorkerRow, _worker, _of_worker)
        self._volunteers: Final = PostgresShelf(
            unit_of_work, VolunteerRow, _volunteer, _of_volunteer
        )
        self._organisations: Final = PostgresShelf(
            unit_of_work, OrganisationRow, _organisation, _of_organisation
        )

    @property
    @override
    def workers(self) -> Shelf[SocialWorker]:
        return self._workers

    @property
    @override
    def volunteers(self) -> Shelf[Volunteer]:
        return self._volunteers

    @property
    @override
    def organisations(self) -> Shelf[Organisation]:
        return self._organisations


def _worker(row: SocialWorkerRow) -> SocialWorker:
    return SocialWorker(
        party_id=PartyId(row.party_id),
        version=row.version,
        engagement=Engagement(row.engagement),
        level=CertificateLevel(row.level) if row.level else None,
        registered_until=row.registered_until,
        employer_id=row.employer_id,
        education_hours=_by_year(row.education_hours),
        trained_hours=_by_year(row.trained_hours),
    )


def _of_worker(worker: SocialWorker) -> Mapping[str, object]:
    return {
        "engagement": worker.engagement.value,
        "level": worker.level.value if worker.level else None,
        "registered_until": worker.registered_until,
        "employer_id": worker.employer_id,
        "education_hours": {str(year): hours for year, hours in worker.education_hours.items()},
        "trained_hours": {str(year): hours for year, hours in worker.trained_hours.items()},
    }


def _by_year(hours: Mapping[str, int]) -> Mapping[int, int]:
    return {int(year): count for year, count in sorted(hours.items())}


def _volunteer(row: VolunteerRow) -> Volunteer:
    return Volunteer(
        party_id=PartyId(row.party_id),
        version=row.version,
        number=row.number,
        skills=frozenset(map(Skill, row.skills)),
        languages=frozenset(map(Language, row.languages)),
        available=tuple(
            WeeklyHours(
                weekday=Weekday(each["weekday"]),
                starts=time.fromisoformat(each["starts"]),
                ends=time.fromisoformat(each["ends"]),
            )
            for each in row.available
        ),
        organisation_id=row.organisation_id,
    )


def _of_volunteer(volunteer: Volunteer) -> Mapping[str, object]:
    return {
        "number": volunteer.number,
        "skills": sorted(skill.value for skill in volunteer.skills),
        "languages": sorted(language.value for language in volunteer.languages),
        "available": [
            {
                "weekday": each.weekday.value,
                "starts": each.starts.isoformat(),
                "ends": each.ends.isoformat(),
            }
            for each in volunteer.available
        ],
        "organisation_id": volunteer.organisation_id,
    }


def _organisation(row: OrganisationRow) -> Organisation:
    permit = None
    if row.permit_number and row.permit_valid_from and row.permit_valid_until:
        permit = FundraisingPermit(
            number=row.permit_number,
            valid_from=row.permit_valid_from,
            valid_until=row.permit_valid_until,
        )
    return Organisation(
        party_id=PartyId(row.party_id),
        version=row.version,
        kind=OrganisationKind(row.kind),
        credit_code=row.credit_code,
        incubated_by=row.incubated_by,
        permit=permit,
    )


def _of_organisation(organisation: Organisation) -> Mapping[str, object]:
    permit = organisation.permit
    return {
        "kind": organisation.kind.value,
        "credit_code": organisation.credit_code,
        "incubated_by": organisation.incubated_by,
        "permit_number": permit.number if permit else None,
        "permit_valid_from": permit.valid_from if permit else None,
        "permit_valid_until": permit.valid_until if permit else None,
    }

"""What is kept, as a row of its sheet: read again, it says what is so already."""

from __future__ import annotations

import string
from datetime import date, time
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from common.places import AreaRef
from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from common.vocabulary import (
    KIND_OF_SERVICE,
    AreaScheme,
    LineKind,
    ServiceCode,
    Society,
    Unit,
    Weekday,
)
from registry.app.list_entries import EntryFound
from registry.app.organisation_sheet import ORGANISATIONS
from registry.app.organisation_sheet import values_of as row_of_organisation
from registry.app.service_columns import COLUMNS as SERVICE_COLUMNS
from registry.app.service_rows import offering_of
from registry.app.service_rows import values_of as row_of_entry
from registry.app.volunteer_sheet import values_of as row_of_volunteer
from registry.app.volunteer_sheet import volunteers
from registry.app.worker_sheet import WORKERS
from registry.app.worker_sheet import values_of as row_of_worker
from registry.domain.columns import shown
from registry.domain.hours import OpeningHours, Span, WeeklySpan
from registry.domain.organisation import FundraisingPermit, Organisation, OrganisationKind
from registry.domain.party import Party, PartyId
from registry.domain.service_entry import (
    Cost,
    EntryId,
    Offering,
    Provider,
    ServiceEntry,
    Verification,
)
from registry.domain.social_worker import CertificateLevel, Engagement, SocialWorker
from registry.domain.station_profile import Whereabouts
from registry.domain.volunteer import Language, Skill, Volunteer, WeeklyHours, in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.app.sheets import Values
    from registry.domain.columns import Column

HERE = AreaRef(AreaScheme.NBS, "210213009")
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
IDS = st.uuids()
WORDS = st.text(string.ascii_letters + "社工站服务、；，;,:=-'\" ", min_size=1, max_size=60).filter(
    lambda words: words.strip() == words
)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[time, time]]:
    marks = sorted(draw(st.sets(TIMES, max_size=6)))
    return list(pairwise(marks))[::2]


WEEKS = st.dictionaries(st.sampled_from(Weekday), spans(), max_size=4).map(
    lambda week: [(day, span) for day in Weekday for span in week.get(day, [])]
)


def a_party(society: Society, *, is_person: bool) -> Party:
    return Party(
        id=PartyId(UUID(int=1)),
        version=1,
        society=society,
        public_name="DL-0001",
        is_person=is_person,
        area=HERE,
    )


def read_again(row: Values, columns: Sequence[Column]) -> dict[str, Any]:
    """Return what a file with this row means."""
    return {column.code: column.parse(shown(row.get(column.code))) for column in columns}


@given(
    st.builds(
        SocialWorker,
        party_id=st.just(PartyId(UUID(int=1))),
        version=st.integers(1, 9),
        engagement=st.sampled_from(Engagement),
        level=st.none() | st.sampled_from(CertificateLevel),
        registered_until=st.none() | DAYS,
        employer_id=st.none() | IDS,
        education_hours=st.dictionaries(st.integers(2000, 2100), st.integers(0, 1000)),
    )
)
def test_a_worker_is_read_as_written(worker: SocialWorker) -> None:
    party = a_party(Society.SOCIAL_WORKER, is_person=True)

    row = read_again(row_of_worker((party, worker)), WORKERS.columns)

    assert WORKERS.said(row, party, worker) == worker


@given(
    st.builds(
        Volunteer,
        party_id=st.just(PartyId(UUID(int=1))),
        version=st.integers(1, 9),
        number=st.just("V4Q7C2M9KXP"),
        skills=st.frozensets(st.sampled_from(Skill)),
        languages=st.frozensets(st.sampled_from(Language)),
        available=WEEKS.map(
            lambda week: in_order(
                WeeklyHours(weekday=day, starts=starts, ends=ends) for day, (starts, ends) in week
            )
        ),
        organisation_id=st.none() | IDS,
    )
)
def test_a_volunteer_is_read_as_written(volunteer: Volunteer) -> None:
    party = a_party(Society.VOLUNTEER, is_person=True)
    subject = volunteers(lambda: UUID(int=0))

    row = read_again(row_of_volunteer((party, volunteer)), subject.columns)

    assert subject.said(row, party, volunteer) == volunteer


@given(
    st.builds(
        Organisation,
        party_id=st.just(PartyId(UUID(int=1))),
        version=st.integers(1, 9),
        kind=st.just(OrganisationKind.FOUNDATION),
        credit_code=st.none() | st.just("91350100M000100Y43"),
        incubated_by=st.none() | IDS,
        permit=st.none()
        | st.builds(
            FundraisingPermit,
            number=WORDS,
            valid_from=st.just(date(2024, 1, 1)),
            valid_until=st.dates(date(2024, 1, 1), date(2100, 1, 1)),
        ),
    )
)
def test_an_organisation_is_read_as_written(organisation: Organisation) -> None:
    party = a_party(Society.SOCIAL_ORGANISATION, is_person=False)

    row = read_again(row_of_organisation((party, organisation)), ORGANISATIONS.columns)

    assert ORGANISATIONS.said(row, party, organisation) == organisation


@st.composite
def offerings(draw: st.DrawFn) -> Offering:
    service = draw(st.sampled_from(ServiceCode))
    units = {LineKind.MONEY: Unit.YUAN, LineKind.GOODS: Unit.PIECE}
    cost = draw(st.sampled_from(CostKind))
    week = draw(WEEKS)
    return Offering(
        service=service,
        title_zh=draw(WORDS),
        title_en=draw(st.none() | WORDS),
        capacity=draw(st.integers(1, 1_000_000)),
        unit=units.get(KIND_OF_SERVICE[service], Unit.HOUR),
        period=draw(st.sampled_from(CapacityPeriod)),
        audiences=tuple(draw(st.lists(st.sampled_from(Audience), unique=True))),
        is_for_residents=draw(st.booleans()),
        cost=Cost(kind=cost, fen=800 if cost is CostKind.FIXED else None),
        given=draw(st.sampled_from(ServicePlace)),
        is_confidential=draw(st.booleans()),
        whereabouts=Whereabouts(address=draw(st.none() | WORDS)),
        reach_metres=draw(st.none() | st.integers(1, 100_000)),
        hours=OpeningHours(
            weekly=tuple(WeeklySpan(weekday=day, span=Span(*span)) for day, span in week)
        ),
        offered_from=date(2025, 1, 1),
        offered_until=draw(st.none() | st.dates(date(2025, 1, 1), date(2100, 1, 1))),
    )


@given(offerings())
def test_a_service_is_read_as_written(offering: Offering) -> None:
    entry = ServiceEntry(
        id=EntryId(UUID(int=2)),
        version=1,
        provider=Provider(party=UUID(int=1)),
        area=HERE,
        offering=offering,
        verification=Verification.lasting(
            180, verified_on=date(2025, 1, 1), verified_by="somebody"
        ),
    )
    party = a_party(Society.SOCIAL_ORGANISATION, is_person=False)

    told = row_of_entry(EntryFound(entry=entry, station=None, party=party))
    row = read_again(told, SERVICE_COLUMNS)

    assert offering_of(row, offering) == offering
    if offering.is_confidential:
        assert row["address"] is None

"""What the public directory shows, in the words of the Human Services Data Specification 3.0.

What is not known is left out, never null. Fields that begin with ``wushe_`` are our own; the
profile tells what they mean.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from common.http.schemas import View
from common.vocabulary import AreaScheme, Society, StationTier

AreaSchemeField = Annotated[
    AreaScheme | None, Field(description="The list of areas that `wushe_area_code` is of.")
]
AreaCodeField = Annotated[str | None, Field(description="The code of the area, in its list.")]
AreaNamesField = Annotated[
    Sequence[str] | None,
    Field(description="The names from the province down to the area itself."),
]
TierField = Annotated[StationTier | None, Field(description="The tier, if it is a station.")]
SocietyField = Annotated[
    Society | None, Field(description="Which of the five societies it is, if it is no station.")
]


class HSDSTaxonomy(View):
    """A classification."""

    id: UUID
    name: str
    description: str
    uri: str
    version: str


class HSDSTaxonomyTerm(View):
    """A term of a classification."""

    id: UUID
    code: str
    name: str
    description: str
    parent_id: UUID | None = None
    taxonomy: str
    taxonomy_detail: HSDSTaxonomy | None = None
    taxonomy_id: UUID
    language: str
    term_uri: str


class HSDSAttribute(View):
    """A term that something has."""

    id: UUID
    link_id: UUID
    link_entity: str
    taxonomy_term_id: UUID
    taxonomy_term: HSDSTaxonomyTerm


class HSDSServiceArea(View):
    """For which area a service is."""

    id: UUID
    name: str
    description: str
    wushe_area_scheme: AreaSchemeField = None
    wushe_area_code: AreaCodeField = None
    wushe_area_names: AreaNamesField = None


class HSDSAddress(View):
    """The address of a place; `postal_code` is empty, for it is not known."""

    id: UUID
    location_id: UUID
    address_1: str
    region: str | None = None
    city: str
    state_province: str
    postal_code: str = ""
    country: str = "CN"
    address_type: Literal["physical"] = "physical"


class HSDSSchedule(View):
    """When a place is open or a service is given: a time of every week, or days that differ."""

    id: UUID
    valid_from: date | None = None
    valid_to: date | None = None
    timezone: float = 8
    wkst: Literal["MO"] | None = None
    freq: Literal["WEEKLY"] | None = None
    byday: str | None = None
    opens_at: str | None = None
    closes_at: str | None = None
    description: str | None = None


class HSDSLocation(View):
    """Where a service is given; latitude and longitude are in WGS-84."""

    id: UUID
    location_type: Literal["physical", "virtual"] = "physical"
    name: str
    description: str
    latitude: float | None = None
    longitude: float | None = None
    addresses: Sequence[HSDSAddress] | None = None
    schedules: Sequence[HSDSSchedule] | None = None
    wushe_area_scheme: AreaSchemeField = None
    wushe_area_code: AreaCodeField = None
    wushe_area_names: AreaNamesField = None


class HSDSOrganization(View):
    """Who provides: a station, or an organisation, community or team of the five societies."""

    id: UUID
    name: str
    description: str
    locations: "Sequence[HSDSLocation] | None" = None
    attributes: Sequence[HSDSAttribute] | None = None
    services: "Sequence[HSDSService] | None" = None
    wushe_tier: TierField = None
    wushe_society: SocietyField = None


class HSDSService(View):
    """What is done for people."""

    id: UUID
    name: str
    description: str
    status: Literal["active", "defunct"]
    alternate_name: str | None = None
    eligibility_description: str | None = None
    fees_description: str | None = None
    assured_date: date | None = None
    last_modified: datetime
    schedules: Sequence[HSDSSchedule] | None = None
    organization: HSDSOrganization | None = None
    service_areas: Sequence[HSDSServiceArea] | None = None
    service_at_locations: "Sequence[HSDSServiceAtLocation] | None" = None
    attributes: Sequence[HSDSAttribute] | None = None
    wushe_tier: TierField = None
    wushe_opened_on: Annotated[date | None, Field(description="The first day of service.")] = None
    wushe_ended_on: Annotated[
        date | None, Field(description="The last day of service, if it has come.")
    ] = None


class HSDSServiceAtLocation(View):
    """What is done for people at one place."""

    id: UUID
    description: str
    location: HSDSLocation | None = None
    service: HSDSService | None = None


class HSDSMinimalService(View):
    """Which service, and when it changed: for those who keep a copy."""

    id: UUID
    modified_date: datetime


class HSDSDirectory(View):
    """Which version of HSDS this is, and where its profile and description are."""

    version: str
    profile: str
    openapi_url: str

"""What the registry promises to tell: who exists and where."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict
from typing_extensions import override

from common.grants import Role
from common.messaging.event import Event
from common.stations import StationKind
from common.vocabulary import Answer, AreaScheme, PartyStanding, Society, StationTier

if TYPE_CHECKING:
    from common.places import AreaRef


class PlaceCode(BaseModel):
    """A code of a named list of areas."""

    model_config = ConfigDict(frozen=True)

    scheme: AreaScheme
    code: str

    @classmethod
    def of(cls, area: AreaRef) -> Self:
        """Return an area as it travels."""
        return cls(scheme=area.scheme, code=area.code)


class AreaListPublished(Event, name="registry.area_list.published.v1"):
    """A dated list of areas is in force; fetch it as ndjson and check count and digest."""

    list_id: UUID
    scheme: AreaScheme
    edition: date
    count: int
    sha256: str
    path: str

    @property
    @override
    def subject(self) -> str:
        return str(self.list_id)


class GrantHeld(BaseModel):
    """A role that an account holds, in an area or for an organisation."""

    model_config = ConfigDict(frozen=True)

    role: Role
    scheme: AreaScheme | None = None
    area: str | None = None
    org: UUID | None = None


class AccountChanged(Event, name="registry.account.changed.v1"):
    """The grants of an account are now exactly these; an empty list revokes everything."""

    account_id: UUID
    sub: str
    grants: tuple[GrantHeld, ...]

    @property
    @override
    def subject(self) -> str:
        return str(self.account_id)


class StationEvent(Event):
    """Every event about one station."""

    station_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.station_id)


class StationPlanned(StationEvent, name="registry.station.planned.v1"):
    """A station is to be built for an area."""

    tier: StationTier
    station_name: str
    place: PlaceCode
    planned_on: date
    kind: StationKind = StationKind.COMMUNITY
    parent_id: UUID | None = None
    split_from: UUID | None = None


class StationOpened(StationEvent, name="registry.station.opened.v1"):
    """A station serves its area from this day on."""

    tier: StationTier
    place: PlaceCode
    opened_on: date
    kind: StationKind = StationKind.COMMUNITY


class StationClosed(StationEvent, name="registry.station.closed.v1"):
    """A station serves no longer."""

    tier: StationTier
    place: PlaceCode
    closed_on: date
    kind: StationKind = StationKind.COMMUNITY
    merged_into: UUID | None = None


class PartyEvent(Event):
    """Every event about one party."""

    party_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.party_id)


class PartyRegistered(PartyEvent, name="registry.party.registered.v1"):
    """A party of one of the five societies is known.

    ``public_name`` is the name of an organisation, a community or a team; an individual appears
    with a public number, never with a name.
    """

    society: Society
    public_name: str
    place: PlaceCode
    standing: PartyStanding = PartyStanding.APPROVED
    """A party that was only invited may not be matched before it is approved."""


class PartyApproved(PartyEvent, name="registry.party.approved.v1"):
    """A party may be matched: for the first time, or again after a suspension."""

    approved_on: date


class PartyRecertificationRequired(PartyEvent, name="registry.party.recertification_required.v1"):
    """A party has to be certified anew until a day; until then it may be matched as before."""

    required_on: date
    due_on: date


class PartyMerged(PartyEvent, name="registry.party.merged.v1"):
    """A party was entered twice; it may not be matched, and lives on as the survivor."""

    survivor_id: UUID
    merged_on: date


class PartyVetted(PartyEvent, name="registry.party.vetted.v1"):
    """A party was vetted for work with people who need protection, until a day."""

    vetted_on: date
    valid_until: date


class PartySuspended(PartyEvent, name="registry.party.suspended.v1"):
    """A party may not be matched until it is approved again."""

    suspended_on: date


class AskAnswered(Event, name="registry.ask.answered.v1"):
    """A party without an account answered the ask of a match by a one-time link, once.

    Neither the link nor its secret is told, only its id.
    """

    link_id: UUID
    match_id: UUID
    party_id: UUID
    answer: Answer
    answered_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return str(self.link_id)

"""An entry of the service list (服务清单): what a station or an organisation does, and for whom.

An entry counts for as long as somebody has made sure of it not too long ago. Then it lapses: it is
shown to nobody but those who keep it, and returns when it is verified again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NewType, TypeAlias
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from common.vocabulary import KIND_OF_SERVICE, Labelled, LineKind, ServiceCode, Unit
from registry.domain.days import refuse_future
from registry.domain.errors.service_list import (
    CostIncomplete,
    ProviderMissing,
    ServiceDaysOutOfOrder,
    ServiceEntryIsWithdrawn,
    UnitDoesNotFitService,
)
from registry.domain.hours import OpeningHours
from registry.domain.station_profile import Whereabouts

EntryId = NewType("EntryId", UUID)

# What a kind of thing is counted in, where that is a matter of course.
_UNIT_OF_KIND = {LineKind.MONEY: Unit.YUAN, LineKind.GOODS: Unit.PIECE}


class EntryStatus(Labelled):
    """Whether an entry counts."""

    LISTED = "listed", "有效", "Listed"
    LAPSED = "lapsed", "待核实", "Lapsed"
    WITHDRAWN = "withdrawn", "已撤下", "Withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Whose entry it is: a station's or a party's."""

    station: UUID | None = None
    party: UUID | None = None

    def __post_init__(self) -> None:
        """Take one of the two.

        Raises:
            ProviderMissing: There is none, or both.
        """
        if (self.station is None) == (self.party is None):
            raise ProviderMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What those who use a service pay, in fen for each unit."""

    kind: CostKind = CostKind.FREE
    fen: int | None = None

    def __post_init__(self) -> None:
        """Take an amount just where the price is fixed.

        Raises:
            CostIncomplete: It is missing, or one too many.
        """
        if (self.kind is CostKind.FIXED) != (self.fen is not None):
            raise CostIncomplete


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """What is offered, how much of it, for whom, at what cost, where and when.

    Of a confidential place only those who keep the entry see address and position.
    """

    service: ServiceCode
    title_zh: str
    title_en: str | None = None
    capacity: int
    unit: Unit
    period: CapacityPeriod
    audiences: tuple[Audience, ...] = ()
    is_for_residents: bool = False
    cost: Cost = field(default_factory=Cost)
    given: ServicePlace
    is_confidential: bool = False
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    reach_metres: int | None = None
    hours: OpeningHours = field(default_factory=OpeningHours)
    offered_from: date
    offered_until: date | None = None

    def __post_init__(self) -> None:
        """Take only what can be offered.

        Raises:
            UnitDoesNotFitService: Money or goods in another unit, or something else in theirs.
            ServiceDaysOutOfOrder: It would end before it begins.
        """
        wanted = _UNIT_OF_KIND.get(KIND_OF_SERVICE[self.service])
        is_reserved = self.unit in _UNIT_OF_KIND.values()
        if self.unit is not wanted and (wanted is not None or is_reserved):
            raise UnitDoesNotFitService(service=self.service, unit=self.unit)
        if self.offered_until is not None and self.offered_until < self.offered_from:
            raise ServiceDaysOutOfOrder(
                offered_from=self.offered_from, offered_until=self.offered_until
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Who made sure of an entry and when, and the last day on which that counts."""

    verified_on: date
    verified_by: str
    lapses_on: date

    @classmethod
    def lasting(cls, days: int, *, verified_on: date, verified_by: str) -> Verification:
        """Return a verification that counts for so many days after its own."""
        lapses_on = verified_on + timedelta(days=days)
        return cls(verified_on=verified_on, verified_by=verified_by, lapses_on=lapses_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEntry:
    """One service of one provider; ``area`` is the provider's when it was last written."""

    id: EntryId
    version: int
    provider: Provider
    area: AreaRef
    offering: Offering
    verification: Verification
    withdrawn_on: date | None = None

    def status(self, *, on: date) -> EntryStatus:
        """Return whether the entry counts on a day."""
        if self.withdrawn_on is not None:
            return EntryStatus.WITHDRAWN
        is_fresh = on <= self.verification.lapses_on
        return EntryStatus.LISTED if is_fresh else EntryStatus.LAPSED

    def revise(
        self, offering: Offering, *, area: AreaRef, at: datetime
    ) -> Change[ServiceEntry, ServiceEntryFact]:
        """Offer something else from now on; what is so already is no fact, and nothing is verified.

        Raises:
            ServiceEntryIsWithdrawn: Nothing changes about an entry that is gone.
        """
        self._refuse_withdrawn()
        if (offering, area) == (self.offering, self.area):
            return Change(self, ())
        revised = replace(self, version=self.version + 1, offering=offering, area=area)
        return Change(revised, (ServiceEntryWasRevised(entry=revised, at=at),))

    def verify(
        self, verification: Verification, *, at: datetime
    ) -> Change[ServiceEntry, ServiceEntryFact]:
        """Make sure that the entry still holds.

        Raises:
            ServiceEntryIsWithdrawn: It is gone.
            DayInTheFuture: Nobody made sure of it tomorrow.
        """
        self._refuse_withdrawn()
        refuse_future(verification.verified_on, at=at)
        verified = replace(self, version=self.version + 1, verification=verification)
        return Change(verified, (ServiceEntryWasVerified(entry=verified, at=at),))

    def withdraw(
        self, withdrawn_on: date, *, at: datetime
    ) -> Change[ServiceEntry, ServiceEntryFact]:
        """Take the entry off the list for good.

        Raises:
            ServiceEntryIsWithdrawn: It is off.
            DayInTheFuture: The day has not come.
        """
        self._refuse_withdrawn()
        refuse_future(withdrawn_on, at=at)
        gone = replace(self, version=self.version + 1, withdrawn_on=withdrawn_on)
        return Change(gone, (ServiceEntryWasWithdrawn(entry=gone, at=at),))

    def has_content_of(self, other: ServiceEntry) -> bool:
        """Tell whether both offer the same, however often either was verified."""
        return (self.provider, self.offering) == (other.provider, other.offering)

    def _refuse_withdrawn(self) -> None:
        if self.withdrawn_on is not None:
            raise ServiceEntryIsWithdrawn(entry_id=self.id, withdrawn_on=self.withdrawn_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEntryWasListed:
    """A provider offers a service."""

    entry: ServiceEntry
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEntryWasRevised:
    """It offers something else."""

    entry: ServiceEntry
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEntryWasVerified:
    """Somebody made sure that it still does."""

    entry: ServiceEntry
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEntryWasWithdrawn:
    """It does no longer."""

    entry: ServiceEntry
    at: datetime


ServiceEntryFact: TypeAlias = (
    ServiceEntryWasListed
    | ServiceEntryWasRevised
    | ServiceEntryWasVerified
    | ServiceEntryWasWithdrawn
)


def list_service(entry: ServiceEntry, *, at: datetime) -> Change[ServiceEntry, ServiceEntryFact]:
    """Put a first version on the list.

    Raises:
        DayInTheFuture: It is said to have been verified on a day that has not come.
    """
    refuse_future(entry.verification.verified_on, at=at)
    return Change(entry, (ServiceEntryWasListed(entry=entry, at=at),))

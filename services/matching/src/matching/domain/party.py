"""A party of one of the five societies, as far as the registry and its own record tell of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from common.places import AreaRef
from common.vocabulary import Society
from matching.domain.identity import PartyId
from matching.domain.reliability import UNTRIED, Reliability


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody who can give. A vetting counts up to and including its last day."""

    id: PartyId
    society: Society
    public_name: str
    area: AreaRef
    vetted_until: date | None = None
    suspended_on: date | None = None
    is_approved: bool = True
    """False of a party that was only invited."""
    is_station: bool = False
    """Whether it is a station, which gives what its entries of the service list offer."""
    reliability: Reliability = UNTRIED
    """How it has kept its word, as this service counts it."""

    def vetted(self, *, until: date) -> Party:
        """Return the party after a vetting; it does not lift a suspension."""
        return replace(self, vetted_until=until)

    def suspended(self, *, on: date) -> Party:
        """Return the party after a suspension."""
        return replace(self, suspended_on=on)

    def approved(self) -> Party:
        """Return the party after an approval, which also lifts a suspension."""
        return replace(self, suspended_on=None, is_approved=True)

    def is_vetted(self, *, on: date) -> bool:
        """Tell whether a vetting holds on a day."""
        return self.vetted_until is not None and self.vetted_until >= on

    @property
    def is_active(self) -> bool:
        """Whether the party may be matched at all."""
        return self.is_approved and self.suspended_on is None

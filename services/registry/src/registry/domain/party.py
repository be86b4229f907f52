"""A party: one of the five kinds of helper, known, vetted, and sometimes suspended."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from common.vocabulary import Labelled, Society
from registry.domain.days import refuse_future
from registry.domain.errors.parties import (
    PartyIsSuspended,
    PersonNeedsPublicNumber,
    VettingDaysOutOfOrder,
)

if TYPE_CHECKING:
    from common.places import Area

PartyId = NewType("PartyId", UUID)

PUBLIC_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{3,31}")


class SuspensionReason(Labelled):
    """Why a party may not be matched; a list, so that no free text about anybody is kept."""

    COMPLAINT = "complaint", "投诉核查", "A complaint is being looked into"
    LICENCE_LAPSED = "licence_lapsed", "登记证书失效", "Its licence lapsed"
    NOT_REACHED = "not_reached", "联系不上", "It cannot be reached"
    OWN_WISH = "own_wish", "本人申请", "Its own wish"
    OTHER = "other", "其他", "Other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetting:
    """A check before work with people who need protection; it lapses after a day."""

    vetted_on: date
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A stop to all matching of a party."""

    suspended_on: date
    reason: SuspensionReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One of the five societies, as everybody may know it.

    An organisation, a community or a team has its name; a person has a public number and nothing
    else, because what is here reaches events and other services.
    """

    id: PartyId
    version: int
    society: Society
    public_name: str
    is_person: bool
    area: AreaRef
    vetting: Vetting | None = None
    suspension: Suspension | None = None

    def vet(self, *, vetted_on: date, valid_until: date, at: datetime) -> Change[Party, PartyFact]:
        """Note a vetting; a later one takes the place of the one before.

        Raises:
            PartyIsSuspended: Vetting does not lift a suspension, so it would mislead.
            DayInTheFuture: Nobody can have been vetted tomorrow.
            VettingDaysOutOfOrder: It would end before it began.
        """
        self._refuse_if_suspended()
        refuse_future(vetted_on, at=at)
        if valid_until < vetted_on:
            raise VettingDaysOutOfOrder(vetted_on=vetted_on, valid_until=valid_until)
        vetting = Vetting(vetted_on=vetted_on, valid_until=valid_until)
        vetted = replace(self, version=self.version + 1, vetting=vetting)
        return Change(vetted, (PartyWasVetted(party=vetted, vetting=vetting, at=at),))

    def suspend(
        self, *, suspended_on: date, reason: SuspensionReason, at: datetime
    ) -> Change[Party, PartyFact]:
        """Stop all matching of the party until it is approved again.

        Raises:
            PartyIsSuspended: It is suspended already.
            DayInTheFuture: A suspension takes effect when it is spoken.
        """
        self._refuse_if_suspended()
        refuse_future(suspended_on, at=at)
        suspension = Suspension(suspended_on=suspended_on, reason=reason)
        suspended = replace(self, version=self.version + 1, suspension=suspension)
        fact = PartyWasSuspended(party=suspended, suspension=suspension, at=at)
        return Change(suspended, (fact,))

    def has_content_of(self, other: Party) -> bool:
        """Tell whether both were registered alike, whatever has happened to either since."""
        return (self.society, self.public_name, self.is_person, self.area) == (
            other.society,
            other.public_name,
            other.is_person,
            other.area,
        )

    def _refuse_if_suspended(self) -> None:
        if self.suspension is not None:
            raise PartyIsSuspended(party_id=self.id, suspended_on=self.suspension.suspended_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWasRegistered:
    """A party is known."""

    party: Party
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWasVetted:
    """A party may work with people who need protection, until a day."""

    party: Party
    vetting: Vetting
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWasSuspended:
    """A party may not be matched."""

    party: Party
    suspension: Suspension
    at: datetime


PartyFact = PartyWasRegistered | PartyWasVetted | PartyWasSuspended


def register_party(
    party_id: PartyId,
    *,
    society: Society,
    public_name: str,
    is_person: bool,
    area: Area,
    at: datetime,
) -> Change[Party, PartyFact]:
    """Make a party known.

    Raises:
        PersonNeedsPublicNumber: A person was to be registered under something else.
    """
    if is_person and PUBLIC_NUMBER.fullmatch(public_name) is None:
        raise PersonNeedsPublicNumber
    party = Party(
        id=party_id,
        version=1,
        society=society,
        public_name=public_name,
        is_person=is_person,
        area=area.ref,
    )
    return Change(party, (PartyWasRegistered(party=party, at=at),))

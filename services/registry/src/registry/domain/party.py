"""A party: one of the five kinds of helper, known, vetted, and sometimes suspended."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NewType
from uuid import UUID

from common.change import Change
from common.places import AreaRef
from common.vocabulary import Society
from registry.domain.days import refuse_future
from registry.domain.errors.parties import (
    PartiesNotAlike,
    PartyAlreadyApproved,
    PartyIsSuspended,
    PartyNotApproved,
    PartyWasMerged,
    PersonNeedsPublicNumber,
    RecertificationDueTooEarly,
    VettingDaysOutOfOrder,
)
from registry.domain.standing import (
    Approval,
    Invitation,
    Merger,
    Recertification,
    Standing,
    Suspension,
    SuspensionReason,
    name_of,
)

if TYPE_CHECKING:
    from common.places import Area

PartyId = NewType("PartyId", UUID)

PUBLIC_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{3,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vetting:
    """A check before work with people who need protection; it lapses after a day."""

    vetted_on: date
    valid_until: date


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
    standing: Standing = Approval()  # noqa: RUF009 - a frozen value

    @property
    def suspension(self) -> Suspension | None:
        """The suspension, if it is suspended."""
        return self.standing if isinstance(self.standing, Suspension) else None

    @property
    def survivor_id(self) -> PartyId | None:
        """The party as which it lives on, if it was merged."""
        return PartyId(self.standing.survivor_id) if isinstance(self.standing, Merger) else None

    def vet(self, *, vetted_on: date, valid_until: date, at: datetime) -> Change[Party, PartyFact]:
        """Note a vetting; a later one takes the place of the one before.

        Raises:
            PartyIsSuspended: Vetting does not lift a suspension, so it would mislead.
            DayInTheFuture: Nobody can have been vetted tomorrow.
            VettingDaysOutOfOrder: It would end before it began.
            PartyWasMerged: It lives on as another one.
        """
        self._refuse_if_suspended()
        refuse_future(vetted_on, at=at)
        if valid_until < vetted_on:
            raise VettingDaysOutOfOrder(vetted_on=vetted_on, valid_until=valid_until)
        vetting = Vetting(vetted_on=vetted_on, valid_until=valid_until)
        vetted = replace(self, version=self.version + 1, vetting=vetting)
        return Change(vetted, (PartyWasVetted(party=vetted, vetting=vetting, at=at),))

    def approve(self, *, approved_on: date, at: datetime) -> Change[Party, PartyFact]:
        """Let the party be matched: for the first time, or again after a suspension.

        Raises:
            PartyAlreadyApproved: It is in good standing, and nothing is asked of it.
            DayInTheFuture: An approval takes effect when it is spoken.
        """
        self.refuse_if_merged()
        refuse_future(approved_on, at=at)
        if isinstance(self.standing, Approval):
            raise PartyAlreadyApproved(party_id=self.id)
        approval = Approval(approved_on=approved_on)
        approved = replace(self, version=self.version + 1, standing=approval)
        return Change(approved, (PartyWasApproved(party=approved, on=approved_on, at=at),))

    def require_recertification(
        self, *, required_on: date, due_on: date, at: datetime
    ) -> Change[Party, PartyFact]:
        """Ask the party to be certified anew; until the day it may be matched as before.

        Raises:
            PartyNotApproved: It is not in good standing, or asked already.
            RecertificationDueTooEarly: It would be due before it is asked for.
        """
        self.refuse_if_merged()
        refuse_future(required_on, at=at)
        if not isinstance(self.standing, Approval):
            raise PartyNotApproved(party_id=self.id, standing=name_of(self.standing))
        if due_on <= required_on:
            raise RecertificationDueTooEarly(required_on=required_on, due_on=due_on)
        asked = Recertification(required_on=required_on, due_on=due_on)
        changed = replace(self, version=self.version + 1, standing=asked)
        fact = PartyHasToBeRecertified(party=changed, recertification=asked, at=at)
        return Change(changed, (fact,))

    def suspend(
        self, *, suspended_on: date, reason: SuspensionReason, at: datetime
    ) -> Change[Party, PartyFact]:
        """Stop all matching of the party until it is approved again.

        Raises:
            PartyIsSuspended: It is suspended already.
            PartyNotApproved: It was only invited, so there is nothing to stop.
            DayInTheFuture: A suspension takes effect when it is spoken.
        """
        self._refuse_if_suspended()
        refuse_future(suspended_on, at=at)
        if isinstance(self.standing, Invitation):
            raise PartyNotApproved(party_id=self.id, standing=name_of(self.standing))
        suspension = Suspension(suspended_on=suspended_on, reason=reason)
        suspended = replace(self, version=self.version + 1, standing=suspension)
        fact = PartyWasSuspended(party=suspended, suspension=suspension, at=at)
        return Change(suspended, (fact,))

    def amend(
        self, *, vetting: Vetting | None, suspension: Suspension | None, at: datetime
    ) -> Change[Party, PartyFact]:
        """Vet, or suspend, or the one and then the other, as a list of parties tells it.

        Raises:
            DomainError: As ``vet`` and ``suspend`` do.
        """
        state, facts = self, tuple[PartyFact, ...]()
        if vetting is not None:
            vetted = state.vet(vetted_on=vetting.vetted_on, valid_until=vetting.valid_until, at=at)
            state, facts = vetted.state, vetted.facts
        if suspension is not None:
            suspended = state.suspend(
                suspended_on=suspension.suspended_on, reason=suspension.reason, at=at
            )
            state, facts = suspended.state, facts + suspended.facts
        return Change(state, facts)

    def merge_into(
        self, survivor: Party, *, merged_on: date, at: datetime
    ) -> Change[Party, PartyFact]:
        """End the party: it was entered twice, and whoever asks for it is shown the other one.

        Raises:
            PartiesNotAlike: They are of different kinds, or one and the same.
            PartyWasMerged: One of them has ended so before.
        """
        for each in (self, survivor):
            each.refuse_if_merged()
        refuse_future(merged_on, at=at)
        is_alike = (self.society, self.is_person) == (survivor.society, survivor.is_person)
        if self.id == survivor.id or not is_alike:
            raise PartiesNotAlike(party_id=self.id, survivor_id=survivor.id)
        merger = Merger(merged_on=merged_on, survivor_id=survivor.id)
        merged = replace(self, version=self.version + 1, standing=merger)
        return Change(merged, (PartyWasMergedInto(party=merged, merger=merger, at=at),))

    def has_content_of(self, other: Party) -> bool:
        """Tell whether both were registered alike, whatever has happened to either since."""
        return (self.society, self.public_name, self.is_person, self.area) == (
            other.society,
            other.public_name,
            other.is_person,
            other.area,
        )

    def _refuse_if_suspended(self) -> None:
        self.refuse_if_merged()
        if self.suspension is not None:
            raise PartyIsSuspended(party_id=self.id, suspended_on=self.suspension.suspended_on)

    def refuse_if_merged(self) -> None:
        """Go on only with a party that has not ended.

        Raises:
            PartyWasMerged: This one has.
        """
        if self.survivor_id is not None:
            raise PartyWasMerged(party_id=self.id, survivor_id=self.survivor_id)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWasApproved:
    """A party may be matched from now on, or again."""

    party: Party
    on: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyHasToBeRecertified:
    """A party is to show until a day that it deserves its approval."""

    party: Party
    recertification: Recertification
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyWasMergedInto:
    """A party lives on as another one."""

    party: Party
    merger: Merger
    at: datetime


PartyFact = (
    PartyWasRegistered
    | PartyWasVetted
    | PartyWasApproved
    | PartyHasToBeRecertified
    | PartyWasSuspended
    | PartyWasMergedInto
)


def register_party(
    party_id: PartyId,
    *,
    society: Society,
    public_name: str,
    is_person: bool,
    area: Area,
    at: datetime,
    invited_on: date | None = None,
) -> Change[Party, PartyFact]:
    """Make a party known; in good standing, unless it was only invited.

    Raises:
        DayInTheFuture: Nobody can have been invited tomorrow.
        PersonNeedsPublicNumber: A person was to be registered under something else.
    """
    if is_person and PUBLIC_NUMBER.fullmatch(public_name) is None:
        raise PersonNeedsPublicNumber
    if invited_on is not None:
        refuse_future(invited_on, at=at)
    party = Party(
        id=party_id,
        version=1,
        society=society,
        public_name=public_name,
        is_person=is_person,
        area=area.ref,
        standing=Approval() if invited_on is None else Invitation(invited_on=invited_on),
    )
    return Change(party, (PartyWasRegistered(party=party, at=at),))

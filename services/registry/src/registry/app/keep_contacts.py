"""Keeping who can be reached about a party: entering, correcting, looking through, searching."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common.clock import Clock
from registry.app.find_parties import find_party
from registry.app.ports.areas import Areas
from registry.app.ports.contacts import Contacts
from registry.app.ports.parties import Parties
from registry.app.ports.work import UnitOfWork
from registry.app.versions import refuse_stale
from registry.domain.contact import (
    Contact,
    ContactId,
    ContactRole,
    Identity,
    PersonalField,
    Reading,
    ReadingPurpose,
    new_contact,
)
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.party import Party

MOST_FOUND: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContact:
    """Keep who can be reached about a party."""

    id: UUID | None
    party_id: PartyId
    role: ContactRole
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeContact:
    """Put what is known of a person in the place of what was; ``seen`` as for every decision."""

    contact_id: ContactId
    party_id: PartyId
    identity: Identity
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchContacts:
    """Find people by what is known of them; every value has to be the same, however written."""

    sought: Mapping[PersonalField, str]
    purpose: ReadingPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepingContacts:
    """The abilities around contacts that tell nobody who anybody is."""

    unit_of_work: UnitOfWork
    contacts: Contacts
    parties: Parties
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]

    async def add(self, command: AddContact, scope: Scope) -> Contact:
        """Keep a contact of a party.

        Raises:
            ContactIdTaken: The id the caller chose is another contact's.
            PersonHasContact: The party is a person who has one.
        """
        async with self.unit_of_work.transaction():
            party = await self._party_within(command.party_id, scope)
            contact = new_contact(
                ContactId(command.id or self.new_id()),
                party=party,
                role=command.role,
                identity=command.identity,
            )
            await self.contacts.add(contact, command.identity)
        return contact

    async def describe(self, command: DescribeContact, scope: Scope) -> Contact:
        """Correct what is known of a person."""
        async with self.unit_of_work.transaction():
            contact = await self.find(command.contact_id, command.party_id, scope)
            refuse_stale(contact, command.seen)
            described = contact.described_by(command.identity)
            await self.contacts.save(described, command.identity)
        return described

    async def find(self, contact_id: ContactId, party_id: PartyId, scope: Scope) -> Contact:
        """Return one contact of a party that the caller may see, or raise ``PartyNotFound``."""
        async with self.unit_of_work.transaction():
            party = await self._party_within(party_id, scope)
            return await self.contacts.get(contact_id, party_id=party.id)

    async def of_party(self, party_id: PartyId, scope: Scope) -> Sequence[Contact]:
        """Return the contacts of a party that the caller may see."""
        async with self.unit_of_work.transaction():
            party = await self._party_within(party_id, scope)
            return await self.contacts.of_party(party.id)

    async def readings(
        self, contact_id: ContactId, party_id: PartyId, scope: Scope, window: Window
    ) -> Slice[Reading]:
        """Return who has read who a person is."""
        async with self.unit_of_work.transaction():
            await self.find(contact_id, party_id, scope)
            return await self.contacts.readings(contact_id, window)

    async def search(self, command: SearchContacts, scope: Scope) -> Sequence[Contact]:
        """Return at most 50 people of whom just this is known; that it was asked is kept."""
        async with self.unit_of_work.transaction():
            found = await self.contacts.find_like(command.sought, scope, limit=MOST_FOUND)
            await self.contacts.note_reading(
                [
                    Reading(
                        id=self.new_id(),
                        contact_id=contact.id,
                        party_id=contact.party_id,
                        reader=scope.sub,
                        purpose=command.purpose,
                        fields=frozenset(command.sought),
                        read_at=self.clock.now(),
                    )
                    for contact in found
                ]
            )
        return found

    async def _party_within(self, party_id: PartyId, scope: Scope) -> Party:
        return await find_party(
            party_id,
            scope,
            unit_of_work=self.unit_of_work,
            parties=self.parties,
            areas=self.areas,
        )

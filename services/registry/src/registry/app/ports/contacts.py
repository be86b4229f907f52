"""What use cases ask of the keeping of contacts, and of what is sealed in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.domain.contact import (
        Contact,
        ContactId,
        Erasure,
        Identity,
        PersonalField,
        Reading,
    )
    from registry.domain.party import PartyId


class Contacts(Protocol):
    """The contacts, as of the current transaction; keys of people are kept outside of it."""

    async def get(self, contact_id: ContactId, /, *, party_id: PartyId) -> Contact:
        """Return a contact of a party, or raise ``ContactNotFound``."""
        ...

    async def of_party(self, party_id: PartyId, /) -> Sequence[Contact]:
        """Return the contacts of a party, in the order of their ids."""
        ...

    async def add(self, contact: Contact, identity: Identity, /) -> None:
        """Store a new contact, sealed.

        Raises:
            ContactIdTaken: There is a contact with this id.
            PersonHasContact: The party is a person who has one.
            PersonErased: The id belongs to somebody who was forgotten.
        """
        ...

    async def save(self, contact: Contact, identity: Identity, /) -> None:
        """Store what is known now, sealed, or raise ``ContactChangedMeanwhile``."""
        ...

    async def identity_of(self, contact: Contact, /) -> Identity:
        """Return what is known of the person, or raise ``PersonErased``."""
        ...

    async def find_like(
        self, sought: Mapping[PersonalField, str], scope: Scope, /, *, limit: int
    ) -> Sequence[Contact]:
        """Return contacts in the scope that hold every one of these values."""
        ...

    async def forget(self, contacts: Collection[Contact], /) -> None:
        """Store that people were forgotten: what was sealed is gone, their keys are too."""
        ...

    async def note_reading(self, readings: Collection[Reading], /) -> None:
        """Keep who read what, and why."""
        ...

    async def readings(self, contact_id: ContactId, window: Window, /) -> Slice[Reading]:
        """Return who read what of a person, the first one first."""
        ...


class ErasureLedger(Protocol):
    """Who was forgotten; kept beside the rows and, once more, beside the keys."""

    async def note(self, erasures: Collection[Erasure], /) -> None:
        """Keep entries; harmless for who stands there already."""
        ...

    async def everybody(self) -> frozenset[UUID]:
        """Return everybody who was ever forgotten, by either database."""
        ...

    async def apply_again(self, person_ids: Collection[UUID], /) -> int:
        """Forget once more whoever came back with a backup; return how many had."""
        ...

"""Reading who somebody is: for a stated purpose, and never without leaving a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.domain.contact import (
    Contact,
    ContactId,
    Identity,
    PersonalField,
    Reading,
    ReadingPurpose,
)
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from common.clock import Clock
    from common.grants import Scope
    from registry.app.keep_contacts import KeepingContacts
    from registry.app.ports.contacts import Contacts
    from registry.app.ports.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadIdentity:
    """Ask for some fields of a person, for a purpose; for all that are held, if none is named."""

    contact_id: ContactId
    party_id: PartyId
    purpose: ReadingPurpose
    fields: frozenset[PersonalField]


async def read_identity(
    command: ReadIdentity,
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    keeping: KeepingContacts,
    contacts: Contacts,
    clock: Clock,
    new_id: Callable[[], UUID],
) -> tuple[Contact, Identity]:
    """Return what is asked for and known; the record of it is of the same transaction.

    Raises:
        PersonErased: The person was forgotten.
    """
    async with unit_of_work.transaction():
        contact = await keeping.find(command.contact_id, command.party_id, scope)
        contact.refuse_erased()
        wanted = contact.held & (command.fields or contact.held)
        reading = Reading(
            id=new_id(),
            contact_id=contact.id,
            party_id=contact.party_id,
            reader=scope.sub,
            purpose=command.purpose,
            fields=wanted,
            read_at=clock.now(),
        )
        await contacts.note_reading([reading])
        known = await contacts.identity_of(contact)
    return contact, Identity({field: known.fields[field] for field in sorted(wanted)})

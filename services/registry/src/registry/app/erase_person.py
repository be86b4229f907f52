"""Forgetting a person: at once, in every backup of the rows, and again after every restore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.app.versions import refuse_stale
from registry.domain.contact import Contact, ContactId, Erasure, ErasureReason
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from common.clock import Clock
    from common.grants import Scope
    from registry.app.keep_contacts import KeepingContacts
    from registry.app.ports.contacts import Contacts, ErasureLedger
    from registry.app.ports.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePerson:
    """Forget who a contact is; ``seen`` is the version that the caller decided upon."""

    contact_id: ContactId
    party_id: PartyId
    reason: ErasureReason
    seen: int | None = None


async def erase_person(
    command: ErasePerson,
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    keeping: KeepingContacts,
    contacts: Contacts,
    erasures: ErasureLedger,
    clock: Clock,
) -> Contact:
    """Forget a person; again, and nothing changes.

    The key goes last, before the commit: should that fail, the person is unreadable and the next
    attempt finishes it; the other way round somebody could be told of an erasure that is none.
    """
    async with unit_of_work.transaction():
        contact = await keeping.find(command.contact_id, command.party_id, scope)
        refuse_stale(contact, command.seen)
        erased = contact.erased(at=clock.now())
        if erased is contact:
            return contact
        entry = Erasure(
            person_id=contact.id,
            party_id=contact.party_id,
            reason=command.reason,
            erased_by=scope.sub,
            erased_at=clock.now(),
        )
        await erasures.note([entry])
        await contacts.forget([erased])
    return erased


async def apply_erasures_again(*, unit_of_work: UnitOfWork, erasures: ErasureLedger) -> int:
    """Forget everybody again who came back with a backup; return how many had."""
    async with unit_of_work.transaction():
        return await erasures.apply_again(await erasures.everybody())

"""Every ability around contacts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from common.grants import Scope
from common.paging import Slice, Window
from registry.app.erase_person import ErasePerson
from registry.app.keep_contacts import AddContact, DescribeContact, SearchContacts
from registry.app.read_identity import ReadIdentity
from registry.domain.contact import Contact, ContactId, Identity, Reading
from registry.domain.party import PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactAbilities:
    """What can be done with what is known of people; only ``read`` tells any of it."""

    add: Callable[[AddContact, Scope], Awaitable[Contact]]
    describe: Callable[[DescribeContact, Scope], Awaitable[Contact]]
    of_party: Callable[[PartyId, Scope], Awaitable[Sequence[Contact]]]
    search: Callable[[SearchContacts, Scope], Awaitable[Sequence[Contact]]]
    read: Callable[[ReadIdentity, Scope], Awaitable[tuple[Contact, Identity]]]
    readings: Callable[[ContactId, PartyId, Scope, Window], Awaitable[Slice[Reading]]]
    erase: Callable[[ErasePerson, Scope], Awaitable[Contact]]
    apply_erasures_again: Callable[[], Awaitable[int]]
    rewrap_keys: Callable[[], Awaitable[int]]
    turn_key_ring: Callable[[], int]

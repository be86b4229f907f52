"""Contacts in PostgreSQL; what identifies people goes in sealed and comes out only here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from typing_extensions import override

from common.paging import cut
from common.personal.key_store import PersonErased
from registry.adapters.postgres.contact_tables import ContactRow, ReadingRow
from registry.adapters.postgres.integrity import broken_rule
from registry.adapters.postgres.sealed_contacts import (
    NOTHING,
    digest_of,
    held_in,
    indexed,
    opened,
    sealed,
)
from registry.adapters.postgres.tables import PartyRow
from registry.app.ports.contacts import Contacts
from registry.app.ports.mergers import Following
from registry.domain.contact import (
    Contact,
    ContactId,
    ContactRole,
    Identity,
    PersonalField,
    Reading,
    ReadingPurpose,
)
from registry.domain.errors.contacts import (
    ContactChangedMeanwhile,
    ContactIdTaken,
    ContactNotFound,
    PersonHasContact,
)
from registry.domain.party import PartyId

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from common.areas import Areas
    from common.grants import Scope
    from common.paging import Key, Slice, Window
    from common.persistence.unit_of_work import UnitOfWork
    from common.personal.keeping import Keeping

ONE_OF_A_PERSON: Final = "one_contact_of_a_person"


class PostgresContacts(Contacts, Following):
    """The contacts of the transaction that is open."""

    def __init__(self, unit_of_work: UnitOfWork, keeping: Keeping, areas: Areas) -> None:
        self._unit_of_work: Final = unit_of_work
        self._keeping: Final = keeping
        self._areas: Final = areas

    @override
    async def get(self, contact_id: ContactId, /, *, party_id: PartyId) -> Contact:
        return _to_contact(await self._row(contact_id, party_id))

    @override
    async def of_party(self, party_id: PartyId, /) -> Sequence[Contact]:
        wanted = (
            select(ContactRow)
            .where(col(ContactRow.party_id) == party_id)
            .order_by(col(ContactRow.id))
        )
        async with self._unit_of_work.transaction() as session:
            return [_to_contact(row) for row in await session.exec(wanted)]

    @override
    async def add(self, contact: Contact, identity: Identity, /) -> None:
        # The key is there before the row: a row whose key is missing could never be read.
        values = await self._values(contact, identity)
        async with self._unit_of_work.transaction() as session:
            try:
                async with session.begin_nested():
                    await session.exec(insert(ContactRow).values(**values))
            except IntegrityError as error:
                if broken_rule(error) == ONE_OF_A_PERSON:
                    raise PersonHasContact(party_id=contact.party_id) from error
                raise ContactIdTaken(contact_id=contact.id) from error

    @override
    async def save(self, contact: Contact, identity: Identity, /) -> None:
        await self._write(contact, await self._values(contact, identity))

    @override
    async def identity_of(self, contact: Contact, /) -> Identity:
        row = await self._row(contact.id, contact.party_id)
        key = (await self._keeping.keys.find([contact.id])).get(contact.id)
        if key is None:
            raise PersonErased(person_id=contact.id)
        return opened(row, key)

    @override
    async def find_like(
        self, sought: Mapping[PersonalField, str], scope: Scope, /, *, limit: int
    ) -> Sequence[Contact]:
        digests = {
            f"{field}_index": digest_of(field, text, self._keeping.index)
            for field, text in sought.items()
        }
        is_own = col(PartyRow.id).in_(scope.orgs)
        lies_within = self._areas.within(scope, col(PartyRow.scheme), col(PartyRow.area))
        wanted = (
            select(ContactRow)
            .join(PartyRow, col(PartyRow.id) == col(ContactRow.party_id))
            .where(lies_within | is_own)
            .where(*(getattr(ContactRow, name) == digest for name, digest in digests.items()))
            .order_by(col(ContactRow.id))
            .limit(limit)
        )
        async with self._unit_of_work.transaction() as session:
            return [_to_contact(row) for row in await session.exec(wanted)]

    @override
    async def forget(self, contacts: Collection[Contact], /) -> None:
        for contact in contacts:
            await self._write(contact, {**_public(contact), **NOTHING})
        for contact in contacts:
            assert contact.erased_at is not None, "only who was erased is forgotten"
            await self._keeping.keys.erase([contact.id], at=contact.erased_at)

    @override
    async def follow(self, merged_id: PartyId, survivor_id: PartyId, /) -> None:
        theirs = col(ContactRow.party_id) == merged_id
        is_self = col(ContactRow.role) == ContactRole.OWN_SELF.value
        other = aliased(ContactRow)
        speaks_already = exists().where(
            col(other.party_id) == survivor_id, col(other.role) == ContactRole.OWN_SELF.value
        )
        async with self._unit_of_work.transaction() as session:
            await session.exec(
                # The survivor speaks for themselves; what the other record says is kept beside.
                update(ContactRow)
                .where(theirs, is_self, speaks_already)
                .values(role=ContactRole.OTHER_RECORD.value)
            )
            await session.exec(
                update(ContactRow)
                .where(theirs)
                .values(party_id=survivor_id, version=col(ContactRow.version) + 1)
            )

    @override
    async def note_reading(self, readings: Collection[Reading], /) -> None:
        if not readings:
            return
        async with self._unit_of_work.transaction() as session:
            await session.exec(insert(ReadingRow).values([_of_reading(each) for each in readings]))

    @override
    async def readings(self, contact_id: ContactId, window: Window, /) -> Slice[Reading]:
        wanted = (
            select(ReadingRow)
            .where(col(ReadingRow.contact_id) == contact_id)
            .order_by(col(ReadingRow.id))
            .limit(window.probe)
        )
        if window.after is not None:
            wanted = wanted.where(col(ReadingRow.id) > window.after[0])
        async with self._unit_of_work.transaction() as session:
            rows = (await session.exec(wanted)).all()
        return cut([_to_reading(row) for row in rows], window, _key)

    async def _row(self, contact_id: ContactId, party_id: PartyId) -> ContactRow:
        wanted = select(ContactRow).where(
            col(ContactRow.id) == contact_id, col(ContactRow.party_id) == party_id
        )
        async with self._unit_of_work.transaction() as session:
            row = (await session.exec(wanted)).first()
        if row is None:
            raise ContactNotFound(contact_id=contact_id)
        return row

    async def _write(self, contact: Contact, values: Mapping[str, object]) -> None:
        unchanged = (col(ContactRow.id) == contact.id) & (
            col(ContactRow.version) == contact.version - 1
        )
        async with self._unit_of_work.transaction() as session:
            written = await session.exec(update(ContactRow).where(unchanged).values(**values))
        if written.rowcount == 0:
            raise ContactChangedMeanwhile(contact_id=contact.id)

    async def _values(self, contact: Contact, identity: Identity) -> Mapping[str, object]:
        key = (await self._keeping.keys.provide([contact.id]))[contact.id]
        return {
            **_public(contact),
            **sealed(identity, key),
            **indexed(identity, self._keeping.index),
        }


def _public(contact: Contact) -> Mapping[str, object]:
    return {
        "id": contact.id,
        "version": contact.version,
        "party_id": contact.party_id,
        "role": contact.role.value,
        "erased_at": contact.erased_at,
    }


def _to_contact(row: ContactRow) -> Contact:
    return Contact(
        id=ContactId(row.id),
        version=row.version,
        party_id=PartyId(row.party_id),
        role=ContactRole(row.role),
        held=held_in(row),
        erased_at=row.erased_at,
    )


def _to_reading(row: ReadingRow) -> Reading:
    return Reading(
        id=row.id,
        contact_id=ContactId(row.contact_id),
        party_id=PartyId(row.party_id),
        reader=row.reader,
        purpose=ReadingPurpose(row.purpose),
        fields=frozenset(PersonalField(field) for field in row.fields),
        read_at=row.read_at,
    )


def _of_reading(reading: Reading) -> Mapping[str, object]:
    return {
        "id": reading.id,
        "contact_id": reading.contact_id,
        "party_id": reading.party_id,
        "reader": reading.reader,
        "purpose": reading.purpose.value,
        "fields": sorted(field.value for field in reading.fields),
        "read_at": reading.read_at,
    }


def _key(reading: Reading) -> Key:
    return (reading.id,)

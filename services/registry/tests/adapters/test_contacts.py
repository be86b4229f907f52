"""Contacts in PostgreSQL: nothing is in plain, opens elsewhere, or comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from common.frame import build_frame
from common.personal.keeping import keeping_of
from common.personal.key_store import PersonErased
from common.personal.sealing import SealBroken
from registry.adapters.postgres.contacts import PostgresContacts
from registry.adapters.postgres.erasures import PostgresErasures
from registry.app.erase_person import apply_erasures_again
from registry.domain.contact import (
    Contact,
    ContactId,
    ContactRole,
    Erasure,
    ErasureReason,
    Identity,
    PersonalField,
)
from registry.domain.errors.contacts import ContactChangedMeanwhile
from registry.domain.party import PartyId
from registry.settings import Settings
from testing.api import RING
from testing.postgres import fresh_database, shared_keys

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from common.frame import Frame
    from common.personal.keeping import Keeping

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
KNOWN = Identity({PersonalField.NAME: "王小美", PersonalField.PHONE: "13800000000"})


@pytest.fixture
async def kept() -> AsyncGenerator[tuple[Frame, Keeping]]:
    async with fresh_database("registry") as url:
        settings = Settings.model_validate(
            {
                "database_url": url,
                "kafka_bootstrap": "127.0.0.1:1",
                "oidc_issuer": "https://issuer.test",
                "oidc_jwks": "nowhere.json",
                "keys_database_url": await shared_keys(),
                "key_ring": RING,
            }
        )
        frame, keeping = build_frame("registry", settings), keeping_of("registry", settings)
        yield frame, keeping
        await keeping.engine.dispose()
        await frame.close()


@pytest.fixture
def contacts(kept: tuple[Frame, Keeping]) -> PostgresContacts:
    frame, keeping = kept
    return PostgresContacts(frame.unit_of_work, keeping, frame.areas)


@pytest.fixture
def erasures(kept: tuple[Frame, Keeping]) -> PostgresErasures:
    frame, keeping = kept
    return PostgresErasures(frame.unit_of_work, keeping, frame.clock)


def a_contact(identity: Identity = KNOWN, *, contact_id: UUID | None = None) -> Contact:
    return Contact(
        id=ContactId(contact_id or uuid4()),
        version=1,
        party_id=PartyId(uuid4()),
        role=ContactRole.OWN_SELF,
        held=identity.held,
    )


async def run(frame: Frame, statement: str, **values: object) -> list[tuple[object, ...]]:
    async with frame.unit_of_work.transaction() as session:
        found = await (await session.connection()).execute(text(statement), values)
        return [tuple(row) for row in found] if found.returns_rows else []


async def test_what_was_kept_comes_back_as_it_was(contacts: PostgresContacts) -> None:
    contact = a_contact()

    await contacts.add(contact, KNOWN)

    assert await contacts.get(contact.id, party_id=contact.party_id) == contact
    assert (await contacts.identity_of(contact)).fields == KNOWN.fields
    assert repr(KNOWN) == "Identity(name, phone)"


async def test_a_value_in_another_row_or_column_does_not_open(
    contacts: PostgresContacts, kept: tuple[Frame, Keeping]
) -> None:
    one, other = a_contact(), a_contact()
    for contact in (one, other):
        await contacts.add(contact, KNOWN)
    frame, _ = kept
    await run(
        frame,
        "update contact set name = (select name from contact where id = :one) where id = :other",
        one=one.id,
        other=other.id,
    )
    await run(frame, "update contact set phone = name where id = :one", one=one.id)

    for contact in (one, other):
        with pytest.raises(SealBroken):
            await contacts.identity_of(contact)


async def test_rival_corrections_have_one_winner(contacts: PostgresContacts) -> None:
    contact = a_contact()
    await contacts.add(contact, KNOWN)

    await contacts.save(contact.described_by(KNOWN), KNOWN)

    with pytest.raises(ContactChangedMeanwhile):
        await contacts.save(contact.described_by(KNOWN), KNOWN)


async def erased(contact: Contact, contacts: PostgresContacts, erasures: PostgresErasures) -> None:
    entry = Erasure(
        person_id=contact.id,
        party_id=contact.party_id,
        reason=ErasureReason.OWN_WISH,
        erased_by="somebody",
        erased_at=NOW,
    )
    await erasures.note([entry])
    await contacts.forget([contact.erased(at=NOW)])


async def test_rows_from_a_backup_stay_unreadable_and_are_emptied_again(
    contacts: PostgresContacts, erasures: PostgresErasures, kept: tuple[Frame, Keeping]
) -> None:
    frame, _ = kept
    contact, other = a_contact(), a_contact()
    for each in (contact, other):
        await contacts.add(each, KNOWN)
    backup = "select to_jsonb(c)::text from contact c where id = :id"
    ((row,),) = await run(frame, backup, id=contact.id)
    await erased(contact, contacts, erasures)

    # The backup of the rows is of before the erasure, and so knows nothing of it either.
    await run(frame, "delete from contact where id = :id", id=contact.id)
    await run(frame, "delete from erasure")
    await run(
        frame,
        """
        insert into contact
        select * from jsonb_populate_record(null::contact, cast(:row as jsonb))
        """,
        row=row,
    )
    with pytest.raises(PersonErased):
        await contacts.identity_of(contact)
    count = await apply_erasures_again(unit_of_work=frame.unit_of_work, erasures=erasures)

    assert count == 1
    found = await contacts.get(contact.id, party_id=contact.party_id)
    assert (found.held, found.erased_at is not None) == (frozenset(), True)
    assert (await contacts.identity_of(other)).fields == KNOWN.fields


async def test_keys_from_a_backup_are_destroyed_again(
    contacts: PostgresContacts, erasures: PostgresErasures, kept: tuple[Frame, Keeping]
) -> None:
    frame, keeping = kept
    contact = a_contact()
    await contacts.add(contact, KNOWN)
    backup = "select ring_version, wrapped from data_key where person_id = :id"
    restore = """
        update data_key set ring_version = :version, wrapped = :wrapped, erased_at = null
        where person_id = :id
    """
    seeing = text("select set_config('wushe.width', 'system', true)")
    async with keeping.engine.begin() as connection:
        await connection.execute(seeing)
        version, wrapped = (await connection.execute(text(backup), {"id": contact.id})).one()
    await erased(contact, contacts, erasures)
    async with keeping.engine.begin() as connection:
        await connection.execute(seeing)
        values = {"id": contact.id, "version": version, "wrapped": wrapped}
        assert (await connection.execute(text(restore), values)).rowcount == 1
    assert (await keeping.keys.find([contact.id])).keys() == {contact.id}

    count = await apply_erasures_again(unit_of_work=frame.unit_of_work, erasures=erasures)

    assert count == 1
    assert await keeping.keys.find([contact.id]) == {}

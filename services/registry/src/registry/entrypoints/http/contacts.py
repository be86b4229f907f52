"""Contacts: keeping, reading for a purpose, searching by what is known, forgetting."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.creations import entered
from common.http.idempotency import tells_anew
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.personal.key_store import PersonErased
from registry.app.erase_person import ErasePerson
from registry.app.keep_contacts import AddContact, DescribeContact, SearchContacts
from registry.app.permissions import (
    ERASE_IDENTITIES,
    READ_CONTACTS,
    READ_IDENTITIES,
    SEARCH_IDENTITIES,
    WRITE_CONTACTS,
)
from registry.app.read_identity import ReadIdentity
from registry.domain.contact import ContactId
from registry.domain.errors.contacts import (
    ContactChangedMeanwhile,
    ContactIdTaken,
    ContactNotFound,
    ContactOfPersonIsSelf,
    PersonHasContact,
)
from registry.domain.errors.parties import PartyNotFound
from registry.domain.party import PartyId
from registry.entrypoints.http.contact_schemas import (
    ContactsToFind,
    ContactsView,
    ContactToAdd,
    ContactToDescribe,
    ContactView,
    IdentityView,
    PersonToErase,
    PurposeOfReading,
    ReadingView,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["contacts"])

OF_PARTY = "/parties/{party_id}/contacts"

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_CONTACTS))]
MayList: TypeAlias = Annotated[Scope, Depends(permitted(READ_CONTACTS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_IDENTITIES))]
MaySearch: TypeAlias = Annotated[Scope, Depends(permitted(SEARCH_IDENTITIES))]
MayErase: TypeAlias = Annotated[Scope, Depends(permitted(ERASE_IDENTITIES))]


@routes.post(
    OF_PARTY,
    status_code=HTTPStatus.CREATED,
    responses=documented(
        PartyNotFound, ContactOfPersonIsSelf, PersonHasContact, ContactIdTaken, PersonErased
    ),
)
async def add_contact(
    party_id: UUID,
    body: ContactToAdd,
    app: App,
    scope: MayWrite,
    language: Speaking,
    response: Response,
) -> ContactView:
    """Keep who can be reached about a party; what is known of them is sealed and not shown."""
    command = AddContact(
        id=body.id, party_id=PartyId(party_id), role=body.role, identity=body.identity()
    )
    contact = await app.contacts.add(command, scope)
    location = f"{routes.prefix}/parties/{party_id}/contacts/{contact.id}"
    entered(response, is_new=True, version=contact.version, location=location)
    return ContactView.of(contact, language)


@routes.get(OF_PARTY, responses=documented(PartyNotFound))
async def list_contacts(
    party_id: UUID, app: App, scope: MayList, language: Speaking
) -> ContactsView:
    """List who can be reached about a party, without telling who anybody is."""
    found = await app.contacts.of_party(PartyId(party_id), scope)
    return ContactsView(items=[ContactView.of(contact, language) for contact in found])


@routes.put(
    f"{OF_PARTY}/{{contact_id}}",
    responses=documented(
        PartyNotFound, ContactNotFound, PersonErased, ContactChangedMeanwhile, PreconditionFailed
    ),
)
async def describe_contact(
    party_id: UUID,
    contact_id: UUID,
    body: ContactToDescribe,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> ContactView:
    """Put what is known of a person in the place of all that was known."""
    command = DescribeContact(
        contact_id=ContactId(contact_id),
        party_id=PartyId(party_id),
        identity=body.identity(),
        seen=seen,
    )
    contact = await app.contacts.describe(command, scope)
    tag(response, contact.version)
    return ContactView.of(contact, language)


@routes.post(
    f"{OF_PARTY}/{{contact_id}}/reading",
    responses=documented(PartyNotFound, ContactNotFound, PersonErased),
)
@tells_anew
async def read_identity(
    party_id: UUID, contact_id: UUID, body: PurposeOfReading, app: App, scope: MayRead
) -> IdentityView:
    """Tell who somebody is; that it was told, to whom and for what, is kept."""
    command = ReadIdentity(
        contact_id=ContactId(contact_id),
        party_id=PartyId(party_id),
        purpose=body.purpose,
        fields=frozenset(body.fields),
    )
    contact, identity = await app.contacts.read(command, scope)
    return IdentityView.of(contact, identity)


@routes.get(
    f"{OF_PARTY}/{{contact_id}}/readings", responses=documented(PartyNotFound, ContactNotFound)
)
async def list_readings(
    party_id: UUID, contact_id: UUID, app: App, scope: MayRead, pages: Pages, language: Speaking
) -> Page[ReadingView]:
    """List who has read who a person is, and for what, the first one first."""
    found = await app.contacts.readings(
        ContactId(contact_id), PartyId(party_id), scope, pages.window
    )
    return pages.page(found, lambda reading: ReadingView.of(reading, language))


@routes.post(
    f"{OF_PARTY}/{{contact_id}}/erasure",
    responses=documented(
        PartyNotFound, ContactNotFound, ContactChangedMeanwhile, PreconditionFailed
    ),
)
async def erase_person(
    party_id: UUID,
    contact_id: UUID,
    body: PersonToErase,
    app: App,
    scope: MayErase,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> ContactView:
    """Forget a person for ever; backups of their key are gone after 30 days at most."""
    command = ErasePerson(
        contact_id=ContactId(contact_id),
        party_id=PartyId(party_id),
        reason=body.reason,
        seen=seen,
    )
    contact = await app.contacts.erase(command, scope)
    tag(response, contact.version)
    return ContactView.of(contact, language)


@routes.post("/contacts/search")
@tells_anew
async def find_contacts(
    body: ContactsToFind, app: App, scope: MaySearch, language: Speaking
) -> ContactsView:
    """Find people by what is known of them, at most 50, without telling anything else of them."""
    command = SearchContacts(sought=body.sought(), purpose=body.purpose)
    found = await app.contacts.search(command, scope)
    return ContactsView(items=[ContactView.of(contact, language) for contact in found])

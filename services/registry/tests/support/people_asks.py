"""One request for each route about people, for the matrix of who may do what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import AreaScheme, Society
from registry.app.application import Application
from registry.app.keep_contacts import AddContact
from registry.app.register_parties import RegisterParty
from registry.domain.contact import ContactRole, Identity, PersonalField
from registry.domain.party import PartyId
from testing.api import STREET
from testing.matrix import THING_ORG, Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from testing.api import Api

V1: Final = "/registry/v1"
ANYBODY: Final = Scope(sub="arranger", is_everywhere=True)
PHONE: Final = "13800000042"


def abilities(api: Api) -> Application:
    assert isinstance(api.service.application, Application)
    return api.service.application


async def emptied(api: Api, *tables: str) -> None:
    async with api.frame.unit_of_work.transaction() as session:
        for table in tables:
            await (await session.connection()).execute(text(f"delete from {table}"))  # noqa: S608


def a_person(party_id: UUID | None, *, invited_on: date | None = None) -> RegisterParty:
    return RegisterParty(
        id=party_id,
        society=Society.VOLUNTEER,
        public_name="V2102-0042",
        is_person=True,
        area=AreaRef(AreaScheme.NBS, STREET),
        invited_on=invited_on,
    )


async def a_volunteer(api: Api, *, invited_on: date | None = None) -> str:
    """Return the path of the party in ``STREET`` that is ``THING_ORG``, and a person."""
    await emptied(api, "identity_reading", "contact", "party")
    command = a_person(THING_ORG, invited_on=invited_on)
    return f"{V1}/parties/{(await abilities(api).register_party(command, ANYBODY)).thing.id}"


async def a_contact(api: Api) -> str:
    """Return the path of the volunteer's contact."""
    party = await a_volunteer(api)
    command = AddContact(
        id=None,
        party_id=PartyId(THING_ORG),
        role=ContactRole.OWN_SELF,
        identity=Identity({PersonalField.PHONE: PHONE}),
    )
    contact = await abilities(api).contacts.add(command, ANYBODY)
    return f"{party}/contacts/{contact.id}"


def about_contact(tail: str = "", json: object = None) -> Arrange:
    """Return the arrangement of a request about the volunteer's contact."""

    async def arrange(api: Api) -> Ask:
        return Ask(path=f"{await a_contact(api)}{tail}", sort=Sort.EXISTING, json=json)

    return arrange


async def add_contact(api: Api) -> Ask:
    body = {"role": "own_self", "phone": PHONE}
    return Ask(path=f"{await a_volunteer(api)}/contacts", sort=Sort.EXISTING, json=body)


async def list_contacts(api: Api) -> Ask:
    path, _, _ = (await a_contact(api)).rpartition("/")
    return Ask(path=path, sort=Sort.EXISTING)


async def find_contacts(api: Api) -> Ask:
    await a_contact(api)
    body: dict[str, Any] = {"purpose": "duplicate_check", "phone": "+86 138 0000 0042"}
    return Ask(path=f"{V1}/contacts/search", sort=Sort.LISTING, json=body, mentions=str(THING_ORG))


def about_party(tail: str, json: object, *, invited: bool = False) -> Arrange:
    """Return the arrangement of a decision about the volunteer's standing."""

    async def arrange(api: Api) -> Ask:
        path = await a_volunteer(api, invited_on=date(2024, 1, 1) if invited else None)
        return Ask(path=f"{path}{tail}", sort=Sort.EXISTING, json=json)

    return arrange


async def show_duplicates(api: Api) -> Ask:
    return Ask(path=f"{await a_volunteer(api)}/duplicates", sort=Sort.EXISTING)


async def merge_party(api: Api) -> Ask:
    path = await a_volunteer(api)
    survivor = await abilities(api).register_party(a_person(None), ANYBODY)
    body = {"survivor_id": str(survivor.thing.id), "merged_on": "2025-03-01"}
    return Ask(path=f"{path}/merger", sort=Sort.EXISTING, json=body)


def profile(kind: str, of: RegisterParty, body: object, *, is_there: bool = False) -> Arrange:
    """Return the arrangement of a request about what is said of a party."""

    async def arrange(api: Api) -> Ask:
        await emptied(api, "party", "social_worker", "volunteer", "organisation")
        party = (await abilities(api).register_party(of, ANYBODY)).thing
        path = f"{V1}/parties/{party.id}/{kind}"
        if is_there:
            admin = await api.signed_in("platform_admin")
            assert (await admin.put(path, json=body)).status_code == 200
        return Ask(path=path, sort=Sort.EXISTING, json=None if is_there else body)

    return arrange


def a_party_of(society: Society, *, is_person: bool) -> RegisterParty:
    return replace(
        a_person(THING_ORG),
        society=society,
        public_name="W2102-0042",
        is_person=is_person,
    )


async def a_worker_and_station(api: Api) -> dict[str, object]:
    await emptied(api, "party", "station", "posting")
    worker = a_party_of(Society.SOCIAL_WORKER, is_person=True)
    await abilities(api).register_party(worker, ANYBODY)
    admin = await api.signed_in("platform_admin")
    station = {
        "tier": "station",
        "name": "先进街道社工站",
        "scheme": "nbs",
        "area": STREET,
        "planned_on": "2024-03-01",
    }
    made = await admin.post(f"{V1}/stations", json=station)
    return {
        "worker_id": str(THING_ORG),
        "station_id": made.json()["id"],
        "is_full_time": True,
        "starts_on": "2025-01-01",
    }


async def a_posting(api: Api) -> str:
    body = await a_worker_and_station(api)
    admin = await api.signed_in("platform_admin")
    posted = await admin.post(f"{V1}/postings", json=body)
    return str(posted.json()["id"])


async def post_worker(api: Api) -> Ask:
    # Who may not see the worker is told that there is none.
    return Ask(path=f"{V1}/postings", sort=Sort.EXISTING, json=await a_worker_and_station(api))


async def list_postings(api: Api) -> Ask:
    return Ask(path=f"{V1}/postings", sort=Sort.LISTING, mentions=await a_posting(api))


async def end_posting(api: Api) -> Ask:
    path = f"{V1}/postings/{await a_posting(api)}/end"
    return Ask(path=path, sort=Sort.EXISTING, json={"ends_on": "2025-06-30"})


WORKER: Final = a_party_of(Society.SOCIAL_WORKER, is_person=True)
VOLUNTEER: Final = a_party_of(Society.VOLUNTEER, is_person=True)
AGENCY: Final = a_party_of(Society.SOCIAL_ORGANISATION, is_person=False)
WORKS: Final = {"engagement": "full_time", "level": "assistant", "education_hours": {"2025": 72}}
HELPS: Final = {"skills": ["tutoring"], "languages": ["mandarin"], "available": []}
IS: Final = {"kind": "social_work_agency"}
_CONTACT: Final = f"{V1}/parties/{{party_id}}/contacts/{{contact_id}}"
PEOPLE: Final[Mapping[str, Arrange]] = {
    f"POST {V1}/parties/{{party_id}}/contacts": add_contact,
    f"GET {V1}/parties/{{party_id}}/contacts": list_contacts,
    f"PUT {_CONTACT}": about_contact(json={"phone": "13800000043"}),
    f"POST {_CONTACT}/reading": about_contact(tail="/reading", json={"purpose": "emergency"}),
    f"GET {_CONTACT}/readings": about_contact(tail="/readings"),
    f"POST {_CONTACT}/erasure": about_contact(tail="/erasure", json={"reason": "own_wish"}),
    f"POST {V1}/contacts/search": find_contacts,
    f"POST {V1}/parties/{{party_id}}/approval": about_party(
        "/approval", {"approved_on": "2025-03-01"}, invited=True
    ),
    f"POST {V1}/parties/{{party_id}}/recertification": about_party(
        "/recertification", {"required_on": "2025-03-01", "due_on": "2025-04-01"}
    ),
    f"POST {V1}/parties/{{party_id}}/merger": merge_party,
    f"GET {V1}/parties/{{party_id}}/duplicates": show_duplicates,
    f"PUT {V1}/parties/{{party_id}}/social_worker": profile("social_worker", WORKER, WORKS),
    f"GET {V1}/parties/{{party_id}}/social_worker": profile(
        "social_worker", WORKER, WORKS, is_there=True
    ),
    f"PUT {V1}/parties/{{party_id}}/volunteer": profile("volunteer", VOLUNTEER, HELPS),
    f"GET {V1}/parties/{{party_id}}/volunteer": profile(
        "volunteer", VOLUNTEER, HELPS, is_there=True
    ),
    f"PUT {V1}/parties/{{party_id}}/organisation": profile("organisation", AGENCY, IS),
    f"GET {V1}/parties/{{party_id}}/organisation": profile(
        "organisation", AGENCY, IS, is_there=True
    ),
    f"POST {V1}/postings": post_worker,
    f"GET {V1}/postings": list_postings,
    f"POST {V1}/postings/{{posting_id}}/end": end_posting,
}

"""Requests about volunteers' hours, for the matrix of every route and everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from access_asks import EVERYWHERE, abilities, emptied

from common.places import AreaRef
from common.vocabulary import AreaScheme, ServiceCode, Society
from registry.app.certify_hours import CertifyHours
from registry.app.register_parties import RegisterParty
from registry.domain.party import PartyId
from registry.domain.volunteer_hours import ConfirmedHours, HoursId, Period
from testing.api import STREET
from testing.matrix import THING_ORG, Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.certificate import Certificate
    from testing.api import Api

PARTIES: Final = "/registry/v1/parties"
NUMBER: Final = "DL-V-000123"


async def a_volunteer(api: Api, *, party_id: PartyId | None = None) -> PartyId:
    command = RegisterParty(
        id=party_id,
        society=Society.VOLUNTEER,
        public_name=NUMBER,
        is_person=True,
        area=AreaRef(AreaScheme.NBS, STREET),
    )
    return (await abilities(api).register_party(command, EVERYWHERE)).thing.id


async def an_issuer(api: Api) -> PartyId:
    command = RegisterParty(
        id=None,
        society=Society.SOCIAL_ORGANISATION,
        public_name="金州区安心社会工作服务中心",
        is_person=False,
        area=AreaRef(AreaScheme.NBS, STREET),
    )
    return (await abilities(api).register_party(command, EVERYWHERE)).thing.id


def some_hours(
    party_id: PartyId,
    *,
    minutes: int = 150,
    served_on: date = date(2026, 2, 28),
    service: ServiceCode = ServiceCode.COMPANY,
) -> ConfirmedHours:
    return ConfirmedHours(
        id=HoursId(uuid4()),
        party_id=party_id,
        match_id=uuid4(),
        service=service,
        served_on=served_on,
        minutes=minutes,
        confirmed_at=datetime(2026, 3, 1, 4, tzinfo=UTC),
    )


async def own_volunteer(api: Api) -> tuple[PartyId, PartyId]:
    await emptied(api, "party", "volunteer_hours", "certificate")
    volunteer = await a_volunteer(api, party_id=PartyId(THING_ORG))
    await abilities(api).hours.note(some_hours(volunteer))
    return volunteer, await an_issuer(api)


async def a_certificate(api: Api) -> Certificate:
    volunteer, issuer = await own_volunteer(api)
    return await abilities(api).hours.certify(
        CertifyHours(party_id=volunteer, issuer_id=issuer, period=Period()), EVERYWHERE
    )


async def show_record(api: Api) -> Ask:
    volunteer, _ = await own_volunteer(api)
    return Ask(path=f"{PARTIES}/{volunteer}/volunteer_record", sort=Sort.EXISTING)


async def list_hours(api: Api) -> Ask:
    volunteer, _ = await own_volunteer(api)
    return Ask(path=f"{PARTIES}/{volunteer}/hours", sort=Sort.EXISTING)


async def issue_certificate(api: Api) -> Ask:
    volunteer, issuer = await own_volunteer(api)
    body = {"issuer_id": str(issuer)}
    return Ask(path=f"{PARTIES}/{volunteer}/certificates", sort=Sort.EXISTING, json=body)


async def list_certificates(api: Api) -> Ask:
    certificate = await a_certificate(api)
    return Ask(path=f"{PARTIES}/{certificate.party_id}/certificates", sort=Sort.EXISTING)


async def show_certificate(api: Api) -> Ask:
    certificate = await a_certificate(api)
    path = f"{PARTIES}/{certificate.party_id}/certificates/{certificate.id}"
    return Ask(path=path, sort=Sort.EXISTING)


async def print_certificate(api: Api) -> Ask:
    ask = await show_certificate(api)
    return Ask(path=f"{ask.path}/paper", sort=Sort.EXISTING)


async def revoke_certificate(api: Api) -> Ask:
    ask = await show_certificate(api)
    return Ask(path=f"{ask.path}/revocation", sort=Sort.EXISTING, json={"reason": "error"})


_OF: Final = f"{PARTIES}/{{party_id}}"
ABOUT_HOURS: Final[Mapping[str, Arrange]] = {
    f"GET {_OF}/volunteer_record": show_record,
    f"GET {_OF}/hours": list_hours,
    f"POST {_OF}/certificates": issue_certificate,
    f"GET {_OF}/certificates": list_certificates,
    f"GET {_OF}/certificates/{{certificate_id}}": show_certificate,
    f"GET {_OF}/certificates/{{certificate_id}}/paper": print_certificate,
    f"POST {_OF}/certificates/{{certificate_id}}/revocation": revoke_certificate,
}

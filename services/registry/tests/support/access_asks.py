"""Requests about who may come in, for the matrix of every route and everybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from sqlalchemy import text

from common.clearance import cleared, system
from common.grants import Caller, Scope
from common.places import AreaRef
from common.vocabulary import AreaScheme, Society
from registry.app.application import Application
from registry.app.apply_to_be_partner import ApplyToBePartner
from registry.app.invite import Invite
from registry.app.mint_links import MintLink
from registry.app.register_parties import RegisterParty
from registry.app.substitute import Substitute
from registry.domain.invitation import Promise
from registry.domain.substitution import Absence
from testing.api import STREET
from testing.callers import a_grant
from testing.matrix import THING_ORG, Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.invitation import Invitation
    from registry.domain.partner_application import PartnerApplication
    from registry.domain.party import PartyId
    from registry.domain.substitution import Substitution
    from testing.api import Api

INVITATIONS: Final = "/registry/v1/invitations"
SUBSTITUTIONS: Final = "/registry/v1/substitutions"
APPLICATIONS: Final = "/registry/v1/partner_applications"
LINKS: Final = "/registry/v1/one_time_links"
WORKER: Final = a_grant("station_worker", STREET)
EVERYWHERE: Final = Scope(sub="arranger", is_everywhere=True)
ADMIN: Final = Caller(sub="arranger", grants=(a_grant("platform_admin"),))


def abilities(api: Api) -> Application:
    assert isinstance(api.service.application, Application)
    return api.service.application


async def an_invitation(api: Api) -> tuple[Invitation, str]:
    promise = Promise(grant=a_grant("community_worker", STREET))
    with cleared(system("test")):
        return await abilities(api).access.invite(
            Invite(promise=promise, lasting=timedelta(days=7)), ADMIN
        )


async def invite(_: Api) -> Ask:
    grant = {"role": "community_worker", "scheme": "nbs", "area": STREET}
    return Ask(path=INVITATIONS, sort=Sort.CREATION, json={"grant": grant})


async def use_invitation(api: Api) -> Ask:
    _, secret = await an_invitation(api)
    return Ask(path=f"{INVITATIONS}/redemption", sort=Sort.EXISTING, json={"secret": secret})


async def list_invitations(api: Api) -> Ask:
    await emptied(api, "invitation")
    invitation, _ = await an_invitation(api)
    return Ask(path=INVITATIONS, sort=Sort.LISTING, mentions=str(invitation.id))


async def show_invitation(api: Api) -> Ask:
    invitation, _ = await an_invitation(api)
    return Ask(path=f"{INVITATIONS}/{invitation.id}", sort=Sort.EXISTING)


async def withdraw_invitation(api: Api) -> Ask:
    invitation, _ = await an_invitation(api)
    return Ask(path=f"{INVITATIONS}/{invitation.id}/withdrawal", sort=Sort.EXISTING)


async def emptied(api: Api, *tables: str) -> None:
    async with api.frame.unit_of_work.transaction() as session:
        for table in tables:
            await (await session.connection()).execute(text(f"delete from {table}"))  # noqa: S608


async def a_substitution(api: Api) -> Substitution:
    await emptied(api, "substitution")
    absence = Absence(
        absent="matrix-absent", grant=WORKER, first_on=date(2099, 3, 2), last_on=date(2099, 3, 3)
    )
    await two_workers(api)
    with cleared(system("test")):
        return await abilities(api).access.arrange_substitution(
            Substitute(absence=absence, substitute="matrix-substitute"), ADMIN
        )


async def two_workers(api: Api) -> None:
    await api.put_account("matrix-absent", [WORKER])
    await api.put_account("matrix-substitute", [WORKER])


async def arrange_substitution(api: Api) -> Ask:
    await emptied(api, "substitution")
    await two_workers(api)
    body = {
        "absent": "matrix-absent",
        "substitute": "matrix-substitute",
        "grant": {"role": "station_worker", "scheme": "nbs", "area": STREET},
        "first_on": "2099-03-02",
        "last_on": "2099-03-03",
    }
    return Ask(path=SUBSTITUTIONS, sort=Sort.CREATION, json=body)


async def list_substitutions(api: Api) -> Ask:
    mentions = str((await a_substitution(api)).id)
    return Ask(path=SUBSTITUTIONS, sort=Sort.LISTING, mentions=mentions)


async def show_substitution(api: Api) -> Ask:
    return Ask(path=f"{SUBSTITUTIONS}/{(await a_substitution(api)).id}", sort=Sort.EXISTING)


async def end_substitution(api: Api) -> Ask:
    path = f"{SUBSTITUTIONS}/{(await a_substitution(api)).id}/ending"
    return Ask(path=path, sort=Sort.EXISTING)


async def an_application(api: Api) -> PartnerApplication:
    await emptied(api, "partner_application")
    command = ApplyToBePartner(
        society=Society.SOCIAL_ORGANISATION,
        public_name="先进街道安心社工服务中心",
        area=AreaRef(AreaScheme.NBS, STREET),
    )
    with cleared(system("test")):
        application, _ = await abilities(api).access.apply(command)
    return application


async def list_applications(api: Api) -> Ask:
    mentions = str((await an_application(api)).id)
    return Ask(path=APPLICATIONS, sort=Sort.LISTING, mentions=mentions)


async def show_application(api: Api) -> Ask:
    return Ask(path=f"{APPLICATIONS}/{(await an_application(api)).id}", sort=Sort.EXISTING)


async def approve_application(api: Api) -> Ask:
    path = f"{APPLICATIONS}/{(await an_application(api)).id}/approval"
    return Ask(path=path, sort=Sort.EXISTING)


async def refuse_application(api: Api) -> Ask:
    path = f"{APPLICATIONS}/{(await an_application(api)).id}/refusal"
    return Ask(path=path, sort=Sort.EXISTING, json={"reason": "not_here"})


async def a_party(api: Api) -> PartyId:
    await emptied(api, "party", "one_time_link")
    command = RegisterParty(
        id=THING_ORG,
        society=Society.VOLUNTEER,
        public_name="先进街道周末陪伴志愿服务队",
        is_person=False,
        area=AreaRef(AreaScheme.NBS, STREET),
    )
    made = await abilities(api).register_party(command, EVERYWHERE)
    return made.thing.id


async def mint_link(api: Api) -> Ask:
    expires_at = datetime.now(UTC) + timedelta(days=3)
    body = {
        "match_id": str(uuid4()),
        "party_id": str(await a_party(api)),
        "expires_at": expires_at.isoformat(),
    }
    return Ask(path=LINKS, sort=Sort.EXISTING, json=body)


async def show_link(api: Api) -> Ask:
    command = MintLink(
        match_id=uuid4(),
        party_id=await a_party(api),
        expires_at=datetime.now(UTC) + timedelta(days=3),
    )
    link, _ = await abilities(api).access.mint_link(command, EVERYWHERE)
    return Ask(path=f"{LINKS}/{link.id}", sort=Sort.EXISTING)


ABOUT_ACCESS: Final[Mapping[str, Arrange]] = {
    f"POST {INVITATIONS}": invite,
    f"POST {INVITATIONS}/redemption": use_invitation,
    f"GET {INVITATIONS}": list_invitations,
    f"GET {INVITATIONS}/{{invitation_id}}": show_invitation,
    f"POST {INVITATIONS}/{{invitation_id}}/withdrawal": withdraw_invitation,
    f"POST {SUBSTITUTIONS}": arrange_substitution,
    f"GET {SUBSTITUTIONS}": list_substitutions,
    f"GET {SUBSTITUTIONS}/{{substitution_id}}": show_substitution,
    f"POST {SUBSTITUTIONS}/{{substitution_id}}/ending": end_substitution,
    f"GET {APPLICATIONS}": list_applications,
    f"GET {APPLICATIONS}/{{application_id}}": show_application,
    f"POST {APPLICATIONS}/{{application_id}}/approval": approve_application,
    f"POST {APPLICATIONS}/{{application_id}}/refusal": refuse_application,
    f"POST {LINKS}": mint_link,
    f"GET {LINKS}/{{link_id}}": show_link,
}

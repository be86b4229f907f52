"""Requests about who may come in, for the matrix of every route and everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from common.clearance import cleared, system
from common.grants import Caller
from registry.app.application import Application
from registry.app.invite import Invite
from registry.domain.invitation import Promise
from testing.api import STREET
from testing.callers import a_grant
from testing.matrix import Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.domain.invitation import Invitation
    from testing.api import Api

INVITATIONS: Final = "/registry/v1/invitations"
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
    async with api.frame.unit_of_work.transaction() as session:
        await (await session.connection()).execute(text("delete from invitation"))
    invitation, _ = await an_invitation(api)
    return Ask(path=INVITATIONS, sort=Sort.LISTING, mentions=str(invitation.id))


async def show_invitation(api: Api) -> Ask:
    invitation, _ = await an_invitation(api)
    return Ask(path=f"{INVITATIONS}/{invitation.id}", sort=Sort.EXISTING)


async def withdraw_invitation(api: Api) -> Ask:
    invitation, _ = await an_invitation(api)
    return Ask(path=f"{INVITATIONS}/{invitation.id}/withdrawal", sort=Sort.EXISTING)


ABOUT_ACCESS: Final[Mapping[str, Arrange]] = {
    f"POST {INVITATIONS}": invite,
    f"POST {INVITATIONS}/redemption": use_invitation,
    f"GET {INVITATIONS}": list_invitations,
    f"GET {INVITATIONS}/{{invitation_id}}": show_invitation,
    f"POST {INVITATIONS}/{{invitation_id}}/withdrawal": withdraw_invitation,
}

"""Who may give which grant: nobody gives more than they have, or beyond where they have it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from common.grants import OutsideYourScope, Permission, Reach, Role
from registry.app.places import area_within
from registry.domain.account import refuse_incomplete
from registry.domain.errors.accounts import UnknownOrganisation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from common.grants import Caller, Grant
    from common.places import AreaRef
    from registry.app.ports.areas import Areas
    from registry.app.ports.parties import Parties

_ADMIN: Final = {Role.PLATFORM_ADMIN: Reach.EVERYWHERE}
_OFFICERS: Final = _ADMIN | {Role.OFFICER: Reach.AREA}
_SUPERVISORS: Final = _OFFICERS | {Role.COUNTY_SUPERVISOR: Reach.AREA}


def _giving(role: Role, reach: Mapping[Role, Reach]) -> Permission:
    return Permission(f"grants:give_{role.value}", reach)


GIVING: Final[Mapping[Role, Permission]] = MappingProxyType(
    {
        Role.PLATFORM_ADMIN: _giving(Role.PLATFORM_ADMIN, _ADMIN),
        Role.OFFICER: _giving(Role.OFFICER, _OFFICERS),
        Role.COUNTY_SUPERVISOR: _giving(Role.COUNTY_SUPERVISOR, _OFFICERS),
        Role.ANALYST: _giving(Role.ANALYST, _OFFICERS),
        Role.STATION_WORKER: _giving(Role.STATION_WORKER, _SUPERVISORS),
        Role.COMMUNITY_WORKER: _giving(Role.COMMUNITY_WORKER, _SUPERVISORS),
        Role.EXPERT: _giving(Role.EXPERT, _SUPERVISORS),
        Role.PARTNER: _giving(Role.PARTNER, _SUPERVISORS),
        Role.VOLUNTEER: _giving(Role.VOLUNTEER, _SUPERVISORS),
    }
)


async def place_to_give(
    grant: Grant, giver: Caller, *, areas: Areas, parties: Parties
) -> AreaRef | None:
    """Return where a grant reaches, an organisation's being its area; none reaches everywhere.

    Raises:
        GrantIncomplete: The grant lacks its area or organisation, or has one too many.
        RoleNotPermitted: None of the giver's roles may give this one.
        UnknownArea: No list has the area.
        UnknownOrganisation: The organisation is not registered, as far as the giver can see.
        OutsideYourScope: The giver's roles that may do not reach there.
    """
    refuse_incomplete(grant)
    permission = GIVING[grant.role]
    scope = permission.scope_of(giver)
    place = await _place_of(grant, parties=parties)
    if place is not None:
        await area_within(scope, place, areas=areas, permission=permission)
    elif not scope.is_everywhere:
        raise OutsideYourScope(permission=permission.name)
    return place


async def _place_of(grant: Grant, *, parties: Parties) -> AreaRef | None:
    if grant.org is None:
        return grant.area
    found = await parties.find_many([grant.org])
    if grant.org not in found:
        raise UnknownOrganisation(org=grant.org)
    return found[grant.org].area

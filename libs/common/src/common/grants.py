"""Who may do what: roles, grants, and the scope that a permission gives a caller.

A grant is a role in an area or for an organisation. Each permission says, role by role, how far it
reaches; the scope of a caller under a permission is the union over the caller's grants. What lies
outside the scope does not exist for the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from common.errors import Forbidden
from common.places import AreaRef
from common.vocabulary import Labelled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from common.places import Area


class Role(Labelled):
    """What a person does in the system."""

    PLATFORM_ADMIN = "platform_admin", "平台管理员", "Platform administrator"
    OFFICER = "officer", "民政干部", "Civil-affairs officer"
    COUNTY_SUPERVISOR = "county_supervisor", "区县督导", "County supervisor"
    STATION_WORKER = "station_worker", "社工站社工", "Station worker"
    COMMUNITY_WORKER = "community_worker", "社区工作者", "Community worker"
    EXPERT = "expert", "专家", "Expert"
    PARTNER = "partner", "合作方", "Partner"
    VOLUNTEER = "volunteer", "志愿者", "Volunteer"
    ANALYST = "analyst", "分析员", "Analyst"


class Reach(StrEnum):
    """How far a role's use of a permission goes."""

    EVERYWHERE = "everywhere"
    AREA = "area"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role, where it holds, and for whom one acts; an administrator's has no area."""

    role: Role
    area: AreaRef | None = None
    org: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who proved who they are, with the grants in force now."""

    sub: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Everything that one caller may touch under one permission."""

    sub: str
    is_everywhere: bool = False
    areas: frozenset[AreaRef] = frozenset()
    orgs: frozenset[UUID] = frozenset()

    def covers(self, area: Area | None = None, *, org: UUID | None = None) -> bool:
        """Tell whether a thing in this area, or of this organisation, is within the scope."""
        if self.is_everywhere:
            return True
        if org is not None and org in self.orgs:
            return True
        return area is not None and any(area.lies_within(root) for root in self.areas)


@dataclass(frozen=True, slots=True)
class Permission:
    """The right to use an endpoint: which roles have it, and how far each may reach."""

    name: str
    reach: Mapping[Role, Reach] = field(hash=False)

    def scope_of(self, caller: Caller) -> Scope:
        """Return what the caller may touch.

        Raises:
            RoleNotPermitted: None of the caller's grants has a role with this permission.
        """
        usable = [grant for grant in caller.grants if grant.role in self.reach]
        if not usable:
            raise RoleNotPermitted(permission=self.name)
        return Scope(
            sub=caller.sub,
            is_everywhere=any(self.reach[grant.role] is Reach.EVERYWHERE for grant in usable),
            areas=frozenset(_areas(self, usable)),
            orgs=frozenset(_orgs(self, usable)),
        )


def _areas(permission: Permission, grants: Iterable[Grant]) -> Iterable[AreaRef]:
    return (
        grant.area
        for grant in grants
        if grant.area is not None and permission.reach[grant.role] is Reach.AREA
    )


def _orgs(permission: Permission, grants: Iterable[Grant]) -> Iterable[UUID]:
    return (
        grant.org
        for grant in grants
        if grant.org is not None and permission.reach[grant.role] is Reach.ORGANISATION
    )


@dataclass(eq=False)
class RoleNotPermitted(Forbidden, code="role-not-permitted", zh="您的角色没有此项权限。"):
    """None of the caller's roles has this permission."""

    permission: str


@dataclass(eq=False)
class OutsideYourScope(Forbidden, code="outside-your-scope", zh="超出您的管辖区域或所属机构。"):
    """The caller's grants do not reach this area or organisation."""

    permission: str

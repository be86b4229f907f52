"""The routes that every service has: who am I here, and who may do what."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.routing import iter_route_contexts
from pydantic import ConfigDict
from pydantic.config import JsonDict

from common.grants import Caller, Grant, Reach, Role
from common.http.permissions import (
    Authenticated,
    Declaration,
    OpenToStrangers,
    Permitted,
    Public,
    authenticated,
    public,
)
from common.http.route import WusheRoute, router
from common.http.schemas import View
from common.vocabulary import AreaScheme

_GRANT: Final[JsonDict] = {
    "role": "station_worker",
    "scheme": "nbs",
    "area": "210213009",
    "org": None,
}


class GrantView(View):
    """A role, and where or for whom it holds."""

    role: Role
    scheme: AreaScheme | None
    area: str | None
    org: UUID | None

    @classmethod
    def of(cls, grant: Grant) -> "GrantView":
        """Show a grant."""
        area = grant.area
        return cls(
            role=grant.role,
            scheme=None if area is None else area.scheme,
            area=None if area is None else area.code,
            org=grant.org,
        )


class MeView(View):
    """The caller, and the grants that are in force for this token now."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, json_schema_extra={"examples": [{"sub": "worker-7", "grants": [_GRANT]}]}
    )

    sub: str
    grants: list[GrantView]


class RouteRule(View):
    """Who may use a route, and how far each role reaches."""

    method: str
    path: str
    access: str
    permission: str | None
    roles: dict[Role, Reach]


class RouteRules(View):
    """Every route of the service with its rule."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "routes": [
                        {
                            "method": "POST",
                            "path": "/cases/v1/needs",
                            "access": "permission",
                            "permission": "needs:submit",
                            "roles": {"community_worker": "area", "platform_admin": "everywhere"},
                        }
                    ]
                }
            ]
        },
    )

    routes: list[RouteRule]


_ACCESS: Final[Mapping[type[Declaration], str]] = {
    Permitted: "permission",
    Authenticated: "token",
    Public: "public",
    OpenToStrangers: "public",
}


def frame_router(prefix: str, *, tells_callers: bool = True) -> APIRouter:
    """Return the routes that a service has because it is one.

    Args:
        prefix: What the paths begin with.
        tells_callers: Whether ``/me`` is one of them; a service that knows more has its own.
    """
    routes = router(prefix, tags=["access"])
    if tells_callers:
        routes.get("/me")(show_me)

    @routes.get("/permissions", dependencies=[public()])
    async def show_permissions(request: Request) -> RouteRules:
        """Show who may use which route, and how far each role reaches."""
        rules = sorted(rules_of(request), key=lambda rule: (rule.path, rule.method))
        return RouteRules(routes=rules)

    return routes


async def show_me(caller: Annotated[Caller, Depends(authenticated)]) -> MeView:
    """Show the caller's grants as this service knows them now."""
    return MeView(sub=caller.sub, grants=[GrantView.of(grant) for grant in caller.grants])


def rules_of(request: Request) -> Iterator[RouteRule]:
    """Yield the rule of every route of the application."""
    for context in iter_route_contexts(request.app.routes):
        if isinstance(context.original_route, WusheRoute):
            yield from _rules(context.original_route)


def _rules(route: WusheRoute) -> Iterator[RouteRule]:
    declared = route.declaration
    permission = declared.permission if isinstance(declared, Permitted) else None
    for method in route.verbs:
        yield RouteRule(
            method=method,
            path=route.path_format,
            access=_ACCESS[type(declared)],
            permission=permission.name if permission else None,
            roles=dict(permission.reach) if permission else {},
        )

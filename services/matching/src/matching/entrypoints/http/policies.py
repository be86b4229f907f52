"""Policies: by which figures plans are made, who decided so, and from when."""

from http import HTTPStatus
from typing import Annotated, TypeAlias

from fastapi import Depends, Path, Query, Response

from common.grants import OutsideYourScope, Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import Code, OfScheme, Within
from common.http.problems import documented
from common.http.route import router
from common.places import AreaRef, AreasNotReady, UnknownArea
from common.vocabulary import AreaScheme
from matching.app.permissions import MANAGE_POLICIES, READ_POLICIES
from matching.app.policy_ports import FindPolicies
from matching.domain.errors import (
    OfferingOfPartOfPool,
    PolicyAlreadyActive,
    PolicyFromThePast,
    PolicyNotFound,
    WeightsOfPartOfPool,
)
from matching.domain.policy_document import PolicyState
from matching.entrypoints.http.policy_schemas import PolicyActivation, PolicyToDraft, PolicyView
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1/policies", tags=["policies"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_POLICIES))]
MayManage: TypeAlias = Annotated[Scope, Depends(permitted(MANAGE_POLICIES))]
Version: TypeAlias = Annotated[int, Path(ge=1, le=2**53)]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        UnknownArea, AreasNotReady, OutsideYourScope, PolicyNotFound, WeightsOfPartOfPool
    ),
)
async def draft_policy(
    body: PolicyToDraft, app: App, scope: MayManage, language: Speaking, response: Response
) -> PolicyView:
    """Draft a policy. It changes nothing before somebody activates it, and is never edited."""
    document = await app.draft_policy(body.command(), scope)
    response.headers["location"] = f"{routes.prefix}/{document.version}"
    return PolicyView.of(document, language)


@routes.get("")
async def list_policies(
    app: App,
    _scope: MayRead,
    pages: Pages,
    language: Speaking,
    within: Within,
    scheme: OfScheme = None,
    state: Annotated[PolicyState | None, Query(description="Only in this state.")] = None,
) -> Page[PolicyView]:
    """List policies, the newest first."""
    query = FindPolicies(window=pages.window, scheme=scheme, within=within, state=state)
    found = await app.find_policies(query)
    return pages.page(found, lambda document: PolicyView.of(document, language))


@routes.get("/in_force", responses=documented(UnknownArea, AreasNotReady))
async def show_policy_in_force(
    app: App,
    _scope: MayRead,
    language: Speaking,
    area: Annotated[
        Code | None, Query(description="Whose policy; of the whole country if not said.")
    ] = None,
    scheme: Annotated[AreaScheme, Query(description="Whose code it is.")] = AreaScheme.NBS,
) -> PolicyView:
    """Show what holds in an area now: its own policy, or that of the next area above."""
    ref = None if area is None else AreaRef(scheme, area)
    return PolicyView.of(await app.policy_in_force(ref), language)


@routes.get("/{version}", responses=documented(PolicyNotFound))
async def show_policy(
    version: Version, app: App, _scope: MayRead, language: Speaking
) -> PolicyView:
    """Show one version, whichever area it is of."""
    return PolicyView.of(await app.find_policy(version), language)


@routes.post(
    "/{version}/activation",
    responses=documented(
        PolicyNotFound,
        PolicyAlreadyActive,
        PolicyFromThePast,
        WeightsOfPartOfPool,
        OfferingOfPartOfPool,
    ),
)
async def activate_policy(
    version: Version, body: PolicyActivation, app: App, scope: MayManage, language: Speaking
) -> PolicyView:
    """Let a policy hold for its area and all within; it can never be edited or taken back.

    The pools concerned are planned anew when its time has come.
    """
    return PolicyView.of(await app.activate_policy(body.command(version), scope), language)

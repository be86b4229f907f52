"""Accounts: what the person behind a login may do."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Path, Response

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.languages import Speaking
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from common.places import AreasNotReady, UnknownArea
from registry.app.grant_roles import GrantRoles
from registry.app.permissions import READ_ACCOUNTS, WRITE_ACCOUNTS
from registry.domain.errors.accounts import (
    AccountChangedMeanwhile,
    AccountNotFound,
    GrantDaysOutOfOrder,
    GrantIncomplete,
    UnknownOrganisation,
)
from registry.entrypoints.http.account_schemas import AccountView, GrantsToHold
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1/accounts", tags=["accounts"])

Sub: TypeAlias = Annotated[
    str, Path(pattern=r"^[!-~]{1,255}$", description="The `sub` of the person's tokens.")
]


@routes.put(
    "/{sub}",
    responses=documented(
        GrantIncomplete,
        GrantDaysOutOfOrder,
        UnknownArea,
        AreasNotReady,
        UnknownOrganisation,
        AccountChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def grant_roles(
    sub: Sub,
    body: GrantsToHold,
    app: App,
    _scope: Annotated[Scope, Depends(permitted(WRITE_ACCOUNTS))],
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> AccountView:
    """Say what an account may do; within five seconds it may do just that, in every service."""
    grants = [grant.dated() for grant in body.grants]
    account = await app.grant_roles(GrantRoles(sub=sub, grants=grants, seen=seen))
    tag(response, account.version)
    return AccountView.of(account, language)


@routes.get("/{sub}", responses=documented(AccountNotFound))
async def show_account(
    sub: Sub,
    app: App,
    _scope: Annotated[Scope, Depends(permitted(READ_ACCOUNTS))],
    language: Speaking,
    response: Response,
) -> AccountView:
    """Show what an account may do."""
    account = await app.find_account(sub)
    tag(response, account.version)
    return AccountView.of(account, language)

"""Accounts: what the person behind a login may do."""

from typing import Annotated, Self, TypeAlias
from uuid import UUID

from fastapi import Depends, Path, Response
from pydantic import Field, model_validator

from common.errors import PreconditionFailed
from common.grants import Grant, Role, Scope
from common.http.languages import Language, Speaking
from common.http.permissions import permitted
from common.http.places import Code
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import Body, View
from common.http.versions import IfMatch, tag
from common.http.words import example, label
from common.places import AreaRef, AreasNotReady, UnknownArea
from common.vocabulary import AreaScheme
from registry.app.grant_roles import GrantRoles
from registry.app.permissions import READ_ACCOUNTS, WRITE_ACCOUNTS
from registry.domain.account import Account
from registry.domain.errors.accounts import (
    AccountChangedMeanwhile,
    AccountNotFound,
    GrantIncomplete,
    UnknownOrganisation,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1/accounts", tags=["accounts"])

MOST_GRANTS = 50
Sub: TypeAlias = Annotated[
    str, Path(pattern=r"^[!-~]{1,255}$", description="The `sub` of the person's tokens.")
]
_WORKER = {"role": "station_worker", "scheme": "nbs", "area": "210213009"}


class GrantToHold(Body):
    """A role, and where or for whom it holds.

    An administrator's has neither; a partner's or volunteer's has `org`, the id of the party; every
    other has `scheme` and `area`.
    """

    model_config = example(**_WORKER)

    role: Role
    scheme: AreaScheme | None = None
    area: Code | None = None
    org: UUID | None = None

    @model_validator(mode="after")
    def _names_area_with_scheme(self) -> Self:
        if (self.scheme is None) != (self.area is None):
            message = "scheme and area go together"
            raise ValueError(message)
        return self

    def grant(self) -> Grant:
        """Return the grant that is meant."""
        if self.scheme is None or self.area is None:
            return Grant(role=self.role, org=self.org)
        return Grant(role=self.role, area=AreaRef(self.scheme, self.area), org=self.org)


class GrantsToHold(Body):
    """All that the account may do from now on; an empty list revokes everything."""

    model_config = example(grants=[_WORKER])

    grants: Annotated[list[GrantToHold], Field(max_length=MOST_GRANTS)]


class HeldGrantView(View):
    """A role, and where or for whom it holds."""

    role: Role
    role_label: str
    scheme: AreaScheme | None
    area: str | None
    org: UUID | None

    @classmethod
    def of(cls, grant: Grant, language: Language) -> Self:
        """Show a grant to somebody who reads this language."""
        return cls(
            role=grant.role,
            role_label=label(grant.role, language),
            scheme=grant.area.scheme if grant.area else None,
            area=grant.area.code if grant.area else None,
            org=grant.org,
        )


class AccountView(View):
    """An account and everything that it may do."""

    model_config = example(
        account_id="0192d3c4-5b6a-7890-8abc-def012345678",
        sub="worker-7",
        version=1,
        grants=[{**_WORKER, "role_label": "社工站社工", "org": None}],
    )

    account_id: UUID
    sub: str
    version: int
    grants: list[HeldGrantView]

    @classmethod
    def of(cls, account: Account, language: Language) -> Self:
        """Show an account to somebody who reads this language."""
        return cls(
            account_id=account.id,
            sub=account.sub,
            version=account.version,
            grants=[HeldGrantView.of(grant, language) for grant in account.grants],
        )


@routes.put(
    "/{sub}",
    responses=documented(
        GrantIncomplete,
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
    grants = [grant.grant() for grant in body.grants]
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

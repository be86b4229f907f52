"""Accounts and grants as callers send and receive them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from common.grants import Grant, Role
from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import Day, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.grant_roles import DatedGrant
from registry.domain.account import Account
from registry.domain.entitlement import Days, Entitlement, Origin

MOST_GRANTS = 50
WORKER = {"role": "station_worker", "scheme": "nbs", "area": "210213009"}
WORKER_SHOWN = {**WORKER, "role_label": "社工站社工", "org": None}


class GrantToGive(Body):
    """A role, and where or for whom it holds.

    An administrator's has neither; a partner's or volunteer's has `org`, the id of the party; every
    other has `scheme` and `area`.
    """

    model_config = example(**WORKER)

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


class GrantToHold(GrantToGive):
    """A grant, and the first and the last day of it in China; without them it holds for ever."""

    model_config = example(**WORKER, valid_from="2026-03-01", valid_until="2027-02-28")

    valid_from: Day | None = None
    valid_until: Day | None = None

    def dated(self) -> DatedGrant:
        """Return the grant with its days."""
        days = Days(first=self.valid_from, last=self.valid_until)
        return DatedGrant(grant=self.grant(), days=days)


class GrantsToHold(Body):
    """All that the account may do from now on; an empty list revokes everything."""

    model_config = example(grants=[WORKER])

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


class EntitlementView(View):
    """Why a grant is held, and from when until when; it is over at the instant ``until``."""

    grant: HeldGrantView
    origin: Origin
    origin_label: str
    since: datetime | None
    until: datetime | None

    @classmethod
    def of(cls, entitlement: Entitlement, language: Language) -> Self:
        """Show an entitlement to somebody who reads this language."""
        return cls(
            grant=HeldGrantView.of(entitlement.grant, language),
            origin=entitlement.origin,
            origin_label=label(entitlement.origin, language),
            since=entitlement.since,
            until=entitlement.until,
        )


ENTITLEMENT_SHOWN = {
    "grant": WORKER_SHOWN,
    "origin": "direct",
    "origin_label": "直接授权",
    "since": None,
    "until": None,
}


class AccountView(View):
    """An account: what it may do now, and why and how long, also of what is still to come."""

    model_config = example(
        account_id="0192d3c4-5b6a-7890-8abc-def012345678",
        sub="worker-7",
        version=1,
        grants=[WORKER_SHOWN],
        entitlements=[ENTITLEMENT_SHOWN],
    )

    account_id: UUID
    sub: str
    version: int
    grants: list[HeldGrantView]
    entitlements: list[EntitlementView]

    @classmethod
    def of(cls, account: Account, language: Language) -> Self:
        """Show an account to somebody who reads this language."""
        return cls(
            account_id=account.id,
            sub=account.sub,
            version=account.version,
            grants=[HeldGrantView.of(grant, language) for grant in account.grants],
            entitlements=[EntitlementView.of(each, language) for each in account.entitlements],
        )

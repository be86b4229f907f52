"""What callers are told about themselves."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from common.grants import Caller
from common.http.frame_routes import GrantView
from common.http.languages import Speaking
from common.http.permissions import authenticated
from common.http.route import router
from common.http.schemas import View
from common.http.words import example
from registry.entrypoints.http.account_schemas import ENTITLEMENT_SHOWN, WORKER, EntitlementView
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["access"])

_POSTING_ID = "0192d3c4-5b6a-7890-8abc-def012345679"


class PostingLinkView(View):
    """A posting of the caller's, and since when this login belongs to it."""

    posting_id: UUID
    linked_at: datetime


class OneselfView(View):
    """The caller: the grants in force for this token now, and everything behind them.

    `grants` are those that both the token and the account have. `account_id` is missing as long as
    nobody has granted this login anything.
    """

    model_config = example(
        sub="worker-7",
        grants=[{**WORKER, "org": None}],
        account_id="0192d3c4-5b6a-7890-8abc-def012345678",
        entitlements=[ENTITLEMENT_SHOWN],
        postings=[{"posting_id": _POSTING_ID, "linked_at": "2026-03-01T04:00:00Z"}],
    )

    sub: str
    grants: list[GrantView]
    account_id: UUID | None
    entitlements: list[EntitlementView]
    postings: list[PostingLinkView]


@routes.get("/me")
async def show_me(
    caller: Annotated[Caller, Depends(authenticated)], app: App, language: Speaking
) -> OneselfView:
    """Show the caller's account, grants and postings as they are now."""
    known = await app.access.look_at_oneself(caller.sub)
    account = known.account
    held = () if account is None else account.entitlements
    return OneselfView(
        sub=caller.sub,
        grants=[GrantView.of(grant) for grant in caller.grants],
        account_id=None if account is None else account.id,
        entitlements=[EntitlementView.of(each, language) for each in held],
        postings=[
            PostingLinkView(posting_id=link.posting_id, linked_at=link.linked_at)
            for link in known.postings
        ],
    )

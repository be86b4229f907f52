"""One-time links: a party without an account answers one ask."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from common.grants import Scope
from common.http.idempotency import tells_once
from common.http.languages import Speaking
from common.http.permissions import open_to_strangers, permitted
from common.http.problems import documented
from common.http.route import router
from common.http.words import label
from registry.app.permissions import READ_LINKS, WRITE_LINKS
from registry.domain.errors.one_time_links import (
    LinkAlreadyUsed,
    LinkExpired,
    LinkExpiryOutOfRange,
    LinkNotFound,
    LinkReplaced,
)
from registry.domain.errors.parties import PartyNotFound
from registry.domain.one_time_link import LinkId
from registry.entrypoints.http.link_schemas import (
    AnswerTakenView,
    AnswerToGive,
    LinkMintedView,
    LinkToMint,
    LinkView,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1", tags=["one-time links"])

LINKS = "/one_time_links"
MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_LINKS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_LINKS))]


@routes.post(
    LINKS,
    status_code=HTTPStatus.CREATED,
    responses=documented(PartyNotFound, LinkExpiryOutOfRange, LinkAlreadyUsed, LinkReplaced),
)
@tells_once("secret")
async def mint_link(
    body: LinkToMint, app: App, scope: MayWrite, language: Speaking, response: Response
) -> LinkMintedView:
    """Let a party answer the ask of a match without an account; older links for it give way.

    Only this answer tells the secret. Repeated with the same key, it lacks it.
    """
    link, secret = await app.access.mint_link(body.command(), scope)
    response.headers["location"] = f"{routes.prefix}{LINKS}/{link.id}"
    return LinkMintedView.minted(link, secret, language, at=app.access.now())


@routes.get(LINKS + "/{link_id}", responses=documented(LinkNotFound))
async def show_link(link_id: UUID, app: App, scope: MayRead, language: Speaking) -> LinkView:
    """Show a link and its answer, without the secret."""
    found = await app.access.find_link(LinkId(link_id), scope)
    return LinkView.of(found, language, at=app.access.now())


@routes.post(
    "/answers",
    dependencies=[open_to_strangers()],
    responses=documented(LinkNotFound, LinkAlreadyUsed, LinkReplaced, LinkExpired),
)
async def answer_ask(body: AnswerToGive, app: App, language: Speaking) -> AnswerTakenView:
    """Answer an ask by a one-time link; needs no token, and counts once."""
    used = await app.access.use_link(body.secret, body.answer)
    answered = used.answered
    assert answered is not None, "it was just answered"
    return AnswerTakenView(
        answer=answered.answer,
        answer_label=label(answered.answer, language),
        answered_at=answered.at,
    )

"""The life of a party beyond its registration: approval, recertification, merging."""

from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.languages import Speaking
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.versions import IfMatch, tag
from registry.app.change_standing import ApproveParty, MergeParty, RequireRecertification
from registry.app.permissions import APPROVE_PARTIES
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.parties import (
    PartiesNotAlike,
    PartyAlreadyApproved,
    PartyChangedMeanwhile,
    PartyNotApproved,
    PartyNotFound,
    PartyWasMerged,
    RecertificationDueTooEarly,
)
from registry.domain.party import PartyId
from registry.entrypoints.http.party_schemas import (
    PartyToApprove,
    PartyToMerge,
    PartyToRecertify,
    PartyView,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1/parties/{party_id}", tags=["parties"])

MayApprove: TypeAlias = Annotated[Scope, Depends(permitted(APPROVE_PARTIES))]
_ALWAYS = (
    PartyNotFound,
    PartyWasMerged,
    DayInTheFuture,
    PartyChangedMeanwhile,
    PreconditionFailed,
)


@routes.post("/approval", responses=documented(*_ALWAYS, PartyAlreadyApproved))
async def approve_party(
    party_id: UUID,
    body: PartyToApprove,
    app: App,
    scope: MayApprove,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> PartyView:
    """Approve a party that was invited, suspended, or asked to be certified anew."""
    command = ApproveParty(party_id=PartyId(party_id), approved_on=body.approved_on, seen=seen)
    party = await app.standings.approve(command, scope)
    tag(response, party.version)
    return PartyView.of(party, language)


@routes.post(
    "/recertification",
    responses=documented(*_ALWAYS, PartyNotApproved, RecertificationDueTooEarly),
)
async def require_recertification(
    party_id: UUID,
    body: PartyToRecertify,
    app: App,
    scope: MayApprove,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> PartyView:
    """Ask a party to be certified anew by a day; until then it is matched as before."""
    command = RequireRecertification(
        party_id=PartyId(party_id), required_on=body.required_on, due_on=body.due_on, seen=seen
    )
    party = await app.standings.require_recertification(command, scope)
    tag(response, party.version)
    return PartyView.of(party, language)


@routes.post("/merger", responses=documented(*_ALWAYS, PartiesNotAlike))
async def merge_party(
    party_id: UUID,
    body: PartyToMerge,
    app: App,
    scope: MayApprove,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> PartyView:
    """Merge a party that was entered twice into another; its id answers with that from now on."""
    command = MergeParty(
        party_id=PartyId(party_id),
        survivor_id=PartyId(body.survivor_id),
        merged_on=body.merged_on,
        seen=seen,
    )
    party = await app.standings.merge(command, scope)
    tag(response, party.version)
    return PartyView.of(party, language)

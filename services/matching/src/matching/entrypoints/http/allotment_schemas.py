"""Allotments as callers send and receive them."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body, View
from common.http.words import Amount, ChosenId, Instant, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme
from matching.app.allot_offers import GrantAllotment
from matching.domain.allotment import Allotment, AllotmentState
from matching.domain.identity import AllotmentId, OfferId

_GRANT = {
    "scheme": "nbs",
    "area": "210302",
    "quantity": 200,
    "until": "2026-12-31T16:00:00Z",
}


class AllotmentToGrant(Body):
    """How much of an offer an area of another pool gets, and until when."""

    model_config = example(**_GRANT)

    id: ChosenId = None
    scheme: AreaScheme
    area: Annotated[
        Code, Field(description="A village, township, county or prefecture of another pool.")
    ]
    quantity: Amount
    until: Annotated[Instant, Field(description="What is unused by then comes back.")]

    def command(self, offer_id: OfferId, new_id: Callable[[], UUID]) -> GrantAllotment:
        """Return what is to be done."""
        return GrantAllotment(
            allotment_id=AllotmentId(self.id or new_id()),
            offer_id=offer_id,
            area=AreaRef(self.scheme, self.area),
            quantity=self.quantity,
            until=self.until,
        )


class AllotmentView(View):
    """Part of an offer that another pool has; there it is an offer under the same id."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345678",
        version=1,
        offer_id="0192d3c4-0000-7000-8000-00000000aaaa",
        **_GRANT,
        state="granted",
        state_label="已调剂",
        returned=0,
        away=200,
        granted_at="2026-11-22T02:00:00Z",
    )

    id: UUID
    version: int
    offer_id: UUID
    scheme: AreaScheme
    area: str
    quantity: int
    until: datetime
    state: AllotmentState
    state_label: str
    returned: int
    """How much has come back; the rest is used there, or can be."""
    away: int
    granted_at: datetime
    recalled_at: datetime | None = None
    returned_at: datetime | None = None

    @classmethod
    def of(cls, allotment: Allotment, language: Language) -> Self:
        """Show an allotment to somebody who reads this language."""
        return cls(
            id=allotment.id,
            version=allotment.version,
            offer_id=allotment.offer_id,
            scheme=allotment.area.scheme,
            area=allotment.area.code,
            quantity=allotment.quantity,
            until=allotment.until,
            state=allotment.state,
            state_label=label(allotment.state, language),
            returned=allotment.returned,
            away=allotment.away,
            granted_at=allotment.granted_at,
            recalled_at=allotment.recalled_at,
            returned_at=allotment.returned_at,
        )

"""Who may have been entered twice."""

from typing import Annotated, Self, TypeAlias
from uuid import UUID

from fastapi import Depends

from common.grants import Scope
from common.http.languages import Language, Speaking
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import View
from common.http.words import example, label
from registry.app.find_duplicates import Likeness
from registry.app.permissions import FIND_DUPLICATES
from registry.domain.duplicates import Sameness
from registry.domain.errors.parties import PartyNotFound
from registry.domain.party import PartyId
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1/parties", tags=["parties"])

MayCompare: TypeAlias = Annotated[Scope, Depends(permitted(FIND_DUPLICATES))]
_LIKENESS = {
    "party_id": "0192d3c4-5b6a-7890-8abc-def012345678",
    "public_name": "V4Q7C2M9KXP",
    "points": 70,
    "reasons": ["id_tail", "name"],
    "reason_labels": ["身份证号末四位相同", "姓名相同"],
}


class LikenessView(View):
    """A party that may be the same, and why; what they have in common is not told."""

    model_config = example(**_LIKENESS)

    party_id: UUID
    public_name: str
    points: int
    reasons: list[Sameness]
    reason_labels: list[str]

    @classmethod
    def of(cls, likeness: Likeness, language: Language) -> Self:
        """Show a candidate to somebody who reads this language."""
        reasons = sorted(likeness.candidate.reasons)
        return cls(
            party_id=likeness.party.id,
            public_name=likeness.party.public_name,
            points=likeness.candidate.points,
            reasons=reasons,
            reason_labels=[label(reason, language) for reason in reasons],
        )


class LikenessesView(View):
    """The parties that may be the same as one, the likeliest first."""

    model_config = example(items=[_LIKENESS])

    items: list[LikenessView]


@routes.get("/{party_id}/duplicates", responses=documented(PartyNotFound))
async def find_duplicates(
    party_id: UUID, app: App, scope: MayCompare, language: Speaking
) -> LikenessesView:
    """Find who may be the same as a party, with reasons and without telling who anybody is."""
    found = await app.standings.find_duplicates(PartyId(party_id), scope)
    return LikenessesView(items=[LikenessView.of(each, language) for each in found])

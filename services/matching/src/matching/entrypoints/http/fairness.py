"""How evenly asks and waiting are shared in an area."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Query

from common.grants import Scope
from common.http.languages import Speaking
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.problems import documented
from common.http.route import router
from common.http.words import Instant
from matching.app.find_fairness import FindFairness
from matching.app.permissions import READ_FAIRNESS
from matching.domain.errors import PeriodNotOver, PeriodTooLarge, PeriodTooLong
from matching.entrypoints.http.fairness_schemas import FairnessView
from matching.entrypoints.http.schemas import App

routes = router("/matching/v1/fairness", tags=["fairness"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_FAIRNESS))]


@routes.get("", responses=documented(PeriodNotOver, PeriodTooLong, PeriodTooLarge))
async def show_fairness(
    app: App,
    scope: MayRead,
    language: Speaking,
    within: Within,
    since: Annotated[Instant, Query(description="What was asked for from then on.")],
    until: Annotated[Instant, Query(description="And before; it may be in the future.")],
    scheme: OfScheme = None,
) -> FairnessView:
    """Show how evenly a period was served: by district, by group, and asks over parties.

    A line has waited until somebody accepted it, or until now.
    """
    query = FindFairness(since=since, until=until, scheme=scheme, within=within)
    return FairnessView.of(await app.find_fairness(query, scope), language)

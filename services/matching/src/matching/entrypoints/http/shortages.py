"""The shortage ledger: what is lacking where, and why."""

from datetime import datetime
from typing import Annotated, Self, TypeAlias

from fastapi import Depends, Query

from common.grants import Scope
from common.http.languages import Language, Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.places import OfScheme, Within
from common.http.route import router
from common.http.schemas import View
from common.http.words import example, label
from common.vocabulary import AreaScheme, ServiceCode, Unit
from matching.app.count_shortages import CountedShortage, FindShortages
from matching.app.permissions import READ_SHORTAGES
from matching.domain.shortage import title_of
from matching.entrypoints.http.schemas import App, said

routes = router("/matching/v1/shortages", tags=["shortages"])

MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_SHORTAGES))]


class ShortageView(View):
    """How many lines of a service nobody fills in an area, and what stands in their way.

    `reason` is the code of a rule, or `nobody_offers`, or `taken`: what would do is planned for
    others. A line may lack for several reasons, so rows of different reasons are not added up.
    """

    model_config = example(
        scheme="nbs",
        area="210213009",
        service="company",
        service_label="陪伴照看",
        reason="weekday_fits",
        reason_label="时间相符",
        lines=12,
        quantity=31,
        unit="person",
        unit_label="人",
        waiting_since="2026-02-11T01:30:00Z",
        counted_at="2026-03-02T04:10:00Z",
    )

    scheme: AreaScheme
    area: str
    service: ServiceCode
    service_label: str
    reason: str
    reason_label: str
    lines: int
    quantity: int
    unit: Unit
    unit_label: str
    waiting_since: datetime
    counted_at: datetime

    @classmethod
    def of(cls, counted: CountedShortage, language: Language) -> Self:
        """Show a row of the ledger to somebody who reads this language."""
        of = counted.shortage
        return cls(
            scheme=of.area.scheme,
            area=of.area.code,
            service=of.service,
            service_label=label(of.service, language),
            reason=of.reason,
            reason_label=said(title_of(of.reason), language),
            lines=of.lines,
            quantity=of.quantity,
            unit=of.unit,
            unit_label=label(of.unit, language),
            waiting_since=of.waiting_since,
            counted_at=counted.counted_at,
        )


@routes.get("")
async def list_shortages(
    app: App,
    scope: MayRead,
    pages: Pages,
    language: Speaking,
    within: Within,
    scheme: OfScheme = None,
    service: Annotated[ServiceCode | None, Query(description="Only of this service.")] = None,
) -> Page[ShortageView]:
    """List what is lacking, township by township, the most lines first.

    It is counted behind the plans, within a minute as a rule; `counted_at` says when.
    """
    query = FindShortages(window=pages.window, scheme=scheme, within=within, service=service)
    found = await app.find_shortages(query, scope)
    return pages.page(found, lambda counted: ShortageView.of(counted, language))

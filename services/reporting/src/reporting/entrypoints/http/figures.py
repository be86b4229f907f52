"""Coverage, linkage and indicators over HTTP."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Depends

from common.grants import OutsideYourScope, Scope
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.places import AreasNotReady, UnknownArea
from reporting.app.answer_question import IndicatorsAnswer
from reporting.app.permissions import READ_FIGURES
from reporting.domain.errors import AsOfInTheFuture
from reporting.domain.indicators import IndicatorCode
from reporting.entrypoints.http.questions import App, Asking
from reporting.entrypoints.http.schemas import (
    CoverageView,
    EvidenceView,
    IndicatorsView,
    LinkageView,
)

routes: Final = router("/reporting/v1", tags=["figures"])

Within = Annotated[Scope, Depends(permitted(READ_FIGURES))]
REFUSALS: Final = documented(UnknownArea, AreasNotReady, OutsideYourScope, AsOfInTheFuture)


@routes.get("/coverage", responses=REFUSALS)
async def show_coverage(
    asked: Asking, within: Within, app: App, language: Speaking
) -> CoverageView:
    """Tell how many townships of an area had an open station, and which had none."""
    return CoverageView.of(await app.show_coverage(asked, within), language)


@routes.get("/linkage", responses=REFUSALS)
async def show_linkage(asked: Asking, within: Within, app: App, language: Speaking) -> LinkageView:
    """Tell how many needs of an area were met, by how many societies, and how fast."""
    return LinkageView.of(await app.show_linkage(asked, within), language)


@routes.get("/indicators", responses=REFUSALS)
async def show_indicators(
    asked: Asking, within: Within, app: App, language: Speaking
) -> IndicatorsView:
    """Tell every indicator of an area, with numerator, denominator and definition."""
    answer = await app.show_indicators(asked, within)
    return IndicatorsView.of(answer, language, _address_of_evidence(answer))


@routes.get("/indicators/{code}/events", responses=REFUSALS)
async def list_evidence(
    code: IndicatorCode, asked: Asking, within: Within, app: App, pages: Pages
) -> Page[EvidenceView]:
    """List the events that the numerator of an indicator comes from, by id."""
    answer = await app.show_indicators(asked, within)
    return pages.page(answer.evidence_of(code, pages.window), EvidenceView.of)


def _address_of_evidence(answer: IndicatorsAnswer) -> str:
    area, as_of = answer.asked.area.ref, answer.asked.as_of
    query = {"scheme": area.scheme.value, "area": area.code, "as_of": as_of.isoformat()}
    return f"/reporting/v1/indicators/{{code}}/events?{urlencode(query)}"

"""Money that stations received."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Self, TypeAlias
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import Field, StringConstraints

from common.errors import PreconditionFailed
from common.grants import Scope
from common.http.creations import entered
from common.http.languages import Language, Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import Body, View
from common.http.versions import IfMatch, tag
from common.http.words import ChosenId, Day, example, label
from common.stations import FundingKind, FundingSource
from registry.app.fund_station import CancelFunding, FundStation
from registry.app.permissions import READ_STATIONS, WRITE_STATIONS
from registry.app.ports.station_records import FundingFilter
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.station_profile import (
    FundingAlreadyCancelled,
    FundingIdTaken,
    FundingNotFound,
)
from registry.domain.errors.stations import StationChangedMeanwhile, StationNotFound
from registry.domain.station import StationId
from registry.domain.station_money import (
    Cancellation,
    CancellationReason,
    Funding,
    FundingId,
)
from registry.entrypoints.http.schemas import App

routes = router("/registry/v1/stations/{station_id}/fundings", tags=["stations"])

MayWrite: TypeAlias = Annotated[Scope, Depends(permitted(WRITE_STATIONS))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_STATIONS))]
Fen: TypeAlias = Annotated[
    int, Field(strict=True, ge=1, le=10**15, description="Yuan times 100, a whole number.")
]

_ONE_OFF = {
    "kind": "one_off_subsidy",
    "source": "county",
    "amount_fen": 5_000_000,
    "received_on": "2021-06-30",
    "document": "甬民发〔2021〕20号",
}


class FundingToEnter(Body):
    """A sum of money that a station received, in fen, and the number of its document."""

    model_config = example(**_ONE_OFF)

    id: ChosenId = None
    kind: FundingKind
    source: FundingSource
    amount_fen: Fen
    received_on: Day
    document: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"\S"),
    ] = None

    def command(self, station_id: UUID, seen: int | None) -> FundStation:
        """Return what is to be done."""
        return FundStation(
            station_id=StationId(station_id),
            id=self.id,
            kind=self.kind,
            source=self.source,
            amount_fen=self.amount_fen,
            received_on=self.received_on,
            document=self.document,
            seen=seen,
        )


class FundingToCancel(Body):
    """Since when an entry counts no longer, and why."""

    model_config = example(cancelled_on="2021-07-02", reason="mistaken")

    cancelled_on: Day
    reason: CancellationReason


class FundingView(View):
    """A sum of money that a station received, in fen."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345678",
        kind_label="一次性补助",
        source_label="县级财政",
        **_ONE_OFF,
        cancelled_on=None,
        cancellation_reason=None,
        cancellation_reason_label=None,
    )

    id: UUID
    kind: FundingKind
    kind_label: str
    source: FundingSource
    source_label: str
    amount_fen: int
    received_on: date
    document: str | None
    cancelled_on: date | None
    cancellation_reason: CancellationReason | None
    cancellation_reason_label: str | None

    @classmethod
    def of(cls, funding: Funding, language: Language) -> Self:
        """Show an entry to somebody who reads this language."""
        ended = funding.cancellation
        return cls(
            id=funding.id,
            kind=funding.kind,
            kind_label=label(funding.kind, language),
            source=funding.source,
            source_label=label(funding.source, language),
            amount_fen=funding.amount_fen,
            received_on=funding.received_on,
            document=funding.document,
            cancelled_on=ended.cancelled_on if ended else None,
            cancellation_reason=ended.reason if ended else None,
            cancellation_reason_label=label(ended.reason, language) if ended else None,
        )


async def _wanted(
    kind: Annotated[FundingKind | None, Query(description="Only of this kind.")] = None,
    source: Annotated[FundingSource | None, Query(description="Only from this source.")] = None,
    received_from: Annotated[date | None, Query(description="Not before this day.")] = None,
    received_to: Annotated[date | None, Query(description="Not after this day.")] = None,
) -> FundingFilter:
    return FundingFilter(
        kind=kind, source=source, received_from=received_from, received_to=received_to
    )


Wanted: TypeAlias = Annotated[FundingFilter, Depends(_wanted)]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        HTTPStatus.OK: {"model": FundingView, "description": "It was entered before, just so."},
        **documented(
            StationNotFound,
            FundingIdTaken,
            DayInTheFuture,
            StationChangedMeanwhile,
            PreconditionFailed,
        ),
    },
)
async def enter_funding(
    station_id: UUID,
    body: FundingToEnter,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> FundingView:
    """Enter an investment, a subsidy or another grant; the ETag is the station's."""
    made = await app.stations.fund(body.command(station_id, seen), scope)
    entered(response, is_new=made.is_new, version=made.version)
    return FundingView.of(made.funding, language)


@routes.get("", responses=documented(StationNotFound))
async def list_fundings(
    station_id: UUID,
    app: App,
    scope: MayRead,
    pages: Pages,
    language: Speaking,
    wanted: Wanted,
) -> Page[FundingView]:
    """List the money that a station received; what was cancelled is there and says so."""
    found = await app.stations.list_fundings(StationId(station_id), wanted, scope, pages.window)
    return pages.page(found, lambda funding: FundingView.of(funding, language))


@routes.post(
    "/{funding_id}/cancellation",
    responses=documented(
        StationNotFound,
        FundingNotFound,
        FundingAlreadyCancelled,
        DayInTheFuture,
        StationChangedMeanwhile,
        PreconditionFailed,
    ),
)
async def cancel_funding(
    station_id: UUID,
    funding_id: UUID,
    body: FundingToCancel,
    app: App,
    scope: MayWrite,
    language: Speaking,
    seen: IfMatch,
    response: Response,
) -> FundingView:
    """Let an entry of money count no longer; it stays to be seen."""
    command = CancelFunding(
        station_id=StationId(station_id),
        funding_id=FundingId(funding_id),
        cancellation=Cancellation(cancelled_on=body.cancelled_on, reason=body.reason),
        seen=seen,
    )
    cancelled = await app.stations.cancel_funding(command, scope)
    tag(response, cancelled.version)
    return FundingView.of(cancelled.funding, language)

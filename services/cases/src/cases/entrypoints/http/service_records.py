"""Service records: what was done for a need."""

from functools import partial
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Response

from cases.app.permissions import READ_SERVICE_RECORDS, RECORD_SERVICES
from cases.app.queries import FindServiceRecords
from cases.domain.errors import (
    MatchAlreadyFulfilled,
    MatchNotFound,
    NeedAlreadyEnded,
    NeedNotFound,
    ServiceEndsBeforeItStarts,
    ServiceNotOverYet,
    ServiceRecordIdTaken,
    UnitDiffers,
)
from cases.domain.need import NeedId
from cases.entrypoints.http.service_record_schemas import ServiceRecordView, ServiceToRecord
from cases.entrypoints.http.shared import App
from common.grants import Scope
from common.http.creations import entered
from common.http.languages import Speaking
from common.http.pages import Page, Pages
from common.http.permissions import permitted
from common.http.problems import documented
from common.http.route import router

routes = router("/cases/v1/needs/{need_id}/service_records", tags=["service records"])

MayRecord: TypeAlias = Annotated[Scope, Depends(permitted(RECORD_SERVICES))]
MayRead: TypeAlias = Annotated[Scope, Depends(permitted(READ_SERVICE_RECORDS))]


@routes.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": ServiceRecordView, "description": "The same was on record already."},
        **documented(
            MatchAlreadyFulfilled,
            MatchNotFound,
            NeedAlreadyEnded,
            NeedNotFound,
            ServiceEndsBeforeItStarts,
            ServiceNotOverYet,
            ServiceRecordIdTaken,
            UnitDiffers,
        ),
    },
)
async def record_service(
    need_id: UUID,
    body: ServiceToRecord,
    app: App,
    within: MayRecord,
    language: Speaking,
    response: Response,
) -> ServiceRecordView:
    """Put a service on record, once it is over and for a match that was accepted."""
    recorded = await app.record_service(body.command(need_id), within)
    entered(response, is_new=recorded.is_new, version=recorded.thing.version)
    return ServiceRecordView.of(recorded.thing, language)


@routes.get("", responses=documented(NeedNotFound))
async def list_service_records(
    need_id: UUID, app: App, within: MayRead, pages: Pages, language: Speaking
) -> Page[ServiceRecordView]:
    """List the services recorded for a need, the last recorded first."""
    query = FindServiceRecords(need_id=NeedId(need_id), window=pages.window)
    found = await app.find_service_records(query, within)
    return pages.page(found, partial(ServiceRecordView.of, language=language))

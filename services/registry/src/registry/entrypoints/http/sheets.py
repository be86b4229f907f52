"""Sheets: what can be imported, empty ones to fill in, and what there is as files."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from fastapi import Depends, Response
from fastapi.responses import StreamingResponse

from common.grants import Scope
from common.http.languages import Language, Speaking
from common.http.permissions import permitted, public
from common.http.problems import documented
from common.http.route import router
from common.paging import Slice, Window
from registry.adapters.spreadsheets.writing import CsvWriter, XlsxWriter
from registry.app.party_sheet import values_of as values_of_party
from registry.app.permissions import READ_PARTIES, READ_STATIONS
from registry.app.sheets import Sheet, Values
from registry.app.station_sheet import values_of as values_of_station
from registry.domain.columns import shown
from registry.domain.errors.imports import UnknownSubject
from registry.domain.imports import Form
from registry.entrypoints.http.import_schemas import SheetsView, SheetView
from registry.entrypoints.http.party_filters import PartiesWanted
from registry.entrypoints.http.schemas import App
from registry.entrypoints.http.station_filters import StationsWanted

routes = router("/registry/v1", tags=["sheets"])

T = TypeVar("T")
ROWS_AT_ONCE: Final = 500
MayReadStations: TypeAlias = Annotated[Scope, Depends(permitted(READ_STATIONS))]
MayReadParties: TypeAlias = Annotated[Scope, Depends(permitted(READ_PARTIES))]

FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file.",
        "content": {
            CsvWriter.media_type.partition(";")[0]: {"schema": {"type": "string"}},
            XlsxWriter.media_type: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@routes.get("/sheets", dependencies=[public()])
async def list_sheets(app: App, language: Speaking) -> SheetsView:
    """List what can be imported, with the columns of each."""
    sheets = app.imports.sheets.all
    return SheetsView(sheets=[SheetView.of(sheet, language) for sheet in sheets])


@routes.get(
    "/sheets/{subject}/template.{form}",
    dependencies=[public()],
    response_class=Response,
    responses={**FILE, **documented(UnknownSubject)},
)
async def fetch_template(subject: str, form: Form, app: App, language: Speaking) -> Response:
    """Send an empty sheet with the headers that are understood."""
    sheet = app.imports.sheets.get(subject)
    writer = _writer(sheet, form, language)
    content = writer.begin(_headers(sheet, language)) + writer.end()
    return Response(content, media_type=writer.media_type, headers=_named(sheet, form))


@routes.get("/exports/stations.{form}", response_class=StreamingResponse, responses=FILE)
async def export_stations(
    form: Form, app: App, scope: MayReadStations, wanted: StationsWanted, language: Speaking
) -> StreamingResponse:
    """Send the stations of the list as a file that would change nothing if it were imported."""
    return exported(
        app.imports.sheets.get("stations"),
        form,
        language,
        lambda window: app.list_stations(wanted, scope, window),
        values_of_station,
    )


@routes.get("/exports/parties.{form}", response_class=StreamingResponse, responses=FILE)
async def export_parties(
    form: Form, app: App, scope: MayReadParties, wanted: PartiesWanted, language: Speaking
) -> StreamingResponse:
    """Send the parties of the list as a file that would change nothing if it were imported."""
    return exported(
        app.imports.sheets.get("parties"),
        form,
        language,
        lambda window: app.list_parties(wanted, scope, window),
        values_of_party,
    )


def exported(
    sheet: Sheet,
    form: Form,
    language: Language,
    read: Callable[[Window], Any],
    values_of: Callable[[T], Values],
) -> StreamingResponse:
    """Return a file of all that is read, page by page, each a row of the sheet."""
    writer = _writer(sheet, form, language)

    def rows(things: Sequence[T]) -> bytes:
        told = map(values_of, things)
        return writer.rows([[shown(row.get(each.code)) for each in sheet.columns] for row in told])

    async def content() -> AsyncIterator[bytes]:
        yield writer.begin(_headers(sheet, language))
        window: Window | None = Window(limit=ROWS_AT_ONCE)
        while window is not None:
            found: Slice[T] = await read(window)
            yield await asyncio.to_thread(rows, found.items)
            window = Window(limit=ROWS_AT_ONCE, after=found.next) if found.next else None
        yield writer.end()

    return StreamingResponse(content(), media_type=writer.media_type, headers=_named(sheet, form))


def _writer(sheet: Sheet, form: Form, language: Language) -> CsvWriter | XlsxWriter:
    name = sheet.en if language is Language.EN else sheet.zh
    return CsvWriter() if form is Form.CSV else XlsxWriter(name)


def _headers(sheet: Sheet, language: Language) -> Sequence[str]:
    return [column.en if language is Language.EN else column.zh for column in sheet.columns]


def _named(sheet: Sheet, form: Form) -> dict[str, str]:
    name = f"{sheet.code}.{form.value}"
    return {"content-disposition": f'attachment; filename="{name}"'}

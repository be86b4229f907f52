"""The routes of the desk, among them some that fail in every way that we know."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import ConfigDict, Field
from sqlalchemy import text

from common.grants import Caller, OutsideYourScope, Scope
from common.http.pages import Page, Pages
from common.http.permissions import authenticated, permitted, public
from common.http.problems import documented
from common.http.route import router
from common.http.schemas import Body, View
from common.http.sse import EventSourceResponse, ResumeAfter, ServerSentEvent, while_admitted
from common.http.versions import IfMatch, tag
from common.places import AreaRef, AreasNotReady, UnknownArea
from common.vocabulary import AreaScheme
from testing.desk.notes import READ, WRITE, Desk, NoteAlreadyClosed, NoteNotFound, NoteRow

routes = router("/desk/v1", tags=["notes"])


async def desk(request: Request) -> Desk:
    """Return the application of this service."""
    application: Desk = request.app.state.application
    return application


App = Annotated[Desk, Depends(desk)]
Writing = Annotated[Scope, Depends(permitted(WRITE))]
Reading = Annotated[Scope, Depends(permitted(READ))]


class NewNote(Body):
    """A note to hand in."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        json_schema_extra={"examples": [{"title": "雨棚", "scheme": "nbs", "area": "210213009"}]}
    )

    title: str = Field(min_length=1, max_length=200)
    scheme: AreaScheme
    area: str = Field(max_length=12)
    org: UUID | None = None
    weight: float = Field(default=0.0, ge=0)
    tags: list[str] = Field(default_factory=list[str], max_length=10)


class NoteView(View):
    """A note."""

    note_id: UUID
    title: str
    area: str
    is_closed: bool

    @classmethod
    def of(cls, note: NoteRow) -> "NoteView":
        """Show a note."""
        return cls(note_id=note.note_id, title=note.title, area=note.area, is_closed=note.is_closed)


@routes.post(
    "/notes",
    status_code=201,
    responses=documented(OutsideYourScope, UnknownArea, AreasNotReady),
)
async def write_note(body: NewNote, scope: Writing, app: App, response: Response) -> NoteView:
    """Hand in a note."""
    ref = AreaRef(body.scheme, body.area)
    note = await app.write(scope, title=body.title, ref=ref, org=body.org)
    tag(response, note.version)
    response.headers["location"] = f"/desk/v1/notes/{note.note_id}"
    return NoteView.of(note)


@routes.get("/notes")
async def list_notes(
    scope: Reading,
    app: App,
    pages: Pages,
    title: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[NoteView]:
    """List the notes."""
    return pages.page(await app.list(scope, pages.window, title), NoteView.of)


@routes.get("/notes/{note_id}", responses=documented(NoteNotFound))
async def show_note(note_id: UUID, scope: Reading, app: App, response: Response) -> NoteView:
    """Show a note."""
    note = await app.find(scope, note_id)
    tag(response, note.version)
    return NoteView.of(note)


@routes.post("/notes/{note_id}/closure", responses=documented(NoteNotFound, NoteAlreadyClosed))
async def close_note(note_id: UUID, scope: Writing, app: App, version: IfMatch) -> NoteView:
    """Close a note; once."""
    return NoteView.of(await app.close(scope, note_id, version))


@routes.post("/slow_notes", status_code=201)
async def write_slowly(body: NewNote, scope: Writing, app: App) -> NoteView:
    """Hand in a note and wait at the gate before it is stored."""
    note = await app.write(scope, title=body.title, ref=AreaRef(body.scheme, body.area))
    await app.wait()
    return NoteView.of(note)


@routes.get("/gate")
async def wait_at_gate(app: App, _: Annotated[Caller, Depends(authenticated)]) -> str:
    """Wait until the gate opens."""
    await app.wait()
    return "open"


@routes.get("/numbers", response_class=EventSourceResponse)
async def stream_numbers(
    request: Request, scope: Reading, app: App, resume: ResumeAfter
) -> AsyncIterator[ServerSentEvent]:
    """Count for as long as the caller may listen."""
    del scope
    async with (
        aclosing(app.count((resume or 0) + 1)) as numbers,
        aclosing(while_admitted(request, numbers)) as heard,
    ):
        async for number in heard:
            yield ServerSentEvent(id=str(number), event="number", data={"number": number})


@routes.get("/nothing", status_code=204)
async def do_nothing(_: Annotated[Caller, Depends(authenticated)]) -> None:
    """Do nothing, for comparison."""


@routes.get("/defect", dependencies=[public()])
async def fail() -> None:
    """Fail as nobody expected, with somebody's name in the message."""
    message = "王小明 13912345678"
    raise RuntimeError(message)


@routes.get("/outage/{seconds}", dependencies=[public()])
async def outlast(seconds: float, app: App) -> None:
    """Ask the database for more time than it gives."""
    async with app.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        await connection.execute(text("set local statement_timeout = '20ms'"))
        await connection.execute(text("select pg_sleep(:seconds)"), {"seconds": seconds})

"""``wushe dead-letters``: look at the events that a service refused, and decide about them.

A dead letter holds up the later events of its subject until somebody replays or discards it. The
commands work on the databases of the running stack.
"""

import asyncio
import json as jsonlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from common.messaging import dead_letters
from common.messaging.dead_letters import Letter, Selection
from common.messaging.fates import Reason, State
from common.persistence.engine import create_engine
from wushe.plan import DEFAULT_STATE
from wushe.state import StateDir

T = TypeVar("T")

MOST: Final = 200
_DRIVER: Final = "postgresql+asyncpg"

app = typer.Typer(
    name="dead-letters",
    help="Events that a service refused: look, replay, discard.",
    no_args_is_help=True,
)

StateOption = Annotated[Path, typer.Option(help="Where the stack keeps everything.")]
Service = Annotated[str, typer.Argument(help="registry, cases, matching or reporting.")]
Ids = Annotated[list[int] | None, typer.Argument(help="Numbers that `list` shows.")]
Topic = Annotated[str | None, typer.Option(help="Only of this topic.")]
Kind = Annotated[str | None, typer.Option("--type", help="Only events of this type.")]
Subject = Annotated[str | None, typer.Option(help="Only events about this thing.")]
Why = Annotated[Reason | None, typer.Option(help="Only those refused for this reason.")]
Everything = Annotated[bool, typer.Option("--all", help="Every dead letter of the service.")]
Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.command("list")
def list_letters(
    service: Annotated[str | None, typer.Argument(help="Only of this service.")] = None,
    *,
    state: StateOption = DEFAULT_STATE,
    topic: Topic = None,
    kind: Kind = None,
    subject: Subject = None,
    reason: Why = None,
    held: Annotated[
        bool, typer.Option("--held", help="Also what waits, is retried or was discarded.")
    ] = False,
    json: Json = False,
) -> None:
    """List dead letters, those of one subject in their order."""
    states = tuple(State) if held else (State.DEAD,)
    selection = Selection(topic=topic, type=kind, subject=subject, reason=reason, states=states)
    databases = _databases(state)
    found = [
        (name, letter)
        for name in ([service] if service else databases)
        for letter in _on(databases, name, lambda engine: _find(engine, selection))
    ]
    if json:
        typer.echo(jsonlib.dumps([_document(name, letter) for name, letter in found], indent=2))
    elif found:
        Console().print(_table(found))
    else:
        typer.echo("no dead letters")


@app.command("show")
def show_letter(
    service: Service, letter_id: int, *, state: StateOption = DEFAULT_STATE, json: Json = False
) -> None:
    """Show one held event whole: what it is, why it was refused, and the record as it came."""
    letter = _on(_databases(state), service, lambda engine: dead_letters.show(engine, letter_id))
    if letter is None:
        typer.echo(f"{service} holds no event {letter_id}", err=True)
        raise typer.Exit(1)
    document = {**_document(service, letter), **_record(letter)}
    if json:
        typer.echo(jsonlib.dumps(document, indent=2, ensure_ascii=False))
        return
    for name, value in document.items():
        typer.echo(f"{name:<10} {value}")
    if letter.stack:
        typer.echo(letter.stack)


@app.command("replay")
def replay_letters(  # noqa: PLR0913  # Each is an option of the command line.
    service: Service,
    ids: Ids = None,
    *,
    state: StateOption = DEFAULT_STATE,
    topic: Topic = None,
    kind: Kind = None,
    subject: Subject = None,
    reason: Why = None,
    everything: Everything = False,
    despite_gap: Annotated[
        bool, typer.Option("--despite-gap", help="The events before each will never come.")
    ] = False,
) -> None:
    """Let the consumer try dead letters again; discarded ones too, when they are numbered."""
    selection = _selection(
        ids, topic=topic, kind=kind, subject=subject, reason=reason, everything=everything
    )
    count = _on(
        _databases(state),
        service,
        lambda engine: dead_letters.replay(engine, selection, despite_gap=despite_gap),
    )
    _report(count, "to be tried again")


@app.command("discard")
def discard_letters(
    service: Service,
    ids: Ids = None,
    *,
    state: StateOption = DEFAULT_STATE,
    topic: Topic = None,
    kind: Kind = None,
    subject: Subject = None,
    reason: Why = None,
    everything: Everything = False,
) -> None:
    """Decide that dead letters shall have no effect, so that the events behind them go on."""
    selection = _selection(
        ids, topic=topic, kind=kind, subject=subject, reason=reason, everything=everything
    )
    count = _on(_databases(state), service, lambda engine: dead_letters.discard(engine, selection))
    _report(count, "discarded")


def _selection(
    ids: Sequence[int] | None,
    *,
    topic: str | None,
    kind: str | None,
    subject: str | None,
    reason: Reason | None,
    everything: bool,
) -> Selection:
    """Return what was chosen; choosing nothing does not choose everything."""
    is_chosen = bool(ids) or any((topic, kind, subject, reason))
    if is_chosen == everything:
        typer.echo("say which: numbers, --topic, --type, --subject, --reason, or --all", err=True)
        raise typer.Exit(2)
    return Selection(
        ids=ids or None,
        topic=topic,
        type=kind,
        subject=subject,
        reason=reason,
        states=(State.DEAD, State.DISCARDED) if ids else (State.DEAD,),
    )


def _report(count: int, what: str) -> None:
    typer.echo(f"{count} {what}")
    if count == 0:
        raise typer.Exit(1)


async def _find(engine: AsyncEngine, selection: Selection) -> Sequence[Letter]:
    return await dead_letters.find(engine, selection, most=MOST)


def _databases(state: Path) -> dict[str, str]:
    status = StateDir(state).status()
    if status is None:
        typer.echo(f"nothing runs in {state.absolute()}; see `wushe up`", err=True)
        raise typer.Exit(1)
    return status.databases


def _on(databases: dict[str, str], service: str, work: Callable[[AsyncEngine], Awaitable[T]]) -> T:
    """Do something on the database of a service."""
    if service not in databases:
        typer.echo(f"{service} is none of {', '.join(databases)}", err=True)
        raise typer.Exit(2)
    return asyncio.run(_with_engine(databases[service], work))


async def _with_engine(dsn: str, work: Callable[[AsyncEngine], Awaitable[T]]) -> T:
    url = SecretStr(dsn.replace("postgresql", _DRIVER, 1))
    engine = create_engine(url, pool=1, application_name="wushe dead-letters")
    try:
        return await work(engine)
    finally:
        await engine.dispose()


def _document(service: str, letter: Letter) -> dict[str, Any]:
    partition = letter.record.partition
    return {
        "service": service,
        "id": letter.id,
        "state": letter.state.value,
        "reason": letter.reason.value,
        "detail": letter.detail,
        "type": letter.type,
        "subject": letter.subject,
        "version": letter.version,
        "event": None if letter.event_id is None else str(letter.event_id),
        "source": letter.source,
        "topic": partition.topic,
        "partition": partition.number,
        "offset": letter.record.offset,
        "attempts": letter.attempts,
        "held_at": letter.held_at.isoformat(),
    }


def _record(letter: Letter) -> dict[str, Any]:
    record = letter.record
    return {
        "key": _text(record.key),
        "headers": {name: _text(value) for name, value in record.headers},
        "value": _text(record.value),
    }


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", errors="backslashreplace")


def _table(found: Sequence[tuple[str, Letter]]) -> Table:
    table = Table(
        "service", "id", "state", "reason", "type", "subject", "version", "tries", box=None
    )
    for service, letter in found:
        columns = (
            letter.state.value,
            letter.reason.value,
            letter.type,
            letter.subject,
            letter.version,
            letter.attempts,
        )
        table.add_row(
            service, str(letter.id), *("-" if value is None else str(value) for value in columns)
        )
    return table

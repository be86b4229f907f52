"""``wushe events tail`` and ``wushe events show``."""

import asyncio
import json as jsonlib
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from re import fullmatch
from typing import Annotated, Final

import typer
from rich.console import Console

from common.messaging.illegible import Illegible
from common.messaging.topics import known_topics
from wushe.events.log import LogReader, LogUnreachable, Since, UnknownTopics, reading
from wushe.events.seen import Seen
from wushe.events.story import show_story
from wushe.plan import DEFAULT_STATE
from wushe.state import StateDir, Status

WIDE: Final = 150
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

app = typer.Typer(
    name="events", help="What happened: follow the log, or one event's way.", no_args_is_help=True
)

StateOption = Annotated[Path, typer.Option(help="Where the stack keeps everything.")]


@app.command("tail")
def tail_events(  # Each is an option of the command line.
    *,
    state: StateOption = DEFAULT_STATE,
    topic: Annotated[
        list[str] | None, typer.Option(help="Only this topic; may be given several times.")
    ] = None,
    subject: Annotated[str | None, typer.Option(help="Only events about this thing.")] = None,
    kind: Annotated[
        str | None, typer.Option("--type", help="Only of this type, such as 'cases.need.*'.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Begin so long ago: 30s, 10m, 2h, 1d.")] = None,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Begin with the oldest record.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One CloudEvent a line.")] = False,
) -> None:
    """Follow the log of the running stack; Ctrl-C ends it."""
    status = running(state)
    begin = Since(_instant(since), is_beginning=from_beginning)
    show = _write_document if json else _write_line

    async def follow(reader: LogReader, stop: asyncio.Event) -> None:
        async for record in reader.follow(topic or sorted(known_topics()), begin, stop):
            seen = Seen.of(record)
            if seen.fits(subject=subject, kind=kind):
                show(seen)

    async def work() -> None:
        stop = _stopped_by_signal()
        async with reading(status.kafka) as reader:
            await follow(reader, stop)

    _told(work)


@app.command("show")
def show_event(
    sought: Annotated[str, typer.Argument(metavar="ID|SUBJECT", help="As `tail` shows them.")],
    *,
    state: StateOption = DEFAULT_STATE,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show the way of one event, or of all events about one thing, from outbox to inboxes."""
    status = running(state)
    if not asyncio.run(show_story(status, sought.lower(), as_json=json)):
        typer.echo(
            f"nothing is known of {sought}: no outbox, journal or held event names it", err=True
        )
        raise typer.Exit(1)


def running(state: Path) -> Status:
    """Return the stack that runs, or end with what to do about that none does."""
    status = StateDir(state).status()
    if status is None:
        typer.echo(f"nothing runs in {state.absolute()}; see `wushe up`", err=True)
        raise typer.Exit(1)
    return status


def _told(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run until it ends, and say in a sentence why it could not go on."""
    try:
        asyncio.run(work())
    except LogUnreachable as error:
        _fail(f"no broker answers at {error}; see `wushe doctor`")
    except UnknownTopics as error:
        _fail(f"the log has no topic {', '.join(error.args)}; it has {', '.join(known_topics())}")
    except Illegible as error:
        _fail(f"a partition holds what cannot be read as records: {error.__cause__}")
    except BrokenPipeError:
        # Whoever read our output has enough; Python would complain when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(text: str) -> None:
    typer.echo(text, err=True)
    raise typer.Exit(1)


def _stopped_by_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _instant(since: str | None) -> datetime | None:
    if since is None:
        return None
    found = fullmatch(r"(\d{1,6})([smhd])", since)
    if found is None:
        message = f"{since!r} is no time such as 30s, 10m, 2h or 1d"
        raise typer.BadParameter(message)
    return datetime.now(UTC) - timedelta(**{_UNITS[found[2]]: int(found[1])})


def _write_document(seen: Seen) -> None:
    sys.stdout.write(jsonlib.dumps(seen.document(), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _write_line(seen: Seen) -> None:
    console = Console(highlight=False)
    head, body = seen.line()
    if not console.is_terminal:
        console.print(head, body, soft_wrap=True)
    elif console.width >= WIDE:
        console.print(head.append("  ").append_text(body), no_wrap=True, overflow="ellipsis")
    else:
        console.print(head, no_wrap=True, overflow="ellipsis")
        console.print("             ", body, no_wrap=True, overflow="ellipsis")
    sys.stdout.flush()

"""``wushe demo``: the story, told on a stack that runs already or is started for it."""

import signal
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final
from uuid import uuid4

import httpx
import typer
from rich.console import Console
from typing_extensions import override

from wushe.components.broker import EMBEDDED
from wushe.demo.company import Stage
from wushe.demo.narrator import Narrator
from wushe.demo.performance import perform
from wushe.demo.story import DEFAULT_SEED
from wushe.launch import FailedToStart, await_ready
from wushe.plan import DEFAULT_STATE, Options, PlanRefused
from wushe.stack import START_SECONDS, Stack, launch_supervisor
from wushe.state import AlreadyRunning
from wushe.tokens import Grant, Issuer, await_grants, put_grants

_LOG_WIDTH: Final = 120
# Right after the first start, services are still busy with the national list of areas.
_PATIENCE: Final = timedelta(seconds=60)


def demo(
    *,
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the same as data to this file.")
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the stack running.")] = False,
    state: Annotated[
        Path, typer.Option(help="Where the stack keeps everything; one that runs there is used.")
    ] = DEFAULT_STATE,
    kafka: Annotated[
        str | None, typer.Option(help="The broker as for `wushe up`; the embedded one by default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Makes the same fifty bystanders.")] = DEFAULT_SEED,
) -> None:
    """Play one need from intake to a five-society match to a report; exits with 1 if it fails."""
    console = _console()
    narrator = Narrator(console)
    try:
        with _running_stack(state, kafka, console, keep=keep) as stack:
            transcript = perform(_On.stack(stack), run=uuid4(), seed=seed, show=narrator.show)
    except OtherBroker as failure:
        typer.echo(f"wushe: {failure}", err=True)
        raise typer.Exit(1) from failure
    except (FailedToStart, AlreadyRunning, PlanRefused, OSError) as failure:
        typer.echo(f"the stack could not be started: {failure!r} {failure}", err=True)
        raise typer.Exit(1) from failure
    narrator.conclude(transcript)
    if json is not None:
        json.write_text(transcript.model_dump_json(indent=2) + "\n", encoding="utf-8")
    if not transcript.passed:
        raise typer.Exit(1)


def _console() -> Console:
    console = Console()
    # Without a terminal nobody said how wide the page is; logs are read in wide windows.
    return console if console.is_terminal else Console(width=_LOG_WIDTH)


@dataclass(frozen=True, slots=True)
class _On(Stage):
    """A stack as the story needs it; many people may be admitted at once."""

    address: str
    issuer: Issuer

    @classmethod
    def stack(cls, stack: Stack) -> "_On":
        """Perform on a running stack."""
        return cls(stack.status().gateway, Issuer.of(stack.state))

    @property
    @override
    def gateway(self) -> str:
        return self.address

    @override
    def token(self, *grants: Grant, subject: str) -> str:
        token = self.issuer.mint(subject, grants)
        with httpx.Client(base_url=self.address, timeout=20.0, trust_env=False) as gateway:
            put_grants(gateway, self.issuer.administrator(), subject, grants)
            await_grants(gateway, token, grants, patience=_PATIENCE)
        return token


@dataclass
class OtherBroker(Exception):
    """The stack that runs stands on another broker than the one that was asked for."""

    state: Path
    running: str
    wanted: str

    @override
    def __str__(self) -> str:
        return (
            f"the stack in {self.state} runs with --kafka={self.running}, not {self.wanted}; "
            "stop it (wushe down) or choose another --state"
        )


@contextmanager
def _running_stack(
    state: Path, kafka: str | None, console: Console, *, keep: bool
) -> Generator[Stack]:
    """Yield the stack of a directory; one that was started here is stopped, unless it is kept."""
    stack = Stack(Options(state=state, kafka=kafka or EMBEDDED))
    if stack.is_ready():
        running = stack.status().broker
        if kafka not in {None, running}:
            raise OtherBroker(state, running, stack.options.kafka)
        yield stack
        return
    try:
        _start(stack, console, keep=keep)
        yield stack
    except BaseException:
        stack.stop()
        raise
    if keep:
        console.print(f"still running: wushe status --state {state}", highlight=False)
    else:
        stack.stop()


def _start(stack: Stack, console: Console, *, keep: bool) -> None:
    console.print("启动 PostgreSQL、消息代理、网关和四个服务 Starting the stack", highlight=False)
    # What is to be kept must outlive us; anything else must not, however we end.
    process = launch_supervisor(stack.options, orphan_signal=None if keep else signal.SIGTERM)
    follower = _Follower(process.program.log, console)

    def is_ready() -> bool:
        follower.show_news()
        return stack.is_ready()

    await_ready(process, is_ready, seconds=START_SECONDS)
    follower.show_news()


class _Follower:
    """Shows what is added to a log."""

    def __init__(self, log: Path, console: Console) -> None:
        self._log: Final = log
        self._console: Final = console
        self._shown = 0

    def show_news(self) -> None:
        """Print the whole lines that have come since the last call."""
        if not self._log.exists():
            return
        lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
        for line in lines[self._shown :]:
            self._console.print(f"   {line}", style="dim", markup=False, highlight=False)
        self._shown = len(lines)

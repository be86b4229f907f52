"""``wushe up`` and ``wushe down``: start and stop."""

import asyncio
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from wushe import plan
from wushe.components.broker import EMBEDDED
from wushe.components.kafka_jars import KafkaUnavailable
from wushe.components.postgres import PlaceTaken, StatementRefused
from wushe.launch import FailedToStart, await_ready
from wushe.plan import Options, PlanRefused
from wushe.progress import shown_progress
from wushe.stack import START_SECONDS, launch_supervisor, stop_stack
from wushe.state import AlreadyRunning, StateDir, Status
from wushe.supervisor import PartFailed
from wushe.up import run_stack

StateOption = Annotated[Path, typer.Option(help="Where the stack keeps everything.")]
KafkaOption = Annotated[
    str, typer.Option(help="The broker: embedded, apache, or the HOST:PORT of one that runs.")
]
_REFUSALS: Final = (
    *(PlanRefused, PartFailed, FailedToStart, KafkaUnavailable, PlaceTaken),
    *(StatementRefused, OSError),
)


def up(  # noqa: PLR0913  # Each is an option of the command line.
    *,
    state: StateOption = plan.DEFAULT_STATE,
    gateway_port: Annotated[
        int | None, typer.Option(help="The gateway's port; a free one by default.")
    ] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Return when it is ready.")] = False,
    split: Annotated[
        bool, typer.Option("--split", help="Serve, consume and relay in processes of their own.")
    ] = False,
    scale: Annotated[
        list[str] | None, typer.Option(help="Run several of a part: cases.consume=2.")
    ] = None,
    detour: Annotated[
        list[str] | None,
        typer.Option(help="Let others reach a part at another port: postgres=30000.", hidden=True),
    ] = None,
    kafka: KafkaOption = EMBEDDED,
    postgres: Annotated[
        str | None, typer.Option(help="Use this server; an address that may make databases.")
    ] = None,
    areas: Annotated[str | None, typer.Option(help="Only import the areas in this code.")] = None,
    requests_per_second: Annotated[
        int, typer.Option(help="What one bearer, and one address, may ask of the gateway.")
    ] = plan.DEFAULT_RATE,
    log_level: Annotated[str, typer.Option(help="What the services log.")] = "INFO",
    trace_to: Annotated[
        str | None, typer.Option(help="Send traces there by OTLP, such as http://localhost:4318.")
    ] = None,
) -> None:
    """Start the stack, and stop it with Ctrl-C."""
    console = Console()
    try:
        options = Options(
            state=state,
            gateway_port=gateway_port,
            split=split,
            scale=plan.parse_scale(scale or []),
            detours=plan.parse_scale(detour or []),
            kafka=kafka,
            postgres=postgres,
            areas=areas,
            requests_per_second=requests_per_second,
            log_level=log_level,
            trace_to=trace_to,
        )
        if detach:
            _show(_detached(options), console, detached=True)
        else:
            _attached(options, console)
    except AlreadyRunning as error:
        _fail(f"a stack is running in {state.absolute()}; see `wushe status`", error)
    except _REFUSALS as error:
        _fail(str(error), error)


def down(*, state: StateOption = plan.DEFAULT_STATE) -> None:
    """Stop the stack; its data stays."""
    stopped = stop_stack(StateDir(state))
    typer.echo("stopped" if stopped else f"nothing runs in {state.absolute()}")


def _attached(options: Options, console: Console) -> None:
    with shown_progress(console) as progress:
        asyncio.run(run_stack(options, progress, on_ready=lambda status: _show(status, console)))


def _detached(options: Options) -> Status:
    process = launch_supervisor(options, orphan_signal=None)
    state = StateDir(options.state)

    def is_ready() -> bool:
        status = state.status()
        return status is not None and status.is_ready

    try:
        await_ready(process, is_ready, seconds=START_SECONDS)
    except BaseException:
        process.stop()
        raise
    status = state.status()
    if status is None:
        raise FailedToStart(name="wushe up", reason="ended", log=process.program.log)
    return status


def _show(status: Status, console: Console, *, detached: bool = False) -> None:
    lines = (
        f"gateway    {status.gateway}",
        f"docs       {status.gateway}/docs",
        f"openapi    {status.gateway}/openapi.json",
        f"a token    wushe token --role station_worker --area CODE --state {status.state}",
        f"data       {status.state}",
        f"logs       {status.state / 'logs'}",
        f"to stop    {'wushe down --state ' + str(status.state) if detached else 'Ctrl-C'}",
    )
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _fail(text: str, error: BaseException) -> None:
    typer.echo(f"wushe: {text}", err=True)
    raise typer.Exit(1) from error

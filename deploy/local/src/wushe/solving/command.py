"""``wushe solve``: read, solve within a time, write."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from matching.engine.allocate import allocate
from matching.engine.effort import Effort
from wushe.solving.instance import read
from wushe.solving.rows import InstanceRefused


def solve(
    file: Annotated[str, typer.Argument(help="JSON: needs, offers, pairs; - reads it from stdin.")],
    *,
    seconds: Annotated[
        float, typer.Option(help="How long to look for a proof; the best so far is written.")
    ] = 60.0,
) -> None:
    """Find the allocation of units to offers that is worth most, with a proof.

    Reads {"needs": [{"id", "units", "all_or_nothing"?}], "offers": [{"id", "capacity"}],
    "pairs": [{"need", "offer", "value", "load"?}]}, all whole numbers: value per unit, load the
    capacity that a unit takes (1). Values may be negative; such a pair is chosen only where an
    all-or-nothing need is worth it. Writes {"status", "value", "bound", "gap", "pairs",
    "seconds"}; exits with 2 and one line on stderr if the problem cannot be read.
    """
    began = time.monotonic()
    if not seconds > 0:
        _refuse(f"--seconds must be more than 0, not {seconds:g}")
    effort = Effort(seconds_left=lambda: began + seconds - time.monotonic())
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        instance = read(content)
    except InstanceRefused as error:
        _refuse(str(error))
    except OSError as error:
        _refuse(f"{file}: {error.strerror}")
    found = allocate(instance.problem, effort)
    document = instance.document(found, time.monotonic() - began)
    typer.echo(json.dumps(document, ensure_ascii=False).encode())


def _refuse(why: str) -> NoReturn:
    typer.echo(f"wushe: {why}".encode(), err=True)
    raise typer.Exit(2)


def run_alone() -> None:
    """Run the command without loading the others, which take seconds and are not needed."""
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    app.command()(solve)
    app(sys.argv[2:], prog_name="wushe solve")

"""``wushe status`` and ``wushe doctor``: how it is, and what to do about it."""

from typing import Annotated

import typer
from rich.console import Console

from wushe import plan
from wushe.commands.lifecycle import StateOption
from wushe.doctor import examine
from wushe.state import PartStatus, StateDir, Status


def status(
    *,
    state: StateOption = plan.DEFAULT_STATE,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show what runs, and where; exits with 1 when nothing does."""
    place = StateDir(state)
    found = place.status()
    if found is None:
        typer.echo(f"nothing runs in {place.path}", err=True)
        raise typer.Exit(1)
    if json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        _show(found)


def doctor(*, state: StateOption = plan.DEFAULT_STATE) -> None:
    """Look for what is wrong, and say what to do; exits with 1 when something is."""
    findings = examine(StateDir(state))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.is_well else 'BAD '} {finding.subject}: {finding.what}")
        if finding.remedy:
            typer.echo(f"      → {finding.remedy}")
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


def _show(found: Status) -> None:
    console = Console()
    for name, value in _addresses(found):
        console.print(f"{name:<10} {value}", markup=False, highlight=False, soft_wrap=True)
    for part in found.parts.values():
        where = " ".join(f"{kind} {url}" for kind, url in _urls(part))
        line = f"{part.name:<18} {part.phase:<9} {part.pid or '':>7} {part.restarts:>3}  {where}"
        console.print(line.rstrip(), markup=False, highlight=False, soft_wrap=True)


def _urls(part: PartStatus) -> list[tuple[str, str]]:
    return [(kind, url) for kind, url in (("api", part.api), ("ops", part.ops)) if url]


def _addresses(found: Status) -> list[tuple[str, object]]:
    return [
        ("phase", found.phase),
        ("gateway", found.gateway),
        ("admin", found.gateway_admin),
        ("kafka", f"{found.kafka} ({found.broker})"),
        *(("database", dsn) for dsn in found.databases.values()),
        ("state", found.state),
    ]

"""``wushe status`` and ``wushe doctor``: how it is, and what to do about it."""

import json as jsonlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from wushe import plan
from wushe.commands.lifecycle import StateOption
from wushe.doctor import Finding, examine
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


def doctor(
    *,
    state: StateOption = plan.DEFAULT_STATE,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look for what is wrong, and say what to do; exits with 1 when something is."""
    findings = examine(StateDir(state))
    wrong = [finding for finding in findings if not finding.is_well]
    if json:
        documents = [asdict(finding) for finding in findings]
        typer.echo(jsonlib.dumps(documents, indent=2, ensure_ascii=False))
    else:
        _tell(findings, wrong)
    if wrong:
        raise typer.Exit(1)


def _tell(findings: Sequence[Finding], wrong: Sequence[Finding]) -> None:
    console = Console(highlight=False)
    for finding in findings:
        mark = "[green]ok [/]" if finding.is_well else "[bold red]BAD[/]"
        line = f"{mark} {escape(finding.subject):<22} {escape(finding.what)}"
        console.print(line, soft_wrap=True)
        if not finding.is_well:
            console.print(f"    why  {escape(finding.why)}", soft_wrap=True)
            console.print(f"    do   {escape(finding.remedy)}", soft_wrap=True)
    told = f"{len(wrong)} of {len(findings)} need attention" if wrong else "all is well"
    console.print(f"\n{told}")


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

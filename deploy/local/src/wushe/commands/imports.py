"""``wushe import``: bring lists into the stack that runs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from common.personal.key_ring import new_key_ring
from wushe import plan
from wushe.commands.lifecycle import StateOption
from wushe.components.service import SERVICES
from wushe.state import StateDir, Status
from wushe.tokens import AUDIENCE, ISSUER

app = typer.Typer(name="import", help="Bring lists into the stack that runs.", no_args_is_help=True)

_REGISTRY: Final = next(each for each in SERVICES if each.name == "registry")
_BOTH: Final = ("nbs", "mca")

SchemeOption = Annotated[
    str | None, typer.Option(help="nbs or mca; lists that come with it: both if not said.")
]

FileArgument = Annotated[Path, typer.Argument(help="CSV; the registry's README says how.")]


@app.command("areas")
def import_areas(
    file: Annotated[Path | None, typer.Argument(help="The list, if not the packaged one.")] = None,
    *,
    scheme: SchemeOption = None,
    day: Annotated[str | None, typer.Option(help="As of when the file holds.")] = None,
    within: Annotated[str | None, typer.Option(help="Only this area and what it touches.")] = None,
    state: StateOption = plan.DEFAULT_STATE,
) -> None:
    """Put the lists of areas that come with the registry, or one in a file, in force."""
    if file is not None and scheme is None:
        message = "a file needs its --scheme"
        raise typer.BadParameter(message)
    options = [*_option("--within", within), *_option("--day", day)]
    rest = [*options, *([] if file is None else [str(file.absolute())])]
    for each in _BOTH if scheme is None else (scheme,):
        _command("import-areas", "--scheme", each, *rest, state=state)


@app.command("area-changes")
def import_area_changes(
    file: FileArgument, *, scheme: SchemeOption = "nbs", state: StateOption = plan.DEFAULT_STATE
) -> None:
    """Change areas as a file says: renamed, recoded, merged, split, moved, closed."""
    _command("import-area-changes", "--scheme", scheme or "nbs", str(file.absolute()), state=state)


@app.command("area-administrations")
def import_area_administrations(
    file: FileArgument, *, scheme: SchemeOption = "nbs", state: StateOption = plan.DEFAULT_STATE
) -> None:
    """Say who runs areas that lie elsewhere, or until when somebody did."""
    name = "import-area-administrations"
    _command(name, "--scheme", scheme or "nbs", str(file.absolute()), state=state)


def seed(
    *,
    area: Annotated[str, typer.Option(help="The code of a province, or of a part of it.")],
    scheme: Annotated[str, typer.Option(help="The list that the code is from.")] = "nbs",
    scale: Annotated[float, typer.Option(help="1 is as much as Guizhou has.")] = 1.0,
    number: Annotated[int, typer.Option("--seed", help="Tells one choice from another.")] = 1,
    state: StateOption = plan.DEFAULT_STATE,
) -> None:
    """Fill an area that has none with synthetic stations, workers and volunteers."""
    options = ("--area", area, "--scheme", scheme, "--scale", str(scale), "--seed", str(number))
    _command("seed", *options, state=state)


def _option(name: str, value: str | None) -> list[str]:
    return [] if value is None else [name, value]


def _command(*arguments: str, state: Path) -> None:
    place = StateDir(state)
    status = place.status()
    if status is None:
        typer.echo(f"wushe: nothing runs in {place.path}; see `wushe up`", err=True)
        raise typer.Exit(1)
    done = subprocess.run(  # noqa: S603  # Our own module, with what the operator typed.
        [sys.executable, "-m", _REGISTRY.name, *arguments],
        env={**os.environ, **_settings(place, status)},
        check=False,
    )
    if done.returncode:
        raise typer.Exit(done.returncode)


def _settings(place: StateDir, status: Status) -> dict[str, str]:
    # What follows the address is for tools that declare nothing; a command does.
    address = status.databases[_REGISTRY.name].partition("?")[0]
    settings = {
        "DATABASE_URL": address.replace("postgresql://", "postgresql+asyncpg://", 1),
        "KAFKA_BOOTSTRAP": status.kafka,
        "OIDC_ISSUER": ISSUER,
        "OIDC_AUDIENCE": AUDIENCE,
        "OIDC_JWKS": str(place.jwks.absolute()),
        "LOG_LEVEL": "WARNING",
        # Areas are nobody's secret: these commands open no keys, and are given none.
        "KEYS_DATABASE_URL": "postgresql+asyncpg://nobody@localhost/nothing",
        "KEY_RING": new_key_ring().document(),
    }
    return {f"{_REGISTRY.prefix}{name}": value for name, value in settings.items()}

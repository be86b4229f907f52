"""``wushe token``: somebody to be."""

from datetime import timedelta
from typing import Annotated

import httpx
import typer

from wushe import plan
from wushe.commands.lifecycle import StateOption
from wushe.state import StateDir
from wushe.tokens import PLATFORM_ADMIN, Grant, NotGranted, token_for


def token(
    *,
    role: Annotated[str, typer.Option(help="Such as station_worker.")],
    area: Annotated[str | None, typer.Option(help="The area's code.")] = None,
    scheme: Annotated[str, typer.Option(help="The list that the code is from.")] = "nbs",
    org: Annotated[str | None, typer.Option(help="An organisation's id.")] = None,
    sub: Annotated[str | None, typer.Option(help="The account; one per grant by default.")] = None,
    hours: Annotated[float, typer.Option(help="How long it is valid.")] = 12,
    state: StateOption = plan.DEFAULT_STATE,
) -> None:
    """Print a token that works, with its account and grant made."""
    if area is None and role != PLATFORM_ADMIN:
        message = f"{role} needs an --area"
        raise typer.BadParameter(message)
    grant = Grant(role=role, scheme=None if area is None else scheme, area=area, org=org)
    place = StateDir(state)
    status = place.status()
    if status is None:
        typer.echo(f"wushe: nothing runs in {place.path}; see `wushe up`", err=True)
        raise typer.Exit(1)
    try:
        lifetime = timedelta(hours=hours)
        typer.echo(token_for(place, status, [grant], subject=sub, lifetime=lifetime))
    except (NotGranted, httpx.HTTPError) as error:
        typer.echo(f"wushe: {error}", err=True)
        raise typer.Exit(1) from error

"""What an operator does from the command line, with the same abilities as everybody else."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn
from uuid import UUID

from common.errors import DomainError
from common.grants import Grant, Role
from common.personal.key_ring import KeyRingUnusable
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.application import Application
from registry.app.grant_roles import AddGrant
from registry.app.import_areas import AreaFile, ImportAreas
from registry.app.seed_area import SeedArea

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from common.runtime import Command
    from common.service import Service
    from registry.app.ports.areas import AreaList


_LARGEST_SCALE: Final = 10.0
_TOLD_EVERY: Final = 5_000


async def import_areas(service: Service, arguments: Sequence[str]) -> None:
    """Put the list of areas in force; harmless when it is in force already."""
    parser = ArgumentParser(prog="python -m registry import-areas")
    schemes = [scheme.value for scheme in AreaScheme]
    parser.add_argument("--scheme", choices=schemes, default="nbs", help="whose codes they are")
    parser.add_argument("--within", metavar="CODE", help="only this area, its parts and parents")
    parser.add_argument("--day", type=_day, help="as of when the file holds, such as 2026-06-30")
    parser.add_argument("file", type=Path, nargs="?", help="the list, if not the packaged one")
    asked = parser.parse_args(arguments)
    if (asked.file is None) != (asked.day is None):
        parser.error("a file needs its --day, and only a file does")
    command = ImportAreas(
        scheme=AreaScheme(asked.scheme),
        within=asked.within,
        file=None if asked.file is None else AreaFile(path=asked.file, day=asked.day),
    )
    try:
        published = await _abilities(service).import_areas(command)
    except DomainError as refusal:
        _refuse(refusal)
    _say(_in_force(published))


async def grant(service: Service, arguments: Sequence[str]) -> None:
    """Give a login one more grant, so that there is a first administrator."""
    asked = _grant_parser().parse_args(arguments)
    try:
        account = await _abilities(service).add_grant(AddGrant(sub=asked.sub, grant=_grant(asked)))
    except DomainError as refusal:
        _refuse(refusal)
    _say(f"{account.sub} holds {', '.join(held.role for held in account.grants)}")


async def rewrap_keys(service: Service, arguments: Sequence[str]) -> None:
    """Wrap every person's key by the ring's current version; processes go on meanwhile."""
    parser = ArgumentParser(prog="python -m registry rewrap-keys")
    parser.add_argument("--turn", action="store_true", help="give the ring a new version first")
    contacts = _abilities(service).contacts
    if parser.parse_args(arguments).turn:
        try:
            _say(f"the key ring is at version {contacts.turn_key_ring()}")
        except KeyRingUnusable as error:
            sys.exit(f"rewrap-keys: {error}")
    _say(f"{await contacts.rewrap_keys()} keys wrapped anew")


async def reapply_erasures(service: Service, arguments: Sequence[str]) -> None:
    """Forget again whoever a restored backup has brought back; part of every restore."""
    ArgumentParser(prog="python -m registry reapply-erasures").parse_args(arguments)
    _say(f"{await _abilities(service).contacts.apply_erasures_again()} people forgotten again")


async def seed(service: Service, arguments: Sequence[str]) -> None:
    """Fill an area with synthetic stations and parties; it must have none."""
    parser = ArgumentParser(prog="python -m registry seed")
    parser.add_argument("--area", metavar="CODE", required=True, help="a province, or a part of it")
    parser.add_argument("--scheme", choices=[scheme.value for scheme in AreaScheme], default="nbs")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is as much as Guizhou has")
    parser.add_argument("--seed", type=int, default=1, help="tells one choice from another")
    asked = parser.parse_args(arguments)
    if not 0 < asked.scale <= _LARGEST_SCALE:
        parser.error(f"--scale is more than 0 and at most {_LARGEST_SCALE}")
    area = AreaRef(AreaScheme(asked.scheme), asked.area)
    started = time.monotonic()
    try:
        made = await _abilities(service).imports.seeding.seed(
            SeedArea(area=area, scale=asked.scale, seed=asked.seed), _tell
        )
    except DomainError as refusal:
        _refuse(refusal)
    seconds = time.monotonic() - started
    _say(
        f"{made.stations} stations and {made.parties} parties in {seconds:.0f} s,"
        f" {made.postings} of them posted"
    )


def _tell(what: str, done: int, wanted: int) -> None:
    if done == wanted or done % _TOLD_EVERY == 0:
        _say(f"{what}: {done} of {wanted}")


COMMANDS: Final[Mapping[str, Command]] = {
    "seed": seed,
    "import-areas": import_areas,
    "grant": grant,
    "rewrap-keys": rewrap_keys,
    "reapply-erasures": reapply_erasures,
}


def _scheme_and_file(name: str, arguments: Sequence[str]) -> tuple[AreaScheme, Path]:
    parser = ArgumentParser(prog=f"python -m registry {name}")
    schemes = [scheme.value for scheme in AreaScheme]
    parser.add_argument("--scheme", choices=schemes, default="nbs", help="whose codes they are")
    parser.add_argument("file", type=Path, help="the lines; the README says how they look")
    asked = parser.parse_args(arguments)
    return AreaScheme(asked.scheme), asked.file


def _in_force(published: AreaList) -> str:
    return (
        f"{published.count} areas ({published.scheme}, {published.edition}) in force"
        f" as list {published.list_id}"
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _grant_parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m registry grant")
    parser.add_argument("--sub", required=True, help="the `sub` of the person's tokens")
    parser.add_argument("--role", required=True, choices=[role.value for role in Role])
    parser.add_argument("--scheme", choices=[scheme.value for scheme in AreaScheme], default="nbs")
    parser.add_argument("--area", metavar="CODE", help="where the role holds")
    parser.add_argument("--org", type=UUID, metavar="ID", help="the party for which it holds")
    return parser


def _grant(asked: Namespace) -> Grant:
    area = AreaRef(AreaScheme(asked.scheme), asked.area) if asked.area else None
    return Grant(role=Role(asked.role), area=area, org=asked.org)


def _abilities(service: Service) -> Application:
    assert isinstance(service.application, Application)
    return service.application


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _refuse(refusal: DomainError) -> NoReturn:
    facts = ", ".join(f"{name} {value}" for name, value in refusal.facts.items())
    sys.exit(f"{refusal.code}: {refusal.title} ({facts})")

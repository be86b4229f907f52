"""What an operator does from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.grants import Grant, Role
from registry.bootstrap import build
from registry.entrypoints.commands import COMMANDS
from registry.settings import Settings
from testing.api import running

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from common.service import Service


@pytest.fixture
async def service() -> AsyncGenerator[Service]:
    async with running(build, Settings, "registry") as (service, _issuer):
        yield service


async def test_the_areas_of_one_city_are_imported_as_often_as_one_likes(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    await COMMANDS["import-areas"](service, ["--within", "2102"])
    await COMMANDS["import-areas"](service, ["--within", "2102"])

    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert first.startswith("164 areas (nbs, 2023-06-30) in force as list ")


async def test_the_first_administrator_is_made_from_the_command_line(service: Service) -> None:
    await COMMANDS["grant"](service, ["--sub", "admin", "--role", "platform_admin"])

    assert await service.frame.accounts.grants_of("admin") == (Grant(role=Role.PLATFORM_ADMIN),)


async def test_a_grant_is_added_to_what_the_account_has(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    await COMMANDS["import-areas"](service, ["--within", "2102"])
    for role in ("station_worker", "community_worker"):
        area = ["--area", "210213009"]
        await COMMANDS["grant"](service, ["--sub", "worker-1", "--role", role, *area])

    assert capsys.readouterr().out.splitlines()[-1] == (
        "worker-1 holds station_worker, community_worker"
    )


@pytest.mark.parametrize(
    ("command", "arguments", "code"),
    [
        ("import-areas", ["--within", "9999"], "unknown-area"),
        ("grant", ["--sub", "w", "--role", "station_worker"], "grant-incomplete"),
    ],
)
async def test_a_refusal_ends_the_command_with_its_reason(
    service: Service, command: str, arguments: list[str], code: str
) -> None:
    with pytest.raises(SystemExit) as end:
        await COMMANDS[command](service, arguments)

    assert str(end.value).startswith(f"{code}: ")

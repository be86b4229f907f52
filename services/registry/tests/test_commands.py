"""What an operator does from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.grants import Grant, Role
from common.personal.key_ring import new_key_ring, read_key_ring, write_key_ring
from common.personal.postgres_keys import MIGRATIONS
from registry.bootstrap import build
from registry.entrypoints.commands import COMMANDS
from registry.settings import Settings
from testing.api import running
from testing.postgres import fresh_database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

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


async def test_the_key_ring_is_turned_from_the_command_line_if_it_is_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ring = tmp_path / "ring.json"
    write_key_ring(ring, new_key_ring())
    async with (
        fresh_database(MIGRATIONS) as keys,
        running(build, Settings, "registry", key_ring=str(ring), keys_database_url=keys) as (
            service,
            _issuer,
        ),
    ):
        await COMMANDS["rewrap-keys"](service, ["--turn"])
        await COMMANDS["rewrap-keys"](service, [])
        await COMMANDS["reapply-erasures"](service, [])

    assert capsys.readouterr().out.splitlines() == [
        "the key ring is at version 2",
        "0 keys wrapped anew",
        "0 keys wrapped anew",
        "0 people forgotten again",
    ]
    assert read_key_ring(str(ring)).current == 2


async def test_a_ring_that_is_no_file_is_not_turned_here(service: Service) -> None:
    with pytest.raises(SystemExit, match="add the version where it is kept"):
        await COMMANDS["rewrap-keys"](service, ["--turn"])

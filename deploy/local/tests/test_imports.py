from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from testing.postgres import fresh_database
from wushe.commands import imports
from wushe.every_command import app
from wushe.state import StateDir, Status

RUNNER = CliRunner()


def serving(state: StateDir, url: SecretStr) -> Status:
    """Return what a stack tells whose registry has this database."""
    dsn = url.get_secret_value().replace("+asyncpg", "")
    return Status(
        phase="ready",
        supervisor=1,
        state=state.path,
        gateway="http://127.0.0.1:1",
        gateway_admin="http://127.0.0.1:2",
        kafka="127.0.0.1:3",
        issuer="i",
        audience="a",
        jwks=state.jwks,
        databases={"registry": f"{dsn}?options=-c%20wushe.width%3Dsystem"},
        parts={},
    )


async def test_both_lists_are_imported_into_the_stack_that_runs(
    state: StateDir, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async with fresh_database("registry") as url:
        running = serving(state, url)
        monkeypatch.setattr(imports.StateDir, "status", lambda _: running)

        done = RUNNER.invoke(
            app, ["import", "areas", "--within", "370115", "--state", str(state.path)]
        )

    assert done.exit_code == 0
    first, second = capfd.readouterr().out.splitlines()
    assert first.startswith("13 areas (nbs, 2023-06-30) in force as list ")
    assert second.startswith("13 areas (mca, 2025-12-31) in force as list ")


def test_nothing_is_imported_where_nothing_runs(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["import", "areas", "--state", str(tmp_path)])

    assert done.exit_code == 1


def test_a_file_needs_its_scheme(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["import", "areas", "list.csv", "--state", str(tmp_path)])

    assert done.exit_code == 2

import os
import stat
from pathlib import Path

import pytest

from wushe.state import AlreadyRunning, Memory, StateDir, Status, write_private


def a_status(state: StateDir) -> Status:
    return Status(
        phase="ready",
        supervisor=os.getpid(),
        state=state.path,
        gateway="http://127.0.0.1:1",
        gateway_admin="http://127.0.0.1:2",
        kafka="127.0.0.1:3",
        issuer="i",
        audience="a",
        jwks=state.jwks,
        databases={},
        parts={},
    )


def test_what_is_remembered_comes_back(state: StateDir) -> None:
    memory = Memory(ports={"gateway": 1}, done={"cases migrate": "x"})

    state.remember(memory)

    assert state.memory() == memory


def test_an_unreadable_memory_is_an_empty_one(state: StateDir) -> None:
    (state.path / "state.json").write_text("{")

    assert state.memory().ports == {}


def test_two_cannot_run_in_the_same_directory(state: StateDir) -> None:
    with state.locked(), pytest.raises(AlreadyRunning), StateDir(state.path).locked():
        pass


def test_the_holder_is_known_while_it_holds(state: StateDir) -> None:
    assert state.holder() is None
    with state.locked():
        assert state.holder() == os.getpid()
    assert state.holder() is None


def test_what_a_crash_left_behind_is_not_believed(state: StateDir) -> None:
    state.publish(a_status(state))

    assert state.status() is None


def test_what_runs_is_told(state: StateDir) -> None:
    with state.locked():
        state.publish(a_status(state))

        assert state.status() == a_status(state)


def test_a_private_file_is_private(tmp_path: Path) -> None:
    write_private(tmp_path / "secret", "x")

    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / "secret"]

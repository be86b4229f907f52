from collections.abc import Generator
from pathlib import Path

import pytest

from testing.gateway import echoing
from wushe.state import StateDir


@pytest.fixture(scope="module")
def upstream() -> Generator[int]:
    with echoing() as upstream:
        yield upstream.port


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    state = StateDir(tmp_path / "state")
    state.create()
    return state

"""The stacks that the tests of a run share; each is started when it is first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.stacks import LinkedStack, linked_stack_in, stack_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushe.stack import Stack


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack in which each service is one process."""
    with stack_in(tmp_path_factory.mktemp("whole")) as stack:
        yield stack


@pytest.fixture(scope="session")
def split(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack in which each service serves in two processes, consumes in one and relays in one."""
    with stack_in(tmp_path_factory.mktemp("split"), split=True) as stack:
        yield stack


@pytest.fixture(scope="session")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinkedStack]:
    """A stack in which the link to every part can be cut."""
    with linked_stack_in(tmp_path_factory.mktemp("linked")) as made:
        yield made

"""What is asked at once is done together, and each asker gets an answer of its own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from common.together import Together

if TYPE_CHECKING:
    from collections.abc import Sequence


class Halving:
    """Halves even numbers, as many as it is given; it waits until it may go on."""

    def __init__(self) -> None:
        self.goes: list[list[int]] = []
        self.is_going = asyncio.Event()
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        self.goes.append([*numbers])
        self.is_going.set()
        await self.may_go.wait()
        if odd := [number for number in numbers if number % 2]:
            raise ValueError(odd[0])
        return [number // 2 for number in numbers]


@pytest.fixture
def halving() -> Halving:
    return Halving()


async def test_who_asks_at_the_same_moment_is_served_together(halving: Halving) -> None:
    together = Together(halving)

    assert await asyncio.gather(*map(together.one, [2, 4, 6])) == [1, 2, 3]

    assert halving.goes == [[2, 4, 6]]


async def test_who_asks_alone_is_served_alone_each_time(halving: Halving) -> None:
    together = Together(halving)

    assert [await together.one(2), await together.one(4)] == [1, 2]

    assert halving.goes == [[2], [4]]


async def test_who_asks_meanwhile_is_served_in_the_next_go(halving: Halving) -> None:
    together = Together(halving)
    halving.may_go.clear()
    first = asyncio.create_task(together.one(2))
    await halving.is_going.wait()
    others = [asyncio.create_task(together.one(number)) for number in (4, 6)]
    await asyncio.sleep(0)
    halving.may_go.set()

    assert await asyncio.gather(first, *others) == [1, 2, 3]

    assert halving.goes == [[2], [4, 6]]


async def test_an_error_is_told_to_whom_it_concerns_only(halving: Halving) -> None:
    together = Together(halving)

    answers = await asyncio.gather(*map(together.one, [2, 3, 4]), return_exceptions=True)

    assert (answers[0], answers[2]) == (1, 2)
    assert isinstance(answers[1], ValueError)
    assert halving.goes == [[2, 3, 4], [2], [3], [4]]


async def test_a_cancelled_asker_stops_nobody(halving: Halving) -> None:
    together = Together(halving)
    halving.may_go.clear()
    tasks = [asyncio.create_task(together.one(number)) for number in (2, 4)]
    await halving.is_going.wait()
    tasks[0].cancel()
    halving.may_go.set()

    assert await tasks[1] == 2
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert await together.one(6) == 3

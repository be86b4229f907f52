"""What is asked at once is done together, and each asker gets an answer of its own."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import TYPE_CHECKING

import pytest

from common.together import Spoilt, Together

if TYPE_CHECKING:
    from collections.abc import Sequence


class Halving:
    """Halves even numbers, as many as it is given; it waits until it may go on."""

    def __init__(self) -> None:
        self.goes: list[list[int]] = []
        self.ended: list[type[BaseException]] = []
        self.is_going = asyncio.Event()
        self.may_go = asyncio.Event()
        self.may_go.set()

    async def __call__(self, numbers: Sequence[int]) -> Sequence[int]:
        self.goes.append([*numbers])
        self.is_going.set()
        try:
            await self.may_go.wait()
        except BaseException as error:
            self.ended.append(type(error))
            raise
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


async def test_who_spoils_a_go_is_left_out_of_the_next() -> None:
    goes: list[list[int]] = []

    async def double(numbers: Sequence[int]) -> Sequence[int]:
        goes.append([*numbers])
        if 3 in numbers:
            raise Spoilt(3) from LookupError()
        return [2 * number for number in numbers]

    answers = await asyncio.gather(*map(Together(double).one, [1, 3, 5]), return_exceptions=True)

    assert (answers[0], answers[2]) == (2, 10)
    assert isinstance(answers[1], LookupError)
    assert goes == [[1, 3, 5], [1, 5]]


async def test_an_error_that_is_everybodys_is_told_to_all_at_once(halving: Halving) -> None:
    together = Together(halving, is_common=lambda error: isinstance(error, ValueError))

    answers = await asyncio.gather(*map(together.one, [2, 3]), return_exceptions=True)

    assert [type(answer) for answer in answers] == [ValueError, ValueError]
    assert halving.goes == [[2, 3]]


async def test_nothing_of_what_a_cancelled_asker_wanted_goes_on_and_the_others_are_asked_again(
    halving: Halving,
) -> None:
    together = Together(halving)
    halving.may_go.clear()
    tasks = [asyncio.create_task(together.one(number)) for number in (2, 4)]
    await halving.is_going.wait()
    halving.is_going.clear()

    tasks[0].cancel()
    with pytest.raises(asyncio.CancelledError):
        await tasks[0]
    assert halving.ended == [asyncio.CancelledError]
    await halving.is_going.wait()
    halving.may_go.set()

    assert await tasks[1] == 2
    assert halving.goes == [[2, 4], [4]]
    assert await together.one(6) == 3


async def test_a_cancelled_asker_whose_turn_has_not_come_stops_nobody(halving: Halving) -> None:
    together = Together(halving)
    halving.may_go.clear()
    first = asyncio.create_task(together.one(2))
    await halving.is_going.wait()
    others = [asyncio.create_task(together.one(number)) for number in (4, 6)]
    await asyncio.sleep(0)
    others[0].cancel()
    halving.may_go.set()

    assert [await first, await others[1]] == [1, 3]
    assert halving.goes == [[2], [6]]


async def test_what_is_done_together_is_done_as_who_asked_first() -> None:
    who: ContextVar[str] = ContextVar("who")
    seen: list[str] = []

    async def note(names: Sequence[str]) -> Sequence[None]:
        seen.append(who.get())
        return [None for _ in names]

    together = Together(note)

    async def ask(name: str) -> None:
        who.set(name)
        await together.one(name)

    await asyncio.gather(ask("one"), ask("other"))
    await asyncio.create_task(ask("third"))

    assert seen == ["one", "third"]

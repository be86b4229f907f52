"""Doing in one go what is asked for while the last go is still under way.

Whoever asks alone waits for nobody. When many ask at once, all but the first are served together:
the busier it is, the less each of them costs.
"""

from __future__ import annotations

import asyncio
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Spoilt(Exception):
    """A go failed for one question, because of the cause: its asker is told, the others go on."""

    def __init__(self, asked: object) -> None:
        super().__init__(asked)
        self.asked: Final = asked


def _is_of_one(_: Exception) -> bool:
    return False


class Together(Generic[Asked, Answer]):
    """Gathers what is asked, and has it done together.

    ``do`` is given what was asked and returns the answers in its order, within the context of who
    asked first. Whoever spoils a go is left out of the next. When it fails otherwise, each is asked
    alone, so that nobody is told of another one's error; unless it ``is_common``, which all are
    told of. A go is cancelled with anyone who waits for it, and has ended when he goes on; the
    others are asked again.
    """

    def __init__(
        self,
        do: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]],
        *,
        is_common: Callable[[Exception], bool] = _is_of_one,
    ) -> None:
        self._do: Final = do
        self._is_common: Final = is_common
        self._waiting: list[_Question[Asked, Answer]] = []
        self._going: Sequence[_Question[Asked, Answer]] = ()
        self._go: asyncio.Task[Sequence[Answer]] | None = None
        self._work: asyncio.Task[None] | None = None

    async def one(self, asked: Asked) -> Answer:
        """Return the answer to one question, whoever else is answered with it."""
        question = _Question[Asked, Answer](asked, copy_context())
        self._waiting.append(question)
        if self._work is None:
            self._work = asyncio.create_task(self._serve())
        try:
            return await question.answer
        finally:
            if question in self._going and self._go is not None and not self._go.done():
                self._go.cancel()
                await asyncio.wait({self._go})

    async def _serve(self) -> None:
        try:
            # Whoever is about to ask joins in.
            await asyncio.sleep(0)
            while self._waiting:
                together, self._waiting = self._waiting, []
                await self._answer(together)
        finally:
            self._work = None

    async def _answer(self, questions: Sequence[_Question[Asked, Answer]]) -> None:
        # Nobody waits for the answer to a question whose asker was cancelled.
        wanted = [question for question in questions if not question.answer.done()]
        if not wanted:
            return
        again = [[question] for question in wanted]
        try:
            _settle(wanted, await self._in_one_go(wanted))
        except Spoilt as spoilt:
            _fail([each for each in wanted if each.asked is spoilt.asked], spoilt.__cause__)
            again = [wanted]
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001 - it is the askers'
            if len(wanted) == 1 or self._is_common(error):
                _fail(wanted, error)
        for left in again:
            await self._answer(left)

    async def _in_one_go(self, wanted: Sequence[_Question[Asked, Answer]]) -> Sequence[Answer]:
        asked = [question.asked for question in wanted]
        self._going = wanted
        self._go = asyncio.create_task(self._done(asked), context=wanted[0].context)
        try:
            await asyncio.wait({self._go})
            return self._go.result()
        finally:
            self._go.cancel()
            self._going, self._go = (), None

    async def _done(self, asked: Sequence[Asked]) -> Sequence[Answer]:
        return await self._do(asked)


class _Question(Generic[Asked, Answer]):
    def __init__(self, asked: Asked, context: Context) -> None:
        self.asked: Final = asked
        self.context: Final = context
        self.answer: Final[asyncio.Future[Answer]] = asyncio.get_running_loop().create_future()


def _settle(questions: Sequence[_Question[Any, Answer]], answers: Sequence[Answer]) -> None:
    for question, answer in zip(questions, answers, strict=True):
        if not question.answer.done():
            question.answer.set_result(answer)


def _fail(questions: Sequence[_Question[Any, Any]], error: BaseException | None) -> None:
    assert error is not None, "a go is spoilt because of something"
    for question in questions:
        if not question.answer.done():
            question.answer.set_exception(error)

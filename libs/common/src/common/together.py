"""Doing in one go what is asked for while the last go is still under way.

Whoever asks alone waits for nobody. When many ask at once, all but the first are served together:
the busier it is, the less each of them costs.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Together(Generic[Asked, Answer]):
    """Gathers what is asked, and has it done together.

    ``do`` is given what was asked and returns the answers in its order. When it fails, each is
    asked alone, so that nobody is answered with another one's error.
    """

    def __init__(self, do: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]]) -> None:
        self._do: Final = do
        self._waiting: list[_Question[Asked, Answer]] = []
        self._work: asyncio.Task[None] | None = None

    async def one(self, asked: Asked) -> Answer:
        """Return the answer to one question, whoever else is answered with it."""
        question = _Question[Asked, Answer](asked)
        self._waiting.append(question)
        if self._work is None:
            self._work = asyncio.create_task(self._serve())
        return await question.answer

    async def _serve(self) -> None:
        together: Sequence[_Question[Asked, Answer]] = ()
        try:
            # Whoever is about to ask joins in.
            await asyncio.sleep(0)
            while self._waiting:
                together, self._waiting = self._waiting, []
                await self._answer(together)
        finally:
            self._work = None
            for question in (*together, *self._waiting):
                question.answer.cancel()

    async def _answer(self, questions: Sequence[_Question[Asked, Answer]]) -> None:
        # Nobody waits for the answer to a question whose asker was cancelled.
        wanted = [question for question in questions if not question.answer.done()]
        if not wanted:
            return
        try:
            answers = await self._do([question.asked for question in wanted])
        except Exception as error:  # noqa: BLE001 - it is the asker's
            if len(wanted) == 1:
                wanted[0].fail(error)
                return
            for question in wanted:
                await self._answer([question])
            return
        for question, answer in zip(wanted, answers, strict=True):
            question.settle(answer)


class _Question(Generic[Asked, Answer]):
    def __init__(self, asked: Asked) -> None:
        self.asked: Final = asked
        self.answer: Final[asyncio.Future[Answer]] = asyncio.get_running_loop().create_future()

    def settle(self, answer: Answer) -> None:
        if not self.answer.done():
            self.answer.set_result(answer)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)

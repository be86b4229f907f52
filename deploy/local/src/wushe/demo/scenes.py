"""Keeps the record while the story is told: steps, calls, sentences, and what had to be so."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from wushe.demo.transcript import CallMade, Expectation, Saying, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from wushe.demo.cast import Person
    from wushe.demo.desk import Call


@dataclass
class ExpectationFailed(Exception):
    """Something that the story promises is not so."""

    expectation: Expectation

    @override
    def __str__(self) -> str:
        wrong = self.expectation
        return f"{wrong.sentence} Expected {wrong.expected}, found {wrong.found}."


class Scenes:
    """The record of one performance; each finished step is shown at once."""

    def __init__(self, show: Callable[[Step], None]) -> None:
        self._show: Final = show
        self._calls: list[CallMade] = []
        self._told: list[Saying] = []
        self.steps: Final[list[Step]] = []
        self.expectations: Final[list[Expectation]] = []

    @contextmanager
    def step(self, code: str, who: Person, *, en: str, zh: str) -> Generator[None]:
        """Tell one step: what is called and said in the block belongs to it."""
        self._calls.clear()
        self._told.clear()
        start = time.perf_counter()
        yield
        step = Step(
            number=len(self.steps) + 1,
            code=code,
            who=Saying(zh=who.title_zh, en=who.title),
            title=Saying(zh=zh, en=en),
            told=tuple(self._told),
            calls=tuple(self._calls),
            seconds=round(time.perf_counter() - start, 3),
        )
        self.steps.append(step)
        self._show(step)

    def say(self, *, en: str, zh: str) -> None:
        """Add a sentence to the present step."""
        self._told.append(Saying(zh=zh, en=en))

    def note(self, call: Call) -> None:
        """Add a request to the present step."""
        self._calls.append(
            CallMade(
                method=call.method,
                path=call.path,
                status=call.status,
                milliseconds=call.milliseconds,
            )
        )

    def expect(self, code: str, sentence: str, *, expected: object, found: object) -> None:
        """Write down that something had to be so, and whether it was.

        Raises:
            ExpectationFailed: It was not; the story ends here.
        """
        expectation = Expectation(
            code=code,
            sentence=sentence,
            expected=str(expected),
            found=str(found),
            held=expected == found,
        )
        self.expectations.append(expectation)
        if not expectation.held:
            raise ExpectationFailed(expectation)

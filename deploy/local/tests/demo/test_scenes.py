"""The record of a performance."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from wushe.demo.cast import OFFICER
from wushe.demo.desk import Call
from wushe.demo.narrator import Narrator
from wushe.demo.scenes import ExpectationFailed, Scenes

if TYPE_CHECKING:
    from wushe.demo.transcript import Step


def test_a_step_holds_the_calls_and_sentences_of_its_block() -> None:
    shown: list[Step] = []
    scenes = Scenes(shown.append)
    scenes.note(Call(method="GET", path="/before", status=200, milliseconds=1.0))

    with scenes.step("look", OFFICER, en="Looking", zh="查看"):
        scenes.note(Call(method="GET", path="/within", status=200, milliseconds=1.0))
        scenes.say(en="Seen.", zh="已看。")

    (step,) = shown
    assert step.number == 1
    assert [call.path for call in step.calls] == ["/within"]
    assert [saying.en for saying in step.told] == ["Seen."]


def test_an_expectation_that_fails_ends_the_story_and_is_kept() -> None:
    scenes = Scenes(lambda _: None)
    scenes.expect("one", "One is one.", expected=1, found=1)

    with pytest.raises(ExpectationFailed, match=r"Two is three. Expected 3, found 2"):
        scenes.expect("two", "Two is three.", expected=3, found=2)

    assert [each.held for each in scenes.expectations] == [True, False]


def test_a_step_is_printed_in_both_languages_and_brackets_are_no_markup() -> None:
    text = io.StringIO()
    narrator = Narrator(Console(file=text, width=120))
    scenes = Scenes(narrator.show)

    with scenes.step("look", OFFICER, en="Looking", zh="查看"):
        scenes.say(en="Seen [all] of it.", zh="已看[全部]。")

    assert "查看" in text.getvalue()
    assert "已看[全部]。" in text.getvalue()
    assert "Seen [all] of it." in text.getvalue()

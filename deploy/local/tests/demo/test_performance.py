"""A performance that goes wrong says so, and says where."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from uuid import UUID

from rich.console import Console
from typing_extensions import override

from wushe.demo.company import Stage
from wushe.demo.narrator import Narrator
from wushe.demo.performance import perform
from wushe.demo.transcript import FORMAT, Transcript
from wushe.tokens import GrantRefused

if TYPE_CHECKING:
    from wushe.demo.transcript import Step
    from wushe.tokens import Grant

RUN = UUID("0192d3c4-5b6a-7890-8abc-def012345678")


class Silent(Stage):
    """A gateway at which nobody listens."""

    @property
    @override
    def gateway(self) -> str:
        return "http://127.0.0.1:9"

    @override
    def token(self, *grants: Grant, subject: str) -> str:
        return "not.a.token"


class Closed(Silent):
    """A registry that admits nobody."""

    @override
    def token(self, *grants: Grant, subject: str) -> str:
        raise GrantRefused(503, "come again")


def perform_on(stage: Stage) -> Transcript:
    steps: list[Step] = []
    return perform(stage, run=RUN, seed=1, show=steps.append)


def test_without_a_gateway_nothing_passes_and_the_reason_is_kept() -> None:
    transcript = perform_on(Silent())

    assert not transcript.passed
    assert "ConnectError" in (transcript.failure or "")
    assert transcript.steps == ()


def test_without_admission_nothing_passes() -> None:
    transcript = perform_on(Closed())

    assert not transcript.passed
    assert "503" in (transcript.failure or "")


def test_a_transcript_survives_being_written_and_read() -> None:
    transcript = perform_on(Silent())

    assert transcript.format == FORMAT
    assert Transcript.model_validate_json(transcript.model_dump_json()) == transcript


def test_a_failure_is_told_in_the_end() -> None:
    text = io.StringIO()

    Narrator(Console(file=text, width=200)).conclude(perform_on(Silent()))

    assert "ConnectError" in text.getvalue()

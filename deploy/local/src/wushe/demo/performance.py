"""One performance from beginning to end, whatever comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import httpx

from wushe.demo import planning, serving
from wushe.demo.company import Company
from wushe.demo.desk import NothingCame, UnexpectedAnswer
from wushe.demo.ending import needs_met, read_report
from wushe.demo.play import Play
from wushe.demo.scenes import ExpectationFailed, Scenes
from wushe.demo.setting import read_townships, set_scene
from wushe.demo.story import CHINA, need_id, tell
from wushe.demo.stream import listening
from wushe.demo.transcript import FORMAT, NonMatch, Plan, Report, Setting, Times, Transcript
from wushe.tokens import NotGranted

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from wushe.demo.company import Stage
    from wushe.demo.transcript import Step

STREAM: Final = "/matching/v1/proposals/stream"


@dataclass
class _Findings:
    """What has been found so far; a story that breaks off has found less."""

    setting: Setting | None = None
    first_plan: Plan | None = None
    final_plan: Plan | None = None
    non_match: NonMatch | None = None
    times: Times | None = None
    report: Report | None = None
    failure: str | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))


def perform(stage: Stage, *, run: UUID, seed: int, show: Callable[[Step], None]) -> Transcript:
    """Play the story on a running stack and return the record of it, passed or not."""
    scenes = Scenes(show)
    findings = _Findings()
    try:
        _play(stage, scenes, findings, run=run, seed=seed)
    except (
        ExpectationFailed,
        NothingCame,
        NotGranted,
        UnexpectedAnswer,
        httpx.HTTPError,
        # An answer of another shape than we read.
        LookupError,
        TypeError,
        ValueError,
    ) as failure:
        findings.failure = f"{type(failure).__name__}: {failure}"
    return Transcript(
        format=FORMAT,
        passed=findings.failure is None,
        failure=findings.failure,
        illustrative=True,
        run=run,
        seed=seed,
        gateway=stage.gateway,
        started_at=findings.started_at,
        finished_at=datetime.now(UTC),
        setting=findings.setting,
        need_id=need_id(run),
        steps=tuple(scenes.steps),
        first_plan=findings.first_plan,
        final_plan=findings.final_plan,
        non_match=findings.non_match,
        times=findings.times,
        report=findings.report,
        expectations=tuple(scenes.expectations),
    )


def _play(stage: Stage, scenes: Scenes, findings: _Findings, *, run: UUID, seed: int) -> None:
    today = datetime.now(CHINA).date()
    with Company(stage, run, scenes.note) as company:
        townships, listed = read_townships(company.administrator, scenes)
        story = tell(townships, run=run, today=today, seed=seed)
        findings.setting = set_scene(company, story, scenes, listed=listed)
        met_before = needs_met(company.officer)
        worker = company.station_worker
        with listening(stage.gateway, STREAM, company.token_of(worker)) as stream:
            heard_after = _play_acts(Play(company, story, scenes, stream), findings)
        findings.times, findings.report = read_report(
            company.officer, story, scenes, heard_after=heard_after, met_before=met_before
        )


def _play_acts(play: Play, findings: _Findings) -> float:
    planning.record_meeting(play)
    heard_after = planning.submit_need(play)
    findings.first_plan = planning.read_first_plan(play)
    plan = planning.note_refusal(play)
    planning.read_plan(play, plan)
    findings.non_match = planning.explain_non_matches(play)
    planning.approve(play)
    serving.accept(play)
    serving.decline(play)
    findings.final_plan = serving.record_services(play)
    serving.confirm_hours(play, findings.final_plan)
    serving.close(play)
    return heard_after

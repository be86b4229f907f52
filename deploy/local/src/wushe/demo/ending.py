"""The last act: what the officer reads, and how it compares with what happened."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from wushe.demo.desk import until
from wushe.demo.ground import CITY
from wushe.demo.play import SOCIETIES
from wushe.demo.serving import SERVICES_GIVEN
from wushe.demo.story import SCHEME, STATIONS
from wushe.demo.transcript import Report, Times

if TYPE_CHECKING:
    from wushe.demo.desk import Desk, Json
    from wushe.demo.scenes import Scenes
    from wushe.demo.story import Story


def needs_met(desk: Desk) -> int:
    """Return how many needs in Dalian were met by all five societies, as the report has it."""
    answer = desk.get("/reporting/v1/linkage", scheme=SCHEME, area=CITY)
    return sum(met["needs"] for met in answer["met_by_societies"] if met["societies"] == SOCIETIES)


def read_report(
    desk: Desk, story: Story, scenes: Scenes, *, heard_after: float, met_before: int
) -> tuple[Times, Report]:
    """Read the report, wait until it is complete, and check it against the story."""
    with scenes.step("report", desk.person, en="The city reads the report", zh="市级查看报告"):
        need = until(
            lambda: desk.get(f"/reporting/v1/needs/{story.need_id}"),
            lambda seen: seen["state"] == "met" and seen["fulfilled_at"] is not None,
            awaited="the closing of the need in the report",
            bear=frozenset({"need-not-reported"}),
        )
        coverage = desk.get("/reporting/v1/coverage", scheme=SCHEME, area=CITY)
        times = _times(need, heard_after)
        report = _report(need, coverage, needs_met(desk) - met_before)
        _tell(scenes, times, report)
        _check(scenes, times, report)
    return times, report


def _times(need: Json, heard_after: float) -> Times:
    seconds: Json = need["seconds"]
    return Times(
        proposal_heard=round(heard_after, 4),
        submission_to_proposal=seconds["to_proposal"],
        submission_to_first_acceptance=seconds["to_first_acceptance"],
        submission_to_all_accepted=seconds["to_all_accepted"],
        submission_to_fulfilment=seconds["to_fulfilment"],
        submission_to_closure=seconds["to_closure"],
    )


def _report(need: Json, coverage: Json, met: int) -> Report:
    measures: Json = need["measures"]
    return Report(
        needs_met=met,
        societies=tuple(share["society"] for share in need["societies"]),
        persons=measures["persons"],
        person_times=measures["person_times"],
        sessions=measures["sessions"],
        coverage_covered=coverage["covered"],
        coverage_base=coverage["base"],
        events_of_the_need=len(need["events"]),
    )


def _tell(scenes: Scenes, times: Times, report: Report) -> None:
    scenes.say(
        en=f"One need met by {len(report.societies)} societies; submission to proposal "
        f"{times.submission_to_proposal:.3f} s, to all accepted "
        f"{times.submission_to_all_accepted:.2f} s, to fulfilment "
        f"{times.submission_to_fulfilment:.2f} s.",
        zh=f"一项需求由{len(report.societies)}社联动满足；提交到提议 "
        f"{times.submission_to_proposal:.3f} 秒，到全部接受 "
        f"{times.submission_to_all_accepted:.2f} 秒，到全部完成 "
        f"{times.submission_to_fulfilment:.2f} 秒。",
    )
    scenes.say(
        en=f"Coverage of Dalian: {report.coverage_covered} of {report.coverage_base}.",
        zh=f"大连市乡镇（街道）社工站覆盖：{report.coverage_covered} / {report.coverage_base}。",
    )


def _check(scenes: Scenes, times: Times, report: Report) -> None:
    scenes.expect(
        "one-need-met",
        "The report counts one more need met by all five societies.",
        expected=1,
        found=report.needs_met,
    )
    scenes.expect(
        "reported-societies",
        "The report names five societies.",
        expected=SOCIETIES,
        found=len(set(report.societies)),
    )
    scenes.expect(
        "coverage",
        "Every formal township of Dalian is covered.",
        expected=(STATIONS, STATIONS),
        found=(report.coverage_covered, report.coverage_base),
    )
    scenes.expect(
        "measures",
        "Persons, person-times and sessions are what was recorded, each by itself.",
        expected=(
            max(given.persons for given in SERVICES_GIVEN),
            sum(given.person_times for given in SERVICES_GIVEN),
            sum(given.sessions for given in SERVICES_GIVEN),
        ),
        found=(report.persons, report.person_times, report.sessions),
    )
    in_order = (
        times.submission_to_proposal,
        times.submission_to_first_acceptance,
        times.submission_to_all_accepted,
        times.submission_to_fulfilment,
        times.submission_to_closure,
    )
    scenes.expect(
        "times-in-order",
        "Proposal, acceptances, fulfilment and closure follow each other.",
        expected=True,
        found=all(left <= right for left, right in pairwise(in_order)),
    )

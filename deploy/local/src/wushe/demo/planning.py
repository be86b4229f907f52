"""First half: from the meeting to the approved plan."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from wushe.demo.cast import TEAM, TEAM_THAT_SAID_NO, Part
from wushe.demo.play import AFTER_THE_CALL, AT_FIRST, SOCIETIES
from wushe.demo.reading import failing_rules, non_match_of
from wushe.demo.story import LINES
from wushe.demo.telling import tell_non_match, tell_parties, tell_reasons

if TYPE_CHECKING:
    from wushe.demo.cast import Offer
    from wushe.demo.desk import Json
    from wushe.demo.play import Play
    from wushe.demo.stream import Heard
    from wushe.demo.transcript import NonMatch, Plan


def record_meeting(play: Play) -> None:
    """The community worker puts the meeting on record."""
    desk = play.company.community_worker
    with play.scenes.step(
        "meeting", desk.person, en="The community meeting is recorded", zh="记录协商会及其决议"
    ):
        meeting = play.story.meeting()
        desk.post("/cases/v1/meetings", meeting)
        play.scenes.say(
            en="School, property company and parents resolved: a room near the gate, "
            "counselling, drinking water, company on Saturdays.",
            zh=f"学校、物业、家长共同决议：{meeting['resolution']}",
        )


def submit_need(play: Play) -> float:
    """The resolution becomes a need; return the seconds until its proposal was heard."""
    desk, scenes = play.company.community_worker, play.scenes
    about = str(play.story.need_id)

    def is_proposal(heard: Heard) -> bool:
        return heard.event == "proposed" and bool(heard.data["need_id"] == about)

    with scenes.step(
        "need", desk.person, en="It becomes a need with four lines", zh="决议成为一项需求"
    ):
        sent = time.perf_counter()
        need = desk.post("/cases/v1/needs", play.story.need())
        heard = play.stream.await_event(is_proposal, awaited="a proposal for the need")
        seconds = heard.at - sent
        for line in LINES:
            scenes.say(
                en=f"{line.label}: {line.quantity} {line.unit}",
                zh=f"{line.label_zh}：{line.quantity} {line.unit}",
            )
        scenes.say(
            en=f"First proposal on the event stream after {seconds * 1_000:.0f} ms.",
            zh=f"{seconds * 1_000:.0f} 毫秒后事件流收到第一个对接提议。",
        )
        scenes.expect("need-open", "The need is open.", expected="open", found=need["state"])
    return seconds


def read_first_plan(play: Play) -> Plan:
    """The station worker sees who was proposed for what."""
    desk = play.company.station_worker
    with play.scenes.step(
        "first_plan", desk.person, en="The first linkage plan", zh="第一版联动方案"
    ):
        plan = play.await_plan(AT_FIRST, "proposed")
        tell_parties(play.scenes, plan)
    return plan


def note_refusal(play: Play) -> Plan:
    """The nearest team said no by telephone; the plan has to change."""
    desk, team = play.company.station_worker, TEAM_THAT_SAID_NO
    with play.scenes.step(
        "refusal", desk.person, en="A no by telephone is noted", zh="登记一次电话谢绝"
    ):
        no = {
            "party_id": str(play.story.party_id(team)),
            "reason": "no_time",
            "said_on": play.story.today.isoformat(),
        }
        desk.post(f"{play.need_in_matching}/refusals", no)
        plan = play.await_plan(AFTER_THE_CALL, "proposed")
        play.scenes.say(
            en=f"{team.party.name} has no time; {TEAM.party.name} takes its place.",
            zh=f"“{team.party.name}”电话谢绝（没有时间），方案改为“{TEAM.party.name}”。",
        )
    return plan


def read_plan(play: Play, plan: Plan) -> None:
    """The station worker reads the reasons, and the proof that nothing is better."""
    desk, scenes = play.company.station_worker, play.scenes
    with scenes.step(
        "plan", desk.person, en="The plan is read, with its reasons", zh="阅读联动方案及理由"
    ):
        tell_reasons(scenes, plan)
        scenes.expect(
            "five-societies",
            "The plan brings five societies together.",
            expected=SOCIETIES,
            found=len({line.society for line in plan.lines}),
        )
        scenes.expect(
            "no-gap",
            "The plan is proved best: value and bound are equal.",
            expected=0,
            found=plan.certificate.gap if plan.certificate else None,
        )


def explain_non_matches(play: Play) -> NonMatch:
    """The station worker asks why one offer was not chosen; all fifty are checked."""
    desk, story = play.company.station_worker, play.story
    asked_about = story.non_match()
    with play.scenes.step(
        "non_match", desk.person, en="Why not somebody else", zh="为什么不是另一家"
    ):
        explanations = {
            offer: desk.get(f"{play.need_in_matching}/explain", offer=str(story.offer_id(offer)))
            for offer in story.with_part(Part.BYSTANDER)
        }
        line = next(line for line in LINES if line.service == asked_about.service)
        non_match = non_match_of(explanations[asked_about], str(story.line_id(line)))
        tell_non_match(play.scenes, non_match)
        play.scenes.expect(
            "bystanders-kept-out",
            "Each of the fifty others is kept out by the rule that was expected.",
            expected=[],
            found=[o.party.name for o, found in explanations.items() if not _kept_out(o, found)],
        )
    return non_match


def approve(play: Play) -> None:
    """The station worker approves all lines, and everybody is asked."""
    desk = play.company.station_worker
    with play.scenes.step("approval", desk.person, en="The plan is approved", zh="审批联动方案"):
        desk.post(f"{play.need_in_matching}/plan/approval", {})
        plan = play.await_plan(AFTER_THE_CALL, "asked")
        play.scenes.say(
            en=f"{len(plan.lines)} parties are asked; an ask holds nothing yet.",
            zh=f"已征询 {len(plan.lines)} 方；征询本身不占用资源。",
        )


def _kept_out(offer: Offer, explanation: Json) -> bool:
    """Tell whether the expected rule forbids the offer, and no line would take it."""
    by_line = failing_rules(explanation)
    if not all(by_line.values()):
        return False
    if offer.fails == "service_fits":
        return all(offer.fails in codes for codes in by_line.values())
    return any(offer.fails in codes and "service_fits" not in codes for codes in by_line.values())

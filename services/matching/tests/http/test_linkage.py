"""The worker's desk and the parties' answers over HTTP: queue, plan, reasons, asks, decisions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from matching_builders import a_line, named

from common.vocabulary import ServiceCode, Unit, Weekday
from matching.domain.identity import NeedId
from matching.domain.rules import RULES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from matching_desk import Desk

    from testing.api import Api


NEEDS = "/matching/v1/needs"
MATCHES = "/matching/v1/matches"
SATURDAY = frozenset({Weekday.SATURDAY})


def code_of(answer: Any) -> str:  # noqa: ANN401
    return str(answer.json()["type"]).rpartition("/")[2]


class Story:
    """Company on Saturdays and counselling are needed; one team fits, another does not."""

    def __init__(self, client: Api, desk: Desk) -> None:
        self.client, self.desk = client, desk
        self.need = NeedId(named("need"))
        self.plan = f"{NEEDS}/{self.need}/plan"

    async def begin(self) -> None:
        company: dict[str, Any] = {"service": ServiceCode.COMPANY, "unit": Unit.PERSON}
        await self.desk.offer("fits", party="team", capacity=10, weekdays=SATURDAY, **company)
        await self.desk.offer(
            "far", party="other", capacity=10, metres=3_000, title="远处陪伴", **company
        )
        await self.desk.offer(
            "weekdays",
            party="office",
            capacity=10,
            weekdays=frozenset({Weekday.MONDAY}),
            **company,
        )
        await self.desk.need(
            "need",
            a_line("company", quantity=4, weekdays=SATURDAY, within_metres=5_000, **company),
            a_line("counselling"),
        )
        await self.desk.plan()

    async def as_party(self, name: str) -> Api:
        return await self.client.signed_in("volunteer", org=named(name))

    async def asked(self, worker: Api) -> dict[str, Any]:
        approved = (await worker.post(f"{self.plan}/approval", json={})).json()
        (match,) = [line["match"] for line in approved["lines"] if line["match"]]
        found: dict[str, Any] = match
        return found


@pytest.fixture
async def story(client: Api, desk: Desk) -> AsyncGenerator[Story]:
    story = Story(client, desk)
    await story.begin()
    return story


async def test_the_queue_shows_what_is_open_the_most_urgent_first(
    story: Story, worker: Api
) -> None:
    await story.desk.need("calm", a_line("calm"), urgency=1)
    await story.desk.need("urgent", a_line("urgent"), urgency=4)

    page = (await worker.get(f"{NEEDS}?limit=2")).json()
    rest = (await worker.get(f"{NEEDS}?limit=2&cursor={page['next']}")).json()
    elsewhere = (await worker.get(f"{NEEDS}?within=2103")).json()

    assert [need["urgency"] for need in page["items"]] == [4, 3]
    assert [need["urgency"] for need in rest["items"]] == [1]
    assert elsewhere["items"] == []
    queued = page["items"][1]
    assert queued["open_lines"] == 2
    assert [line["state"] for line in queued["lines"]] == ["proposed", None]
    assert queued["lines"][0]["state_label"] == "已提议"


async def test_a_plan_says_who_does_what_why_and_what_is_missing(story: Story, worker: Api) -> None:
    plan = (await worker.get(story.plan)).json()

    filled, missing = plan["lines"]
    assert plan["version"] == 1
    assert plan["societies"] == ["social_worker"]
    assert plan["missing"] == [str(named("counselling"))]
    assert missing["match"] is None
    match = filled["match"]
    assert (match["party_name"], match["offer_title"]) == ("先进街道社工站", "心理疏导")
    assert match["value"] == sum(term["points"] for term in match["terms"])
    assert match["reason_zh"] == "离需求地点 200 米，周六有空，能提供 4 人（余 10 人）。"
    assert match["reason_en"].startswith("200 m from the place of need; free on Saturday; ")
    assert plan["certificate"]["status"] == "optimal"
    assert plan["certificate"]["gap"] == 0
    assert plan["certificate"]["value"] == plan["certificate"]["bound"] == match["value"]


async def test_why_one_is_chosen_and_the_others_are_not(story: Story, worker: Api) -> None:
    async def verdict(offer: str) -> dict[str, Any]:
        answer = await worker.get(f"{NEEDS}/{story.need}/explain?offer={named(offer)}")
        found: dict[str, Any] = answer.json()["lines"][0]
        return found

    chosen, allowed, forbidden = [await verdict(o) for o in ("fits", "far", "weekdays")]

    assert chosen["pair"]["verdict"] == "chosen"
    assert allowed["pair"]["verdict"] == "allowed"
    assert "方案选用了得" in allowed["pair"]["sentence_zh"]
    assert forbidden["pair"]["failed_rules"] == ["weekday_fits"]
    assert forbidden["pair"]["sentence_zh"] == "周六没空（只在周一）。"
    assert forbidden["pair"]["value"] is None
    assert [each["code"] for each in forbidden["rules"]] == [rule.code for rule in RULES]
    vetting = next(rule for rule in chosen["rules"] if rule["code"] == "vetting_valid")
    assert "未成年人保护法" in vetting["source"]


async def test_candidates_are_ranked_and_the_rejected_say_why(story: Story, worker: Api) -> None:
    found = (await worker.get(f"{NEEDS}/{story.need}/candidates")).json()

    company, counselling = found["lines"]
    assert [each["offer_id"] for each in company["candidates"]] == [
        str(named("fits")),
        str(named("far")),
    ]
    assert [each["failed_rules"] for each in company["rejected"]] == [["weekday_fits"]]
    assert (counselling["candidates"], counselling["rejected"]) == ([], [])


async def test_what_is_not_matched_says_what_would_have_to_be_otherwise(
    story: Story, worker: Api
) -> None:
    async def pair(offer: str) -> dict[str, Any]:
        answer = await worker.get(f"{NEEDS}/{story.need}/explain?offer={named(offer)}")
        found: dict[str, Any] = answer.json()["lines"][0]["pair"]
        return found

    chosen, allowed, forbidden = [await pair(offer) for offer in ("fits", "far", "weekdays")]

    assert (chosen["price"], chosen["allowed_if"], chosen["chosen_if"]) == (0, None, None)
    assert (allowed["price"], allowed["allowed_if"]) == (0, None)
    assert allowed["chosen_if"]["points"] == chosen["value"] - allowed["value"] + 1
    assert allowed["chosen_if"]["changes"] == []
    (change,) = forbidden["allowed_if"]["changes"]
    assert (change["what"], change["by"]) == ("offer.weekdays", 1)
    assert forbidden["allowed_if"]["sentence_zh"] == "若周六也有空，则可以对接。"
    assert forbidden["chosen_if"]["changes"] == [change]
    listed = (await worker.get(f"{NEEDS}/{story.need}/candidates")).json()["lines"][0]
    assert [each["chosen_if"] for each in listed["rejected"]] == [forbidden["chosen_if"]]


async def test_an_offer_of_another_pool_is_explained_only_to_who_may_see_it(
    story: Story, client: Api, worker: Api
) -> None:
    across = await story.desk.offer("across", area="210302001")
    admin = await client.signed_in("platform_admin")
    path = f"{NEEDS}/{story.need}/explain?offer={across.id}"

    hidden, shown = await worker.get(path), await admin.get(path)

    assert (hidden.status_code, code_of(hidden)) == (404, "offer-not-found")
    assert "same_pool" in shown.json()["lines"][0]["pair"]["failed_rules"]


async def test_approval_asks_and_an_acceptance_holds(story: Story, worker: Api) -> None:
    asked = await story.asked(worker)
    party = await story.as_party("team")
    path = f"{MATCHES}/{asked['id']}"

    seen = await party.get(path)
    accepted = await party.post(f"{path}/acceptance", headers={"if-match": seen.headers["etag"]})
    offer = (await party.get(f"/matching/v1/offers/{named('fits')}")).json()
    again = await party.post(f"{path}/acceptance")

    assert (asked["state"], accepted.json()["state"]) == ("asked", "accepted")
    assert accepted.headers["etag"] == '"3"'
    assert (offer["held"], offer["left"]) == (4, 6)
    # Its reason is still told as it was when it was asked.
    assert accepted.json()["reason_zh"].endswith("能提供 4 人（余 10 人）。")
    assert (again.status_code, code_of(again)) == (409, "match-already-decided")


async def test_a_party_knows_nothing_of_a_match_before_it_is_asked(
    story: Story, worker: Api
) -> None:
    party = await story.as_party("team")
    proposed = (await worker.get(MATCHES)).json()["items"][0]

    listed = await party.get(MATCHES)
    hidden = await party.get(f"{MATCHES}/{proposed['id']}")
    answered = await party.post(f"{MATCHES}/{proposed['id']}/acceptance")

    assert listed.json()["items"] == []
    assert (hidden.status_code, answered.status_code) == (404, 404)


@pytest.mark.usefixtures("story")
async def test_an_administrator_cannot_answer_before_anybody_asked(
    client: Api, worker: Api
) -> None:
    admin = await client.signed_in("platform_admin")
    proposed = (await worker.get(MATCHES)).json()["items"][0]

    answer = await admin.post(f"{MATCHES}/{proposed['id']}/acceptance")

    assert (answer.status_code, code_of(answer)) == (409, "match-not-asked")


async def test_nobody_answers_for_another_party(story: Story, worker: Api) -> None:
    asked = await story.asked(worker)
    other = await story.as_party("other")

    answer = await other.post(f"{MATCHES}/{asked['id']}/acceptance")

    assert (answer.status_code, code_of(answer)) == (404, "match-not-known")


async def test_a_decline_lets_the_next_best_be_asked_at_once(story: Story, worker: Api) -> None:
    asked = await story.asked(worker)
    party = await story.as_party("team")

    declined = await party.post(
        f"{MATCHES}/{asked['id']}/decline", json={"reason": "no_time", "note": "有安排"}
    )
    await story.desk.plan()

    assert declined.json()["decline_reason_label"] == "没有时间"
    plan = (await worker.get(story.plan)).json()
    assert plan["version"] == 2
    assert plan["lines"][0]["match"]["offer_title"] == "远处陪伴"
    assert plan["lines"][0]["match"]["state"] == "asked"
    explained = await worker.get(f"{NEEDS}/{story.need}/explain?offer={named('fits')}")
    assert explained.json()["lines"][0]["pair"]["failed_rules"] == ["not_refused"]
    assert explained.json()["lines"][0]["pair"]["sentence_zh"] == "已谢绝此需求（没有时间）。"


async def test_a_stale_reader_decides_nothing(story: Story, worker: Api) -> None:
    asked = await story.asked(worker)
    party = await story.as_party("team")
    path = f"{MATCHES}/{asked['id']}"

    accept = await party.post(f"{path}/acceptance", headers={"if-match": '"1"'})
    decline = await party.post(
        f"{path}/decline", json={"reason": "other"}, headers={"if-match": '"1"'}
    )

    assert [accept.status_code, decline.status_code] == [412, 412]


async def test_a_refusal_told_by_telephone_is_noted(story: Story, worker: Api) -> None:
    body = {"party_id": str(named("team")), "reason": "too_far", "said_on": "2026-03-02"}

    noted = await worker.post(f"{NEEDS}/{story.need}/refusals", json=body)
    tomorrow = (story.desk.clock.at + timedelta(days=2)).date().isoformat()
    future = await worker.post(f"{NEEDS}/{story.need}/refusals", json={**body, "said_on": tomorrow})
    unknown = await worker.post(
        f"{NEEDS}/{story.need}/refusals", json={**body, "party_id": str(uuid4())}
    )

    assert (noted.status_code, noted.json()["reason_label"]) == (201, "距离太远")
    assert (future.status_code, code_of(future)) == (422, "refusal-in-the-future")
    assert (unknown.status_code, code_of(unknown)) == (404, "party-not-known")
    states = (await worker.get(f"{MATCHES}?need_id={story.need}&state=declined")).json()
    assert len(states["items"]) == 1


async def test_a_party_that_accepted_cannot_be_noted_as_refusing(story: Story, worker: Api) -> None:
    asked = await story.asked(worker)
    await (await story.as_party("team")).post(f"{MATCHES}/{asked['id']}/acceptance")
    body = {"party_id": str(named("team")), "reason": "no_time", "said_on": "2026-03-02"}

    answer = await worker.post(f"{NEEDS}/{story.need}/refusals", json=body)

    assert (answer.status_code, code_of(answer)) == (409, "party-has-accepted")


async def test_lines_of_other_needs_and_ended_needs_are_not_approved(
    story: Story, worker: Api
) -> None:
    unknown = await worker.post(f"{story.plan}/approval", json={"line_ids": [str(uuid4())]})
    nobody = await worker.post(f"{NEEDS}/{uuid4()}/plan/approval", json={})
    await story.desk.app.end_need(story.need)
    ended = await worker.post(f"{story.plan}/approval", json={})

    assert (unknown.status_code, code_of(unknown)) == (404, "line-not-known")
    assert (nobody.status_code, code_of(nobody)) == (404, "need-not-known")
    assert (ended.status_code, code_of(ended)) == (409, "need-has-ended")
    assert (await worker.get(f"{NEEDS}?state=ended")).json()["items"][0]["id"] == str(story.need)


async def test_only_the_named_lines_are_approved(story: Story, worker: Api) -> None:
    body = {"line_ids": [str(named("counselling"))]}

    plan = (await worker.post(f"{story.plan}/approval", json=body)).json()

    assert plan["lines"][0]["match"]["state"] == "proposed"
    assert [line["line"]["approved_at"] is None for line in plan["lines"]] == [True, False]


async def test_a_need_in_another_county_does_not_exist_for_this_worker(
    story: Story, client: Api
) -> None:
    stranger = await client.signed_in("station_worker", "210204")

    answers = [
        await stranger.get(story.plan),
        await stranger.get(f"{NEEDS}/{story.need}/candidates"),
        await stranger.post(f"{story.plan}/approval", json={}),
    ]

    assert {(answer.status_code, code_of(answer)) for answer in answers} == {
        (404, "need-not-known")
    }
    assert (await stranger.get(NEEDS)).json()["items"] == []
    assert (await stranger.get(MATCHES)).json()["items"] == []

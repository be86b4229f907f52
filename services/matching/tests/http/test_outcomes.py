"""What became of a yes, over HTTP: taken back, not kept, or served, and what both think of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from matching_builders import named

from common.clock import CHINA

if TYPE_CHECKING:
    from matching_desk import Desk

    from testing.api import Api

PRAISE = {"rating": 5, "reasons": ["punctual", "kind"], "note": "王阿姨很满意"}


class Accepted:
    """A party has said yes; both sides speak over HTTP."""

    def __init__(self, party: Api, worker: Api, desk: Desk, path: str) -> None:
        self.party, self.worker, self.desk, self.path = party, worker, desk, path
        self.today = desk.clock.now().astimezone(CHINA).date()


@pytest.fixture
async def accepted(client: Api, desk: Desk, worker: Api) -> Accepted:
    await desk.offer(party="team")
    (match,) = await desk.asked(await desk.need())
    await desk.accept(match)
    party = await client.signed_in("partner", org=named("team"))
    return Accepted(party, worker, desk, f"/matching/v1/matches/{match.id}")


async def test_a_yes_is_taken_back_once_and_says_why(accepted: Accepted) -> None:
    answer = await accepted.party.post(f"{accepted.path}/withdrawal", json={"reason": "no_time"})
    again = await accepted.party.post(f"{accepted.path}/withdrawal", json={"reason": "no_time"})

    ended = answer.json()
    assert (ended["state"], ended["decline_reason_label"]) == ("withdrawn", "没有时间")
    assert (again.status_code, again.json()["state"]) == (409, "withdrawn")
    assert again.json()["type"].endswith("/match-not-accepted")


async def test_a_yes_is_taken_back_only_as_it_was_read(accepted: Accepted) -> None:
    answer = await accepted.party.post(
        f"{accepted.path}/withdrawal", json={"reason": "other"}, headers={"if-match": '"2"'}
    )

    assert answer.status_code == 412


async def test_workers_see_who_says_that_nobody_came(accepted: Accepted) -> None:
    day = f"{accepted.path}/no_shows/{accepted.today}"
    await accepted.party.put(f"{day}/given", json={"absent": "receiver"})
    told = await accepted.worker.put(f"{day}/received", json={"absent": "nobody_told"})
    otherwise = await accepted.worker.put(f"{day}/received", json={"absent": "giver"})

    assert told.json()["absent_label"] == "无人通知"
    assert otherwise.json()["type"].endswith("/no-show-already-recorded")
    outcome = (await accepted.worker.get(f"{accepted.path}/outcome")).json()
    assert [(each["said_by"], each["absent"]) for each in outcome["no_shows"]] == [
        ("giver", "receiver"),
        ("receiver", "nobody_told"),
    ]


async def test_both_sides_rate_and_only_workers_read_the_words(accepted: Accepted) -> None:
    await accepted.party.put(f"{accepted.path}/feedback/given", json={"rating": 4})
    first = await accepted.worker.put(f"{accepted.path}/feedback/received", json=PRAISE)
    again = await accepted.worker.put(f"{accepted.path}/feedback/received", json=PRAISE)

    outcome = (await accepted.worker.get(f"{accepted.path}/outcome")).json()
    hidden = await accepted.party.get(f"{accepted.path}/outcome")

    assert first.json() == again.json()
    assert first.json()["reason_labels"] == ["态度好", "守时"]
    assert [(f["side"], f["rating"], f["note"]) for f in outcome["feedback"]] == [
        ("giver", 4, None),
        ("receiver", 5, PRAISE["note"]),
    ]
    assert hidden.status_code == 403
    staged = await accepted.desk.rows(
        "select payload::text as said from outbox where type = 'matching.notice.feedback_given.v1'"
    )
    assert len(staged) == 2
    assert [row for row in staged if "王" in row.said] == []


@pytest.mark.parametrize("rating", [0, 6])
async def test_a_rating_is_from_one_to_five(accepted: Accepted, rating: int) -> None:
    path = f"{accepted.path}/feedback/given"

    assert (await accepted.party.put(path, json={"rating": rating})).status_code == 422


async def test_how_a_party_keeps_its_word_is_known_to_it_and_to_workers(accepted: Accepted) -> None:
    await accepted.party.post(f"{accepted.path}/withdrawal", json={"reason": "no_time"})
    path = f"/matching/v1/parties/{named('team')}/reliability"

    seen = [(await side.get(path)).json() for side in (accepted.party, accepted.worker)]

    assert seen[0] == seen[1]
    assert seen[0] == {
        "party_id": str(named("team")),
        "days": 180,
        "completed": 0,
        "no_shows": 0,
        "drop_outs": 1,
    }

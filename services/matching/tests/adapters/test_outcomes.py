"""Acceptances that come to nothing, on a real database: what is given back, and who is next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from matching_builders import NOW, named
from matching_desk import EVERYWHERE, Desk, org_of

from common.clock import CHINA
from common.grants import Scope
from common.vocabulary import MatchState, Unit
from matching.app.end_acceptance import DropOut
from matching.app.follow_needs import CountService
from matching.app.tell_outcome import TellNoShow
from matching.domain.errors import MatchNotKnown
from matching.domain.identity import NeedId, PartyId
from matching.domain.match import DeclineReason
from matching.domain.no_show import Absent
from matching.domain.reliability import Reliability
from matching.domain.side import Side
from matching.domain.worth import Term

if TYPE_CHECKING:
    from matching.domain.match import Match
    from matching.domain.offer import Offer

TODAY = NOW.astimezone(CHINA).date()


class Promised:
    """A near party has accepted; a far one could help too."""

    def __init__(self, desk: Desk, need: NeedId, near: Offer, match: Match) -> None:
        self.desk, self.need, self.near, self.match = desk, need, near, match

    async def drop_out(self) -> Match:
        command = DropOut(match_id=self.match.id, reason=DeclineReason.NO_TIME)
        seen = await self.desk.app.drop_out(command, org_of(self.match.pairing.party_id))
        return seen.match

    async def missed(self, absent: Absent, side: Side = Side.RECEIVER, days: int = 0) -> None:
        await self.desk.app.tell_no_show(
            TellNoShow(
                match_id=self.match.id,
                missed_on=TODAY + timedelta(days=days),
                side=side,
                absent=absent,
            ),
            EVERYWHERE,
        )

    async def reliability(self) -> Reliability:
        return await self.desk.app.find_reliability(self.match.pairing.party_id, EVERYWHERE)

    async def filled_by(self) -> tuple[object, MatchState | None]:
        (part,) = (await self.desk.find_plan(self.need)).parts
        if part.seen is None:
            return None, None
        return part.seen.match.pairing.party_id, part.seen.match.state


@pytest.fixture
async def promised(desk: Desk) -> Promised:
    near = await desk.offer("near", party="near")
    await desk.offer("far", party="far", metres=3_000)
    need = await desk.need()
    (asked,) = await desk.asked(need)
    return Promised(desk, need, near, await desk.accept(asked))


async def test_who_drops_out_gives_back_what_it_held_and_the_next_is_asked_at_once(
    promised: Promised,
) -> None:
    desk = promised.desk
    ended = await promised.drop_out()
    await desk.plan()

    assert (ended.state, ended.reason) == (MatchState.WITHDRAWN, DeclineReason.NO_TIME)
    assert (await desk.find_offer(promised.near)).held == 0
    assert await promised.filled_by() == (named("far"), MatchState.ASKED)
    (line,) = (await desk.find_plan(promised.need)).need.lines
    assert line.urgent_since == NOW
    (row,) = await desk.rows(
        "select payload ->> 'reason' as reason from outbox where type like '%match.withdrawn%'"
    )
    assert row.reason == "no_time"


async def test_who_dropped_out_is_not_asked_again_for_this_need(promised: Promised) -> None:
    desk = promised.desk
    await promised.drop_out()
    await desk.plan()
    second = next(s.match for s in await desk.matches() if s.match.state is MatchState.ASKED)
    promised.match = await desk.accept(second)
    await promised.drop_out()
    await desk.plan()

    assert await promised.filled_by() == (None, None)


async def test_a_giver_who_did_not_come_loses_the_line_and_others_are_asked(
    promised: Promised,
) -> None:
    await promised.missed(Absent.GIVER)
    await promised.desk.plan()

    assert (await promised.desk.find_offer(promised.near)).held == 0
    assert await promised.filled_by() == (named("far"), MatchState.ASKED)
    assert await promised.desk.told(about="matching.notice") == [
        "matching.notice.no_show_recorded.v1"
    ]


@pytest.mark.parametrize("absent", [Absent.RECEIVER, Absent.NOBODY_TOLD])
async def test_a_giver_who_is_not_to_blame_keeps_the_line(
    promised: Promised, absent: Absent
) -> None:
    await promised.missed(absent, Side.GIVER)
    await promised.desk.plan()

    assert await promised.filled_by() == (named("near"), MatchState.ACCEPTED)
    assert await promised.reliability() == Reliability()


async def test_a_missed_day_of_a_service_that_has_begun_does_not_end_it(
    promised: Promised,
) -> None:
    await promised.desk.app.count_service(
        CountService(match_id=promised.match.id, quantity=4, unit=Unit.PERSON_TIME)
    )
    await promised.missed(Absent.GIVER)

    assert await promised.filled_by() == (named("near"), MatchState.IN_SERVICE)
    assert await promised.reliability() == Reliability(no_shows=1)


async def test_a_day_that_both_sides_call_missed_is_missed_once(promised: Promised) -> None:
    await promised.missed(Absent.GIVER, Side.RECEIVER)
    await promised.missed(Absent.GIVER, Side.GIVER)
    await promised.missed(Absent.GIVER, Side.GIVER)

    assert await promised.reliability() == Reliability(no_shows=1)
    assert len(await promised.desk.told(about="matching.notice")) == 2


async def test_reliability_counts_what_was_kept_and_forgets_after_half_a_year(
    promised: Promised,
) -> None:
    desk = promised.desk
    await desk.app.count_service(
        CountService(match_id=promised.match.id, quantity=10, unit=Unit.PERSON_TIME)
    )
    (asked,) = await desk.asked(await desk.need("second"))
    promised.match = await desk.accept(asked)
    await promised.drop_out()

    assert await promised.reliability() == Reliability(completed=1, drop_outs=1)
    desk.clock.at += timedelta(days=181)
    assert await promised.reliability() == Reliability()


async def test_a_stranger_cannot_take_another_s_yes_back(promised: Promised) -> None:
    stranger = Scope(sub="stranger", orgs=frozenset({PartyId(named("far"))}))

    with pytest.raises(MatchNotKnown):
        await promised.desk.app.drop_out(
            DropOut(match_id=promised.match.id, reason=DeclineReason.NO_TIME), stranger
        )


async def test_an_explanation_and_the_plan_count_how_the_party_has_kept_its_word(
    promised: Promised,
) -> None:
    desk = promised.desk
    await promised.missed(Absent.GIVER)
    second = await desk.need("second")
    await desk.plan()

    _, explained = await desk.app.find_candidates(second, EVERYWHERE)
    worths = {each.party.id: each.worth for each in explained}
    near, far = (worths[PartyId(named(name))] for name in ("near", "far"))
    assert near is not None
    assert far is not None
    assert dict(near.points)[Term.RELIABILITY] == 13
    assert dict(far.points)[Term.RELIABILITY] == 20
    (proposed,) = await desk.matches(second)
    assert dict(proposed.match.grounds.worth.points)[Term.RELIABILITY] == (
        13 if proposed.party.id == PartyId(named("near")) else 20
    )

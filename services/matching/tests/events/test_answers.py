"""Parties without an account answer by a one-time link, which the registry minted and tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from matching_builders import NOW, named

from common.contracts.registry import AskAnswered
from common.messaging.event import Envelope
from common.vocabulary import Answer, MatchState
from matching.domain.errors import AskOfAnotherParty, MatchNotAsked, MatchNotKnown
from matching.domain.match import DeclineReason
from matching.entrypoints.events import reactions

if TYPE_CHECKING:
    from uuid import UUID

    from matching_desk import Desk

    from matching.domain.match import Match


async def answer(desk: Desk, match_id: UUID, said: Answer, *, by: str = "party") -> None:
    told = AskAnswered(
        link_id=named("link"),
        match_id=match_id,
        party_id=named(by),
        answer=said,
        answered_at=NOW,
    )
    envelope: Envelope[Any] = Envelope(
        id=named("event"),
        source="urn:wushe:registry",
        type=told.name,
        subject=told.subject,
        version=1,
        time=NOW,
        partition_key=told.subject,
        data=told,
    )
    async with desk.frame.unit_of_work.transaction() as session:
        for handler in reactions(desk.app).of(AskAnswered):
            await handler(envelope, session)


@pytest.fixture
async def asked(desk: Desk) -> Match:
    await desk.offer()
    (match,) = await desk.asked(await desk.need())
    return match


async def test_a_yes_by_link_holds_the_capacity(desk: Desk, asked: Match) -> None:
    await answer(desk, asked.id, Answer.ACCEPTED)

    assert await desk.states() == [MatchState.ACCEPTED]
    (row,) = await desk.rows("select held from offer")
    assert row.held == asked.pairing.quantity


async def test_a_no_by_link_is_final_for_the_need(desk: Desk, asked: Match) -> None:
    await answer(desk, asked.id, Answer.DECLINED)
    await desk.plan()

    (seen,) = await desk.matches()
    assert (seen.match.state, seen.match.reason) == (MatchState.DECLINED, DeclineReason.OTHER)


async def test_an_answer_after_a_decision_is_late_and_changes_nothing(
    desk: Desk, asked: Match
) -> None:
    await desk.accept(asked)

    await answer(desk, asked.id, Answer.DECLINED)

    assert await desk.states() == [MatchState.ACCEPTED]


async def test_a_link_for_somebody_else_does_not_answer(desk: Desk, asked: Match) -> None:
    with pytest.raises(AskOfAnotherParty):
        await answer(desk, asked.id, Answer.ACCEPTED, by="other")

    assert await desk.states() == [MatchState.ASKED]


async def test_nobody_answers_by_link_what_was_not_asked(desk: Desk) -> None:
    await desk.offer()
    await desk.need()
    await desk.plan()
    (proposed,) = await desk.matches()

    with pytest.raises(MatchNotAsked):
        await answer(desk, proposed.match.id, Answer.ACCEPTED)


async def test_an_answer_to_a_match_that_is_not_heard_of_waits(desk: Desk) -> None:
    with pytest.raises(MatchNotKnown):
        await answer(desk, named("later"), Answer.ACCEPTED)

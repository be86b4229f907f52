"""What callers send: good requests, of which a test changes what matters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from cases.domain.line import LineId
from cases.domain.match import Match, MatchId
from cases.domain.need import NeedId
from common.vocabulary import MatchState, Society, Unit

if TYPE_CHECKING:
    from cases.app.application import Application
    from testing.api import Api

STREET = {"scheme": "nbs", "area": "210213009"}


def a_meeting_body(**fields: object) -> dict[str, Any]:
    return {
        **STREET,
        "held_on": "2026-03-01",
        "topic": "特殊教育学校门口家长候车难",
        "participants": [{"kind": "school", "count": 2}, {"kind": "parents", "count": 12}],
        "resolution": "在校门附近设候学室",
        **fields,
    }


def a_line_body(**fields: object) -> dict[str, Any]:
    return {
        "service": "company",
        "quantity": 4,
        "unit": "person",
        "weekdays": ["sat"],
        "needs_vetting": True,
        **fields,
    }


def a_need_body(**fields: object) -> dict[str, Any]:
    return {
        **STREET,
        "beneficiary": "group",
        "persons": 40,
        "urgency": 3,
        "title": "特殊教育学校家长候学",
        "place": {"longitude": 121.6147, "latitude": 39.0125},
        "lines": [a_line_body()],
        **fields,
    }


def a_record_body(match: Match, **fields: object) -> dict[str, Any]:
    ended_at = datetime.now(UTC) - timedelta(minutes=1)
    return {
        "match_id": str(match.id),
        "line_id": str(match.line_id),
        "path": "professional",
        "quantity": 4,
        "unit": match.unit.value,
        "persons": 38,
        "person_times": 41,
        "sessions": 1,
        "started_at": (ended_at - timedelta(hours=3)).isoformat(),
        "ended_at": ended_at.isoformat(),
        **fields,
    }


async def told(caller: Api, **fields: object) -> dict[str, Any]:
    """Tell a need and return it as it was answered."""
    answer = await caller.post("/cases/v1/needs", json=a_need_body(**fields))
    assert answer.status_code == 201, answer.text
    need: dict[str, Any] = answer.json()
    return need


async def matched(
    caller: Api, need: dict[str, Any], state: MatchState = MatchState.ACCEPTED
) -> Match:
    """Let a match of the first line be known, as if matching had told of it."""
    application: Application = caller.app.state.application
    match = Match(
        id=MatchId(uuid4()),
        need_id=NeedId(UUID(need["id"])),
        line_id=LineId(UUID(need["lines"][0]["id"])),
        society=Society.VOLUNTEER,
        unit=Unit.PERSON,
        state=state,
    )
    await application.note_matches([match])
    return match


def problem(answer: Any) -> str:  # noqa: ANN401 - httpx's response
    """Return the code of the problem that was answered."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).rpartition("/")[2]

"""The story of 先进街道, Dalian, that every example in the document tells."""

from typing import Any, Final

Example = dict[str, Any]

SCHOOL: Final[Example] = {"kind": "school", "count": 2}
PARENTS: Final[Example] = {"kind": "parents", "count": 12}
MEETING: Final[Example] = {
    "id": "0192d3c4-5b6a-7890-8abc-def012345671",
    "scheme": "nbs",
    "area": "210213009",
    "held_on": "2026-11-18",
    "topic": "特殊教育学校门口家长候学难",
    "resolution": "在校门附近设候学室，请心理疏导、饮水和周六陪伴同来。",
}

GATE: Final[Example] = {"longitude": 121.6147, "latitude": 39.0125}
ROOM: Final[Example] = {
    "id": "0192d3c4-5b6a-7890-8abc-def012345673",
    "service": "waiting_room",
    "quantity": 1,
    "unit": "room",
    "weekdays": [],
    "within_metres": 500,
    "needs_vetting": False,
    "all_or_nothing": False,
    "not_before": None,
    "not_after": None,
}
COMPANY: Final[Example] = {
    "id": "0192d3c4-5b6a-7890-8abc-def012345674",
    "service": "company",
    "quantity": 4,
    "unit": "person",
    "weekdays": ["sat"],
    "needs_vetting": True,
    "all_or_nothing": False,
    "not_before": "2026-11-20T16:00:00Z",
    "not_after": "2026-12-20T16:00:00Z",
}
NEED: Final[Example] = {
    "id": "0192d3c4-5b6a-7890-8abc-def012345672",
    "meeting_id": MEETING["id"],
    "scheme": "nbs",
    "area": "210213009",
    "beneficiary": "group",
    "persons": 40,
    "urgency": 3,
    "title": "特殊教育学校家长候学",
    "place": GATE,
}

SATURDAY: Final[Example] = {
    "id": "0192d3c4-5b6a-7890-8abc-def012345676",
    "match_id": "0192d3c4-5b6a-7890-8abc-def012345675",
    "line_id": COMPANY["id"],
    "path": "professional",
    "quantity": 4,
    "unit": "person",
    "persons": 38,
    "person_times": 41,
    "sessions": 1,
    "started_at": "2026-11-21T00:30:00Z",
    "ended_at": "2026-11-21T08:00:00Z",
}

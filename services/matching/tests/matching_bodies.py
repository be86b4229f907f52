"""Offers as callers send them, and what they are answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from matching_builders import named

from testing.api import STREET

OFFERS = "/matching/v1/offers"
PARTY = named("party")


def an_offer_body(**changes: object) -> dict[str, Any]:
    return {
        "party_id": str(PARTY),
        "service": "waiting_room",
        "capacity": 1,
        "unit": "room",
        "scheme": "nbs",
        "area": STREET,
        "place": {"longitude": 121.718, "latitude": 39.062},
        "reach_metres": 1000,
        "weekdays": ["sat", "mon"],
        "valid_until": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
        "title": "校门旁闲置办公楼一层",
    } | changes


def code_of(answer: Any) -> str:  # noqa: ANN401
    return str(answer.json()["type"]).rpartition("/")[2]

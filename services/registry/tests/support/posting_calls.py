"""Calls about workers and their postings that several tests make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from station_calls import STREET

if TYPE_CHECKING:
    from testing.api import Api

PARTIES = "/registry/v1/parties"
POSTINGS = "/registry/v1/postings"


async def a_worker(admin: Api, *, level: str | None = None, area: str = STREET) -> str:
    body = {
        "society": "social_worker",
        "public_name": "W2102-0042",
        "is_person": True,
        "scheme": "nbs",
        "area": area,
    }
    answer = await admin.post(PARTIES, json=body)
    assert answer.status_code == 201, answer.text
    worker: str = answer.json()["id"]
    if level is not None:
        said = {"engagement": "full_time", "level": level}
        described = await admin.put(f"{PARTIES}/{worker}/social_worker", json=said)
        assert described.status_code == 200, described.text
    return worker


async def posted(admin: Api, station: str, worker: str | None = None, **other: object) -> str:
    body: dict[str, Any] = {
        "worker_id": worker or await a_worker(admin),
        "station_id": station,
        "is_full_time": True,
        "starts_on": "2024-09-01",
        **other,
    }
    answer = await admin.post(POSTINGS, json=body)
    assert answer.status_code == 201, answer.text
    posting: str = answer.json()["id"]
    return posting

"""Offers that could serve every need of a trial, so that matching has something to decide."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import httpx

from support.conditions import eventually
from support.load import LINES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

AMPLE: Final = 1_000_000
KNOWN_WITHIN_SECONDS: Final = 30.0


async def publish_offers(gateway: str, token: str, random: Random, *, areas: Sequence[str]) -> None:
    """Register a party for each service that the load asks for, and publish what it gives."""
    parties = [_party(random, areas) for _ in LINES]
    offers = [
        _offer(random, party, service, unit)
        for party, (service, unit, _) in zip(parties, LINES, strict=True)
    ]
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=gateway, headers=headers, timeout=20.0, trust_env=False
    ) as client:
        # Matching hears of the parties by event, and refuses their offers until then.
        for path, body in (
            ("/registry/v1/parties/batch", {"parties": parties}),
            ("/matching/v1/offers/batch", {"offers": offers}),
        ):
            await _create_all(client, path, body)


async def _create_all(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    async def create() -> str:
        answer = await client.post(path, json=body, headers={"idempotency-key": str(uuid4())})
        refused = [item for item in answer.json().get("items", []) if item.get("problem")]
        return answer.text if refused or answer.status_code != HTTPStatus.OK else ""

    await eventually(create, lambda left: not left, what=path, seconds=KNOWN_WITHIN_SECONDS)


def _party(random: Random, areas: Sequence[str]) -> dict[str, Any]:
    number = random.getrandbits(128)
    return {
        "id": str(UUID(int=number, version=4)),
        "society": "social_organisation",
        "public_name": f"全市服务中心{number % 10_000}",
        "is_person": False,
        "scheme": "nbs",
        "area": random.choice(areas),
    }


def _offer(random: Random, party: dict[str, Any], service: str, unit: str) -> dict[str, Any]:
    return {
        "id": str(UUID(int=random.getrandbits(128), version=4)),
        "party_id": party["id"],
        "service": service,
        "capacity": AMPLE,
        "unit": unit,
        "scheme": "nbs",
        "area": party["area"],
        "place": {"longitude": 121.7, "latitude": 39.1},
        "reach_metres": AMPLE,
        "valid_until": "2099-12-31T16:00:00Z",
        "title": "全市服务",
    }

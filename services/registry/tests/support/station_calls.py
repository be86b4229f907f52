"""Calls about stations that several tests make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from testing.api import Api

STATIONS = "/registry/v1/stations"
STREET = "210213009"


def a_station(**other: object) -> dict[str, Any]:
    return {
        "tier": "station",
        "name": "先进街道社工站",
        "scheme": "nbs",
        "area": STREET,
        "planned_on": "2024-03-01",
        "opened_on": "2024-06-18",
        **other,
    }


async def made(admin: Api, **other: object) -> dict[str, Any]:
    answer = await admin.post(STATIONS, json=a_station(**other))
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def a_general_station(admin: Api, **other: object) -> dict[str, Any]:
    return await made(
        admin, **{"tier": "general_station", "name": "金州区总站", "area": "210213", **other}
    )


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


async def types_of(admin: Api, station: str) -> list[str]:
    steps = (await admin.get(f"{STATIONS}/{station}/history")).json()["items"]
    assert [step["version"] for step in steps] == list(range(1, len(steps) + 1))
    return [step["type"].split(".")[2] for step in steps]

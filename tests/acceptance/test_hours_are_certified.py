"""A volunteer's hours, said by both sides, end as a paper that a stranger can verify."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from common.clock import CHINA
from support.conditions import eventually_true
from support.stacks import administrator
from wushe.tokens import Grant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

STREET = "210213009"
PLACE = {"scheme": "nbs", "area": STREET}
GATE = {"longitude": 121.72, "latitude": 39.06}
LESSON = {"service": "tutoring", "unit": "hour"}
MINUTES = 120


@pytest.fixture
def api(whole: Stack) -> Iterator[httpx.Client]:
    with as_whom(whole, administrator(whole)) as client:
        yield client


@pytest.fixture
def station(whole: Stack) -> Iterator[httpx.Client]:
    grant = Grant(role="station_worker", scheme="nbs", area=STREET)
    with as_whom(whole, whole.token(grant, subject="test-hours-worker")) as client:
        yield client


def as_whom(whole: Stack, token: str) -> httpx.Client:
    return httpx.Client(
        base_url=whole.status().gateway,
        headers={"authorization": f"Bearer {token}"},
        trust_env=False,
        timeout=20,
    )


def post(api: httpx.Client, path: str, body: object = None) -> dict[str, Any]:
    answer = api.post(path, json=body, headers={"idempotency-key": str(uuid4())})
    assert answer.is_success, answer.text
    made: dict[str, Any] = answer.json()
    return made


def say(api: httpx.Client, path: str) -> str:
    """Say how long a day was; return what has become of its hours."""
    headers = {"idempotency-key": str(uuid4())}
    answer = api.put(path, json={"minutes": MINUTES}, headers=headers)
    assert answer.is_success, answer.text
    return str(answer.json()["state"])


def a_party(api: httpx.Client, society: str, name: str, *, is_person: bool) -> str:
    body = {"society": society, "public_name": name, "is_person": is_person, **PLACE}
    return str(post(api, "/registry/v1/parties", body)["id"])


def offered(api: httpx.Client, volunteer: str) -> str:
    """Offer lessons, as soon as matching has heard of the volunteer."""
    offer_id = str(uuid4())
    body = {
        **LESSON,
        **PLACE,
        "id": offer_id,
        "party_id": volunteer,
        "capacity": 2,
        "place": GATE,
        "reach_metres": 3000,
        "valid_until": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
        "title": "课业辅导",
    }

    def is_taken() -> bool:
        answer = api.post(
            "/matching/v1/offers", json=body, headers={"idempotency-key": str(uuid4())}
        )
        assert answer.is_success or answer.status_code == httpx.codes.NOT_FOUND, answer.text
        return answer.is_success

    eventually_true(is_taken, what="matching knows the volunteer", seconds=20)
    return offer_id


def accepted(api: httpx.Client, offer_id: str) -> str:
    """Return a match on an offer that was proposed, approved, asked and accepted."""
    line = {**LESSON, "quantity": 2, "within_metres": 3000}
    need = {
        **PLACE,
        "beneficiary": "group",
        "persons": 3,
        "urgency": 2,
        "title": "课后作业没人辅导",
        "place": GATE,
        "lines": [line],
    }
    need_id = post(api, "/cases/v1/needs", need)["id"]
    plan = f"/matching/v1/needs/{need_id}/plan"

    def is_proposed() -> bool:
        found = api.get(plan)
        return found.is_success and all(each["match"] for each in found.json()["lines"])

    eventually_true(is_proposed, what="somebody is proposed", seconds=60)
    (asked,) = (each["match"] for each in post(api, f"{plan}/approval", {})["lines"])
    assert asked["offer_id"] == offer_id
    assert post(api, f"/matching/v1/matches/{asked['id']}/acceptance")["state"] == "accepted"
    return str(asked["id"])


def test_hours_that_both_sides_confirm_become_a_paper_that_strangers_verify(
    api: httpx.Client, station: httpx.Client
) -> None:
    volunteer = a_party(api, "volunteer", "DL-V-000777", is_person=True)
    centre = a_party(api, "social_organisation", "安心社会工作服务中心", is_person=False)
    match_id = accepted(api, offered(api, volunteer))

    day = f"/matching/v1/matches/{match_id}/hours/{datetime.now(CHINA).date()}"
    said = [say(api, f"{day}/given"), say(station, f"{day}/received")]

    party = f"/registry/v1/parties/{volunteer}"
    eventually_true(
        lambda: api.get(f"{party}/volunteer_record").json()["minutes"] == MINUTES,
        what="the hours are on record, once",
        seconds=30,
    )
    certificate = post(api, f"{party}/certificates", {"issuer_id": centre})
    paper = api.get(f"{party}/certificates/{certificate['id']}/paper")
    page = httpx.get(
        f"{api.base_url}/registry/v1/certificates/{certificate['number']}",
        params={"seal": certificate["seal"]},
        headers={"accept": "text/html", "accept-language": "zh-CN"},
        trust_env=False,
        timeout=20,
    )

    assert said == ["stated", "confirmed"]
    assert paper.content.startswith(b"%PDF-")
    assert page.status_code == httpx.codes.OK
    assert [word for word in ("真实有效", "2 小时") if word not in page.text] == []

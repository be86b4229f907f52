"""What matching tells of a volunteer's hours ends as a paper that a stranger can verify."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import httpx
import pytest

from common.contracts.matching import HoursConfirmed
from common.messaging.codec import encode
from common.persistence.outbox import source_of
from common.persistence.outbox_rows import Staged
from common.vocabulary import ServiceCode
from support.conditions import eventually_true
from support.stacks import administrator
from testing.kafka import KafkaForTests, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushe.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

PLACE = {"scheme": "nbs", "area": "210213009"}
FIRST_DAY = date(2026, 1, 5)
CONFIRMED_AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAYS, MINUTES_A_DAY = 25, 720


@pytest.fixture
def api(whole: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=f"{whole.status().gateway}/registry/v1",
        headers={"authorization": f"Bearer {administrator(whole)}"},
        trust_env=False,
        timeout=20,
    ) as client:
        yield client


def post(api: httpx.Client, path: str, body: object) -> dict[str, Any]:
    answer = api.post(path, json=body, headers={"idempotency-key": str(uuid4())})
    assert answer.is_success, answer.text
    made: dict[str, Any] = answer.json()
    return made


def a_party(api: httpx.Client, society: str, name: str, *, is_person: bool) -> str:
    body = {"society": society, "public_name": name, "is_person": is_person, **PLACE}
    return str(post(api, "/parties", body)["id"])


def confirmed(party_id: str, day: int) -> Staged:
    """Return what matching stages when both sides have confirmed a day."""
    told = HoursConfirmed(
        hours_id=uuid4(),
        party_id=UUID(party_id),
        match_id=uuid4(),
        service=ServiceCode.COMPANY,
        served_on=FIRST_DAY + timedelta(days=day),
        minutes=MINUTES_A_DAY,
        confirmed_at=CONFIRMED_AT,
    )
    return Staged(
        id=uuid4(),
        topic=told.topic(),
        subject=told.subject,
        type=told.name,
        payload=told.model_dump_json(),
        partition_key=told.subject,
        source=source_of("matching"),
        version=1,
        time=CONFIRMED_AT,
        traceparent=None,
    )


def test_hours_on_the_log_become_stars_and_a_paper_that_strangers_verify(
    whole: Stack, api: httpx.Client
) -> None:
    volunteer = a_party(api, "volunteer", "DL-V-000777", is_person=True)
    centre = a_party(api, "social_organisation", "安心社会工作服务中心", is_person=False)
    told = [encode(confirmed(volunteer, day)) for day in range(DAYS)]
    # A relay that lost its way says everything twice.
    broker = KafkaForTests(kafka_bootstrap=whole.status().kafka)
    asyncio.run(publish(broker, [*told, *told]))

    record = f"/parties/{volunteer}/volunteer_record"
    eventually_true(
        lambda: api.get(record).json()["minutes"] == DAYS * MINUTES_A_DAY,
        what="300 hours, each counted once",
        seconds=30,
    )
    certificate = post(api, f"/parties/{volunteer}/certificates", {"issuer_id": centre})
    paper = api.get(f"/parties/{volunteer}/certificates/{certificate['id']}/paper")
    page = httpx.get(
        f"{api.base_url}certificates/{certificate['number']}",
        params={"seal": certificate["seal"]},
        headers={"accept": "text/html", "accept-language": "zh-CN"},
        trust_env=False,
        timeout=20,
    )

    assert (api.get(record).json()["star"], certificate["star"]) == (2, 2)
    assert paper.content.startswith(b"%PDF-")
    assert page.status_code == httpx.codes.OK
    assert [word for word in ("真实有效", "300 小时") if word not in page.text] == []

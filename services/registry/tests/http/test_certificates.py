"""Certificates, from confirmed hours to the stranger who holds the paper."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from access_asks import abilities
from hour_asks import NUMBER, a_volunteer, an_issuer, some_hours
from sqlalchemy import text

from registry.domain.party import PartyId

if TYPE_CHECKING:
    from testing.api import Api

PARTIES = "/registry/v1/parties"
VERIFY = "/registry/v1/certificates"


@pytest.fixture
async def worker(client: Api) -> Api:
    return await client.signed_in("station_worker", area="210213009", sub="worker-7")


@pytest.fixture
async def volunteer(client: Api) -> str:
    party_id = await a_volunteer(client)
    for day in range(1, 6):
        hours = some_hours(party_id, minutes=1200, served_on=date(2026, 2, day))
        await abilities(client).hours.note(hours)
    await abilities(client).hours.note(some_hours(party_id, minutes=150))
    return str(party_id)


async def issued(client: Api, worker: Api, volunteer: str, **body: object) -> dict[str, Any]:
    asked = {"issuer_id": str(await an_issuer(client)), **body}
    answer = await worker.post(f"{PARTIES}/{volunteer}/certificates", json=asked)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def code_of(answer: Any) -> str:  # noqa: ANN401
    return str(answer.json()["type"]).rpartition("/")[2]


async def test_a_record_is_shown_with_its_star(worker: Api, volunteer: str) -> None:
    record = (await worker.get(f"{PARTIES}/{volunteer}/volunteer_record")).json()
    hours = (await worker.get(f"{PARTIES}/{volunteer}/hours")).json()["items"]

    assert (record["minutes"], record["star"]) == (6150, 1)
    assert record["times"] == [
        {"service": "company", "service_label": "陪伴照看", "minutes": 6150, "days": 6}
    ]
    assert sorted(each["minutes"] for each in hours) == [150, *[1200] * 5]


async def test_stars_stand_in_the_profile_and_its_number_on_the_paper(
    client: Api, admin: Api, worker: Api, volunteer: str
) -> None:
    said: dict[str, Any] = {"skills": [], "languages": [], "available": []}

    described = (await admin.put(f"{PARTIES}/{volunteer}/volunteer", json=said)).json()
    await abilities(client).hours.note(some_hours(PartyId(UUID(volunteer)), minutes=1350))
    shown = (await admin.get(f"{PARTIES}/{volunteer}/volunteer")).json()
    certificate = await issued(client, worker, volunteer)

    assert (described["confirmed_hours"], described["stars"]) == (102.5, 1)
    assert (shown["confirmed_hours"], shown["stars"], shown["version"]) == (125, 1, 1)
    assert certificate["volunteer_number"] == described["number"]


async def test_somebody_who_was_entered_twice_has_the_hours_of_both(
    client: Api, admin: Api, volunteer: str
) -> None:
    twin = await a_volunteer(client)
    await abilities(client).hours.note(some_hours(twin, minutes=60))
    merger = {"survivor_id": volunteer, "merged_on": "2026-02-28"}

    merged = await admin.post(f"{PARTIES}/{twin}/merger", json=merger)
    await abilities(client).hours.note(some_hours(twin, minutes=30))

    assert merged.status_code == 200, merged.text
    for party_id in (volunteer, twin):
        record = (await admin.get(f"{PARTIES}/{party_id}/volunteer_record")).json()
        assert (record["party_id"], record["minutes"]) == (volunteer, 6150 + 60 + 30)


async def test_a_volunteer_sees_and_prints_their_own(
    client: Api, worker: Api, volunteer: str
) -> None:
    certificate = await issued(client, worker, volunteer)
    oneself = await client.signed_in("volunteer", org=certificate["party_id"])
    path = f"{PARTIES}/{volunteer}/certificates"

    listed = (await oneself.get(path)).json()["items"]
    paper = await oneself.get(f"{path}/{certificate['id']}/paper")

    assert listed == [certificate]
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-")
    refused = await oneself.post(path, json={"issuer_id": volunteer})
    assert code_of(refused) == "role-not-permitted"


async def test_anybody_verifies_and_learns_only_what_the_paper_says(
    client: Api, worker: Api, volunteer: str
) -> None:
    certificate = await issued(client, worker, volunteer)

    found = await client.get(
        f"{VERIFY}/{certificate['number']}", params={"seal": certificate["seal"]}
    )

    assert found.status_code == 200
    said = found.json()
    assert (said["is_valid"], said["is_untouched"], said["is_sealed"]) == (True, True, True)
    assert (said["volunteer_number"], said["minutes"], said["star"]) == (NUMBER, 6150, 1)
    hidden = {"id", "party_id", "issuer_id"}
    assert said.keys() == (certificate.keys() - hidden) | {"is_valid", "is_untouched", "is_sealed"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-CN", ("志愿服务记录证明核验", "真实有效", "102.5 小时", "陪伴照看")),
        ("en", ("Verification of a volunteer", "Genuine and valid", "102.5 hours", "Company")),
    ],
)
async def test_a_browser_is_shown_a_page(
    client: Api, worker: Api, volunteer: str, language: str, words: tuple[str, ...]
) -> None:
    certificate = await issued(client, worker, volunteer)

    answer = await client.get(
        f"{VERIFY}/{certificate['number']}",
        headers={"accept": "text/html,*/*;q=0.8", "accept-language": language},
    )

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["vary"] == "accept, accept-language"
    for word in (*words, certificate["number"], certificate["seal"], NUMBER):
        assert word in answer.text
    assert "<script" not in answer.text


async def test_what_others_wrote_cannot_become_part_of_the_page(
    client: Api, worker: Api, volunteer: str
) -> None:
    certificate = await issued(client, worker, volunteer)
    await alter(client, "issuer_name = '<script>alert(1)</script>'")

    answer = await client.get(f"{VERIFY}/{certificate['number']}", headers={"accept": "text/html"})

    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text


async def test_a_wrong_seal_is_noticed(client: Api, worker: Api, volunteer: str) -> None:
    certificate = await issued(client, worker, volunteer)

    found = await client.get(f"{VERIFY}/{certificate['number']}", params={"seal": "0" * 16})
    page = await client.get(
        f"{VERIFY}/{certificate['number']}",
        params={"seal": "0" * 16},
        headers={"accept": "text/html"},
    )

    assert (found.json()["is_valid"], found.json()["is_sealed"]) == (False, False)
    assert "核验码不符" in page.text


async def test_a_changed_row_is_noticed(client: Api, worker: Api, volunteer: str) -> None:
    certificate = await issued(client, worker, volunteer)
    await alter(client, """times = '[{"service": "company", "minutes": 90000, "days": 1}]'""")

    found = (await client.get(f"{VERIFY}/{certificate['number']}")).json()

    assert (found["is_valid"], found["is_untouched"], found["minutes"]) == (False, False, 90000)


async def test_a_revoked_certificate_says_so_and_why(
    client: Api, worker: Api, volunteer: str
) -> None:
    certificate = await issued(client, worker, volunteer)
    path = f"{PARTIES}/{volunteer}/certificates/{certificate['id']}/revocation"

    await worker.post(path, json={"reason": "replaced"})
    again = await worker.post(path, json={"reason": "error"})

    found = (await client.get(f"{VERIFY}/{certificate['number']}")).json()
    page = await client.get(f"{VERIFY}/{certificate['number']}", headers={"accept": "text/html"})
    assert (found["is_valid"], found["revocation_reason_label"]) == (False, "已换发新证")
    assert "已撤销：已换发新证" in page.text
    assert code_of(again) == "certificate-already-revoked"


async def test_later_hours_change_nothing_of_what_was_certified(
    client: Api, worker: Api, volunteer: str
) -> None:
    certificate = await issued(client, worker, volunteer)
    await abilities(client).hours.note(some_hours(PartyId(UUID(volunteer)), minutes=60))

    found = (await client.get(f"{VERIFY}/{certificate['number']}")).json()

    assert (found["is_valid"], found["minutes"]) == (True, 6150)


async def test_what_cannot_be_certified_is_refused(
    client: Api, worker: Api, volunteer: str
) -> None:
    path = f"{PARTIES}/{volunteer}/certificates"
    issuer = str(await an_issuer(client))

    person = await worker.post(path, json={"issuer_id": volunteer})
    team = await worker.post(f"{PARTIES}/{issuer}/certificates", json={"issuer_id": issuer})
    none = await worker.post(path, json={"issuer_id": issuer, "last_on": "2020-01-01"})
    odd = await worker.post(
        path, json={"issuer_id": issuer, "first_on": "2026-02-02", "last_on": "2026-02-01"}
    )

    assert [code_of(each) for each in (person, team, none, odd)] == [
        "issuer-not-an-organisation",
        "not-a-volunteer",
        "no-hours-confirmed",
        "period-out-of-order",
    ]


@pytest.mark.parametrize(
    ("number", "status"), [("ZM2026-0000-0000-0000", 404), ("ZM2026-1", 422), ("1", 422)]
)
async def test_a_number_that_was_never_given_verifies_nothing(
    client: Api, number: str, status: int
) -> None:
    assert (await client.get(f"{VERIFY}/{number}")).status_code == status


async def test_a_certificate_of_somebody_else_is_not_found(
    client: Api, worker: Api, volunteer: str
) -> None:
    certificate = await issued(client, worker, volunteer)
    other = await an_issuer(client)

    answer = await worker.get(f"{PARTIES}/{other}/certificates/{certificate['id']}")

    assert (answer.status_code, code_of(answer)) == (404, "certificate-not-found")


async def alter(client: Api, change: str) -> None:
    async with client.frame.unit_of_work.transaction() as session:
        statement = text(f"update certificate set {change}")  # noqa: S608
        await (await session.connection()).execute(statement)

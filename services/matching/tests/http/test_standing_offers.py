"""Standing offers of the service list over HTTP: shown with their entry, and changed only there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from matching_bodies import OFFERS, PARTY, code_of
from matching_builders import GATE, named
from matching_desk import tell

from common.clock import CHINA
from common.contracts.registry import PlaceCode
from common.contracts.services import ServiceEntryListed
from common.contracts.stations import PlacePosition
from common.places import AreaRef
from common.service_list import Audience, CapacityPeriod, CostKind, ServicePlace
from common.vocabulary import AreaScheme, ServiceCode, Unit
from testing.api import STREET

if TYPE_CHECKING:
    from uuid import UUID

    from matching_desk import Desk

    from testing.api import Api

MATCHES = "/matching/v1/matches"
NEXT_STREET = AreaRef(AreaScheme.NBS, "210204008")


async def listed(desk: Desk, **giver: UUID) -> None:
    today = desk.clock.at.astimezone(CHINA).date()
    await tell(
        desk,
        ServiceEntryListed(
            entry_id=named("entry"),
            **giver,
            place=PlaceCode(scheme=AreaScheme.NBS, code=STREET),
            service=ServiceCode.COUNSELLING,
            capacity=20,
            unit=Unit.PERSON_TIME,
            period=CapacityPeriod.MONTH,
            audiences=(Audience.OLDER_PEOPLE,),
            cost=CostKind.FIXED,
            cost_fen=800,
            given=ServicePlace.AT_ADDRESS,
            position=PlacePosition(longitude=GATE.longitude, latitude=GATE.latitude),
            reach_metres=3_000,
            offered_from=today,
            lapses_on=today + timedelta(days=180),
            verified_on=today,
        ),
    )


async def test_an_offer_of_the_service_list_is_shown_with_its_entry_and_not_changed_here(
    partner: Api, desk: Desk
) -> None:
    await listed(desk, party_id=PARTY)

    (shown,) = (await partner.get(OFFERS)).json()["items"]
    path = f"{OFFERS}/{shown['id']}"
    refused = [
        await partner.post(f"{path}/withdrawal"),
        await partner.post(f"{path}/confirmation"),
        await partner.put(f"{path}/calendar", json={"per_period": {"period": "day", "seats": 1}}),
    ]

    entry = shown["entry"]
    assert (entry["entry_id"], entry["period_label"], entry["cost_fen"]) == (
        str(named("entry")),
        "每月",
        800,
    )
    assert (entry["audience_labels"], entry["cost_label"]) == (["老年人"], "定价收费")
    assert (shown["moderation"], shown["to_be_confirmed"]) == ("approved", False)
    assert [(each.status_code, code_of(each)) for each in refused] == [
        (409, "offer-of-service-list")
    ] * 3
    assert refused[0].json()["entry_id"] == str(named("entry"))


async def test_a_worker_sees_what_a_station_is_asked_for_and_answers(
    client: Api, worker: Api, desk: Desk
) -> None:
    await listed(desk, station_id=named("station"))
    (match,) = await desk.asked(await desk.need(area=NEXT_STREET))
    stranger = await client.signed_in("station_worker", "210213008")

    (shown,) = (await worker.get(f"{MATCHES}?state=asked")).json()["items"]
    unknown = await stranger.post(f"{MATCHES}/{match.id}/acceptance")
    accepted = await worker.post(f"{MATCHES}/{match.id}/acceptance")

    assert (shown["party_name"], shown["entry"]["cost_fen"]) == ("先进街道社工站", 800)
    assert (unknown.status_code, code_of(unknown)) == (404, "match-not-known")
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")

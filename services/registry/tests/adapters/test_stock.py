"""What there is, as whoever keeps the service running sees it."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING, Final

import pytest
from prometheus_client import REGISTRY

from common.clearance import cleared, system
from common.grants import Scope
from common.places import AreaRef
from common.stations import StationKind
from common.vocabulary import AreaScheme, Society, StationTier
from registry.app.close_station import CloseStation
from registry.app.plan_stations import PlanStation
from registry.app.register_parties import RegisterParty
from registry.bootstrap import build_application
from registry.domain.station import ClosureReason
from registry.entrypoints.stocktaking import taking_stock

if TYPE_CHECKING:
    from common.frame import Frame
    from registry.app.application import Application
    from registry.app.ports.stock import Stock

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")
EVERYWHERE: Final = Scope(sub="admin", is_everywhere=True)
PLACE: Final = AreaRef(AreaScheme.NBS, "210213009")
OPEN: Final = {"tier": "station", "status": "open"}
CLOSED: Final = {"tier": "station", "status": "closed"}
APPROVED: Final = {"society": "volunteer", "standing": "approved"}


async def arrange(app: Application) -> None:
    with cleared(system("test")):
        plan = PlanStation(
            id=None,
            tier=StationTier.STATION,
            kind=StationKind.SCHOOL,
            name="学校社工站",
            area=PLACE,
            planned_on=date(2026, 1, 5),
            opened_on=date(2026, 1, 6),
        )
        stations = [(await app.plan_station(plan, EVERYWHERE)).thing for _ in range(3)]
        closing = CloseStation(
            station_id=stations[0].id, closed_on=date(2026, 2, 1), reason=ClosureReason.OTHER
        )
        await app.close_station(closing, EVERYWHERE)
        party = RegisterParty(
            id=None,
            society=Society.VOLUNTEER,
            public_name="志愿服务队",
            is_person=False,
            area=PLACE,
        )
        await app.register_party(party, EVERYWHERE)


async def shown_once(app: Application) -> None:
    stop, taken = asyncio.Event(), asyncio.Event()

    async def take() -> Stock:
        try:
            return await app.take_stock()
        finally:
            taken.set()

    running = asyncio.create_task(taking_stock(take)(stop))
    await taken.wait()
    stop.set()
    await running


def figure(name: str, labels: dict[str, str]) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


async def test_stations_parties_and_entries_are_counted_by_where_they_stand(frame: Frame) -> None:
    app = build_application(frame)
    await arrange(app)

    await shown_once(app)

    assert figure("registry_stations", OPEN) == 2
    assert figure("registry_stations", CLOSED) == 1
    assert figure("registry_parties", APPROVED) == 1
    assert figure("registry_service_entries", {"status": "listed"}) is None

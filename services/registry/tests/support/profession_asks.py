"""Requests about contracts, supervision, trainings and experts, for the matrix of every route."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid4

from sqlalchemy import text

from common.clearance import cleared, system
from common.grants import Scope
from common.places import AreaRef
from common.vocabulary import AreaScheme, Society, StationTier
from registry.app.application import Application
from registry.app.keep_contracts import SignContract
from registry.app.keep_supervisions import BeginSupervision
from registry.app.plan_stations import PlanStation
from registry.app.register_parties import RegisterParty
from testing.api import STREET
from testing.matrix import THING_ORG, Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from testing.api import Api

V1: Final = "/registry/v1"
CONTRACTS: Final = f"{V1}/service_contracts"
SUPERVISIONS: Final = f"{V1}/supervisions"
ANYBODY: Final = Scope(sub="arranger", is_everywhere=True)
PLACE: Final = AreaRef(AreaScheme.NBS, STREET)


def abilities(api: Api) -> Application:
    assert isinstance(api.service.application, Application)
    return api.service.application


async def emptied(api: Api, *tables: str) -> None:
    async with api.frame.unit_of_work.transaction() as session:
        for table in tables:
            await (await session.connection()).execute(text(f"delete from {table}"))  # noqa: S608


async def a_station(api: Api) -> UUID:
    await emptied(api, "station")
    command = PlanStation(
        id=None,
        tier=StationTier.STATION,
        name="先进街道社工站",
        area=PLACE,
        planned_on=date(2024, 3, 1),
        opened_on=date(2024, 6, 18),
    )
    with cleared(system("test")):
        return (await abilities(api).plan_station(command, ANYBODY)).thing.id


async def a_party(
    api: Api, *, id_: UUID | None = None, society: Society, is_person: bool = False
) -> UUID:
    command = RegisterParty(
        id=id_ or uuid4(),
        society=society,
        public_name=f"P-{uuid4().hex[:8].upper()}",
        is_person=is_person,
        area=PLACE,
    )
    with cleared(system("test")):
        return (await abilities(api).register_party(command, ANYBODY)).thing.id


async def to_sign(api: Api) -> SignContract:
    await emptied(api, "service_contract_station", "service_contract", "party")
    return SignContract(
        id=None,
        buyer="金州区民政局",
        agency=await a_party(api, id_=THING_ORG, society=Society.SOCIAL_ORGANISATION),
        area=PLACE,
        stations=(await a_station(api),),
        amount_fen=30_000_000,
        begins_on=date(2024, 7, 1),
        ends_on=date(2025, 6, 30),
    )


async def a_contract(api: Api) -> str:
    command = await to_sign(api)
    with cleared(system("test")):
        signed = await abilities(api).profession.contracts.sign(command, ANYBODY)
    return f"{CONTRACTS}/{signed.thing.id}"


async def sign_contract(api: Api) -> Ask:
    command = await to_sign(api)
    body = {
        "buyer": command.buyer,
        "agency_id": str(command.agency),
        "scheme": "nbs",
        "area": STREET,
        "station_ids": [str(each) for each in command.stations],
        "amount_fen": command.amount_fen,
        "begins_on": "2024-07-01",
        "ends_on": "2025-06-30",
    }
    return Ask(path=CONTRACTS, sort=Sort.CREATION, json=body)


async def list_contracts(api: Api) -> Ask:
    path = await a_contract(api)
    return Ask(path=CONTRACTS, sort=Sort.LISTING, mentions=path.rpartition("/")[2])


async def show_contract(api: Api) -> Ask:
    return Ask(path=await a_contract(api), sort=Sort.EXISTING)


async def renew_contract(api: Api) -> Ask:
    body = {"amount_fen": 32_000_000, "ends_on": "2026-06-30"}
    return Ask(path=f"{await a_contract(api)}/renewal", sort=Sort.EXISTING, json=body)


async def terminate_contract(api: Api) -> Ask:
    body = {"ended_on": "2025-03-31", "reason": "agreed"}
    return Ask(path=f"{await a_contract(api)}/termination", sort=Sort.EXISTING, json=body)


async def to_supervise(api: Api) -> BeginSupervision:
    await emptied(api, "supervision", "party")
    return BeginSupervision(
        id=None,
        supervisor=await a_party(api, society=Society.SOCIAL_WORKER, is_person=True),
        worker=await a_party(api, society=Society.SOCIAL_WORKER, is_person=True),
        station=await a_station(api),
        began_on=date(2024, 7, 1),
    )


async def a_supervision(api: Api) -> BeginSupervision:
    command = replace(await to_supervise(api), id=uuid4())
    with cleared(system("test")):
        await abilities(api).profession.supervisions.begin(command, ANYBODY)
    return command


async def begin_supervision(api: Api) -> Ask:
    command = await to_supervise(api)
    body = {
        "supervisor_id": str(command.supervisor),
        "worker_id": str(command.worker),
        "station_id": str(command.station),
        "began_on": "2024-07-01",
    }
    # The station has to be seen, and one that is not does not exist.
    return Ask(path=SUPERVISIONS, sort=Sort.EXISTING, json=body)


async def list_supervisions(api: Api) -> Ask:
    begun = await a_supervision(api)
    return Ask(path=SUPERVISIONS, sort=Sort.LISTING, mentions=str(begun.id))


async def list_supervisors(api: Api) -> Ask:
    begun = await a_supervision(api)
    path = f"{V1}/supervisors"
    return Ask(path=path, sort=Sort.LISTING, mentions=str(begun.supervisor))


async def show_supervision(api: Api) -> Ask:
    begun = await a_supervision(api)
    return Ask(path=f"{SUPERVISIONS}/{begun.id}", sort=Sort.EXISTING)


async def end_supervision(api: Api) -> Ask:
    begun = await a_supervision(api)
    body = {"ended_on": "2025-06-30"}
    return Ask(path=f"{SUPERVISIONS}/{begun.id}/end", sort=Sort.EXISTING, json=body)


ABOUT_THE_PROFESSION: Final[Mapping[str, Arrange]] = {
    f"POST {CONTRACTS}": sign_contract,
    f"GET {CONTRACTS}": list_contracts,
    f"GET {CONTRACTS}/{{contract_id}}": show_contract,
    f"POST {CONTRACTS}/{{contract_id}}/renewal": renew_contract,
    f"POST {CONTRACTS}/{{contract_id}}/termination": terminate_contract,
    f"POST {SUPERVISIONS}": begin_supervision,
    f"GET {SUPERVISIONS}": list_supervisions,
    f"GET {V1}/supervisors": list_supervisors,
    f"GET {SUPERVISIONS}/{{supervision_id}}": show_supervision,
    f"POST {SUPERVISIONS}/{{supervision_id}}/end": end_supervision,
}

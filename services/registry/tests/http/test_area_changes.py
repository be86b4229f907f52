"""Areas that change: what is so on which day, and what old codes still find."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import text

from common.area_lists import AreaLine, replace_areas
from common.places import AreaRef, UnknownArea
from common.vocabulary import AreaScheme, StationTier
from registry.app.amend_areas import AdministerAreas, AmendAreas
from registry.app.application import Application
from registry.app.import_areas import AreaFile, ImportAreas
from registry.bootstrap import build
from registry.domain.administration import Administration
from registry.domain.area_history import ChangeKind
from registry.domain.area_tree import AreaChange
from registry.domain.errors.areas import AreaChangesOutOfOrder, AreaCycle, NoListInForce
from registry.domain.errors.days import DayInTheFuture
from registry.settings import Settings
from testing.api import Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from common.errors import DomainError

V1: Final = "/registry/v1"
LIST: Final = """code,name,kind,parent
37,山东省,province,
3701,济南市,prefecture,37
370112,历城区,county,3701
370125,济阳县,county,3701
370125100,济阳镇,town,370125
370125101,垛石镇,town,370125
"""
NEXT_LIST: Final = """code,name,kind,parent
37,山东省,province,
3701,济南市,prefecture,37
370112,历城区,county,3701
370115,济阳区,county,3701
370115001,济阳街道,subdistrict,370115
370115007,垛石街道,subdistrict,370115
"""


@pytest.fixture
async def client() -> AsyncGenerator[Api]:
    async with api(build, Settings, "registry", has_areas=False) as client:
        yield client


@pytest.fixture
def app(client: Api) -> Application:
    app = client.service.application
    assert isinstance(app, Application)
    return app


async def imported(app: Application, place: Path, content: str, day: date) -> None:
    file = place / f"{day}.csv"
    file.write_text(content, encoding="utf-8")
    await app.import_areas(ImportAreas(file=AreaFile(path=file, day=day)))


async def amended(app: Application, *changes: AreaChange) -> None:
    await app.areas.amend(AmendAreas(scheme=AreaScheme.NBS, changes=changes))


def change(
    kind: ChangeKind, code: str, to: str | None = None, *, on: str, name: str | None = None
) -> AreaChange:
    day = date.fromisoformat(on)
    return AreaChange(kind=kind, code=code, to=to, name=name, effective_on=day, document="国函")


def administered(code: str, by: str, since: str, until: str | None = None) -> AdministerAreas:
    each = Administration(
        area=AreaRef(AreaScheme.NBS, code),
        administered_by=by,
        authority="起步区管委会",
        since_on=date.fromisoformat(since),
        until_on=None if until is None else date.fromisoformat(until),
    )
    return AdministerAreas(scheme=AreaScheme.NBS, administrations=(each,))


async def answered(reader: Api, path: str) -> dict[str, Any]:
    answer = await reader.get(f"{V1}{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_later_list_leaves_the_former_one_as_it_was(
    client: Api, app: Application, tmp_path: Path
) -> None:
    await imported(app, tmp_path, LIST, date(2018, 1, 1))
    await imported(app, tmp_path, NEXT_LIST, date(2019, 1, 1))
    reader = await client.signed_in("analyst", area="37")

    before = await answered(reader, "/areas/nbs/370125?as_of=2018-12-31")
    now = await answered(reader, "/areas?within=370115&level=township")
    then = await answered(reader, "/coverage_bases?within=370125&as_of=2018-06-30")
    gone = await reader.get(f"{V1}/areas/nbs/370125")

    assert (before["name"], before["valid_from"], before["valid_until"]) == (
        *("济阳县", "2018-01-01", "2019-01-01"),
    )
    assert [area["code"] for area in now["items"]] == ["370115001", "370115007"]
    assert (then["count"], then["edition"]) == (2, "2018-01-01")
    assert gone.status_code == 404


async def test_an_old_code_leads_to_the_new_one_and_back(
    client: Api, app: Application, tmp_path: Path
) -> None:
    await imported(app, tmp_path, LIST, date(2019, 1, 1))
    await imported(app, tmp_path, NEXT_LIST, date(2020, 1, 1))
    reader = await client.signed_in("analyst", area="37")

    today = await answered(reader, "/areas/nbs/370125101/successors")
    back = await answered(reader, "/areas/nbs/370115007/successors?as_of=2020-06-01&on=2019-06-01")
    carried = await answered(reader, "/areas/nbs/371203/successors?as_of=2015-01-01")
    never = await reader.get(f"{V1}/areas/nbs/999999/successors")

    assert today["areas"] == [{"code": "370115007", "name": "垛石街道"}]
    assert back["areas"] == [{"code": "370125101", "name": "垛石镇"}]
    assert [each["kind"] for each in back["changes"]] == ["recoded"]
    assert carried["areas"] == [{"code": "370117", "name": "钢城区"}]
    assert not carried["changes"][0]["is_day_known"]
    assert never.status_code == 404


async def test_a_station_is_found_where_its_old_code_lies_now(
    client: Api, app: Application, tmp_path: Path
) -> None:
    await imported(app, tmp_path, LIST, date(2018, 1, 1))
    admin = await client.signed_in("platform_admin")
    station = {
        "tier": StationTier.STATION.value,
        "name": "垛石镇社工站",
        "scheme": "nbs",
        "area": "370125101",
        "planned_on": "2018-03-01",
        "opened_on": "2018-06-01",
    }
    made = (await admin.post(f"{V1}/stations", json=station)).json()
    await imported(app, tmp_path, NEXT_LIST, date(2019, 1, 1))
    await amended(app, change(ChangeKind.MERGED, "370115007", "370115001", on="2020-01-01"))
    client.frame.areas._seen.clear()  # noqa: SLF001 - what was looked up is remembered for seconds

    supervisor = await client.signed_in("county_supervisor", area="370115")
    found = await answered(supervisor, "/stations?within=370115001")
    neighbour = await client.signed_in("county_supervisor", area="370112")

    assert [(each["id"], each["area"]) for each in found["items"]] == [(made["id"], "370125101")]
    assert (await neighbour.get(f"{V1}/stations/{made['id']}")).status_code == 404


async def test_changes_take_effect_on_their_day(
    client: Api, app: Application, tmp_path: Path
) -> None:
    await imported(app, tmp_path, LIST, date(2018, 1, 1))
    await amended(
        app,
        change(ChangeKind.UPGRADED, "370125", "370115", on="2018-09-01", name="济阳区"),
        change(ChangeKind.SPLIT, "370125101", "370125102", on="2018-09-01", name="新市镇"),
        change(ChangeKind.MOVED, "370125102", "370112", on="2018-10-01"),
    )
    reader = await client.signed_in("analyst", area="37")

    days = {}
    for day in ("2018-08-31", "2018-09-01", "2018-10-01"):
        found = await answered(reader, f"/areas?level=township&as_of={day}")
        days[day] = {area["code"]: area["parent"] for area in found["items"]}
    listed = await answered(reader, "/area_successions")

    assert days["2018-08-31"] == {"370125100": "370125", "370125101": "370125"}
    assert days["2018-09-01"] == dict.fromkeys(("370125100", "370125101", "370125102"), "370115")
    assert days["2018-10-01"]["370125102"] == "370112"
    assert [each["new_code"] for each in listed["items"] if each["document"] == "国函"] == [
        *("370115", "370125101", "370125102"),
    ]


async def test_another_authority_runs_an_area_until_a_day(
    client: Api, app: Application, tmp_path: Path
) -> None:
    await imported(app, tmp_path, LIST, date(2018, 1, 1))
    await app.areas.administer(administered("370125101", "370112", "2019-01-01"))
    await app.areas.administer(administered("370125101", "370112", "2019-01-01", "2020-01-01"))
    reader = await client.signed_in("analyst", area="37")

    counts = {}
    for day in ("2018-06-01", "2019-06-01", "2020-06-01"):
        for within in ("370125", "370112"):
            base = await answered(reader, f"/coverage_bases?within={within}&as_of={day}")
            counts[day, within] = (base["count"], base["located"])

    assert counts == {
        ("2018-06-01", "370125"): (2, 2),
        ("2018-06-01", "370112"): (0, 0),
        ("2019-06-01", "370125"): (1, 2),
        ("2019-06-01", "370112"): (1, 0),
        ("2020-06-01", "370125"): (2, 2),
        ("2020-06-01", "370112"): (0, 0),
    }


async def test_what_is_refused_leaves_nothing_behind(
    client: Api, app: Application, tmp_path: Path
) -> None:
    with pytest.raises(NoListInForce):
        await amended(app, change(ChangeKind.RENAMED, "37", on="2018-01-01"))
    await imported(app, tmp_path, LIST, date(2018, 1, 1))
    refused: list[tuple[AreaChange, type[DomainError]]] = [
        (change(ChangeKind.RENAMED, "37", on="2099-01-01"), DayInTheFuture),
        (change(ChangeKind.RENAMED, "37", on="2017-01-01"), AreaChangesOutOfOrder),
        (change(ChangeKind.MERGED, "37", "3701", on="2019-01-01"), AreaCycle),
        (change(ChangeKind.MERGED, "3701", "3799", on="2019-01-01"), UnknownArea),
    ]

    for each, refusal in refused:
        with pytest.raises(refusal):
            await amended(app, change(ChangeKind.RENAMED, "37", on="2018-06-01", name="鲁"), each)
    for code, by, refusal in (
        ("370125", "370125100", AreaCycle),
        ("370125", "999999", UnknownArea),
        ("999999", "3701", UnknownArea),
    ):
        with pytest.raises(refusal):
            await app.areas.administer(administered(code, by, "2019-01-01"))

    reader = await client.signed_in("analyst", area="37")
    assert (await answered(reader, "/areas/nbs/37"))["name"] == "山东省"
    assert (await answered(reader, "/area_administrations"))["items"][0]["code"] == "370115003"
    async with client.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        assert (await connection.execute(text("select count(*) from outbox"))).scalar_one() == 1


async def test_a_code_of_the_other_list_is_told_from_one_of_none(client: Api) -> None:
    await client.put_areas()
    async with client.frame.unit_of_work.transaction() as session:
        line = AreaLine.model_validate(
            {
                "scheme": "mca",
                "code": "210213777",
                "name": "某街道",
                "level": "township",
                "is_formal": True,
                "parent": None,
                "ancestors": ("210213777",),
                "pool_id": "0d3f2b6a-7d0c-5c40-9d0e-6f0f8a529e11",
            }
        )

        await replace_areas(session, "mca", line.pool_id, [line])
    admin = await client.signed_in("platform_admin")
    party = {"society": "volunteer", "public_name": "某队", "is_person": False, "scheme": "nbs"}

    other = await admin.post(f"{V1}/parties", json={**party, "area": "210213777"})
    unknown = await admin.post(f"{V1}/parties", json={**party, "area": "210213778"})

    assert other.status_code == unknown.status_code == 422
    assert other.json()["type"].endswith("/area-of-other-scheme")
    assert other.json()["known_in"] == "mca"
    assert unknown.json()["type"].endswith("/unknown-area")

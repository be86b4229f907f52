from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from reporting_story import STREET, StationLife, Story, hear, named
from sqlalchemy import text

from common.area_lists import AreaLine, replace_areas
from common.areas import AreaListRow
from common.vocabulary import AreaLevel, AreaScheme, Beneficiary, StationTier
from reporting.bootstrap import build
from reporting.settings import Settings
from testing.api import Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    import httpx

OPENED = date(2026, 3, 1)
DALIAN = {"scheme": "nbs", "area": "2102"}
PROVINCE = {"scheme": "nbs", "area": "21"}


@pytest.fixture
async def client() -> AsyncGenerator[Api]:
    async with api(build, Settings, "reporting") as client:
        yield await client.signed_in("officer", area="21")


async def ask(client: Api, path: str, **params: str) -> Mapping[str, Any]:
    answer = await client.get(f"/reporting/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


class TestCoverage:
    async def test_is_counted_against_the_formal_townships_of_the_area(self, client: Api) -> None:
        await hear(client.service, [StationLife(STREET).opened(OPENED)])

        found = await ask(client, "/coverage", **DALIAN)

        assert (found["covered"], found["base"], found["rate"]) == (1, 3, 0.3333)
        assert found["uncovered"] == [
            {"code": "210204008", "name": "黑石礁街道"},
            {"code": "210213008", "name": "光明街道"},
        ]
        assert (found["area_name"], found["uncovered_omitted"]) == ("大连市", 0)
        assert found["rule"].startswith("有社工站")

    @pytest.mark.parametrize(
        ("as_of", "covered"),
        [
            ("2026-02-28", 0),
            ("2026-03-01", 1),
            # The last instant before and the first of 1 March in China.
            ("2026-02-28T15:59:59Z", 0),
            ("2026-02-28T16:00:00Z", 1),
            ("2026-03-31", 1),
            ("2026-04-01", 0),
        ],
    )
    async def test_yesterdays_question_gets_yesterdays_answer(
        self, client: Api, as_of: str, covered: int
    ) -> None:
        station = StationLife(STREET)
        await hear(client.service, [station.opened(OPENED), station.closed(date(2026, 4, 1))])

        assert (await ask(client, "/coverage", **DALIAN, as_of=as_of))["covered"] == covered

    async def test_says_which_list_it_was_counted_against(self, client: Api) -> None:
        await put_list_of(client, townships=2)

        found = await ask(client, "/coverage", **DALIAN)

        assert found["list"] == {"scheme": "nbs", "edition": "2023-06-30"}

    async def test_of_dalian_is_149_of_149(self, client: Api) -> None:
        await put_list_of(client, townships=149)
        stations = [StationLife(f"2102{number:05}") for number in range(149)]
        await hear(client.service, [station.opened(OPENED) for station in stations])

        found = await ask(client, "/coverage", **DALIAN)

        assert (found["covered"], found["base"], found["rate"]) == (149, 149, 1.0)
        assert found["uncovered"] == []

    async def test_of_a_province_may_be_1094_of_1510(self, client: Api) -> None:
        await put_list_of(client, townships=1510)
        stations = [StationLife(f"2102{number:05}") for number in range(1094)]
        await hear(client.service, [station.opened(OPENED) for station in stations])

        found = await ask(client, "/coverage", **PROVINCE)

        assert (found["covered"], found["base"], found["rate"]) == (1094, 1510, 0.7245)
        assert len(found["uncovered"]) == 416

    async def test_of_a_large_area_names_a_thousand_and_counts_the_rest(self, client: Api) -> None:
        await put_list_of(client, townships=1200)

        found = await ask(client, "/coverage", **PROVINCE)

        assert (len(found["uncovered"]), found["uncovered_omitted"]) == (1000, 200)

    async def test_counts_township_stations_only(self, client: Api) -> None:
        centre = StationLife("2102", tier=StationTier.CITY_CENTRE)
        room = StationLife("210213009001", tier=StationTier.ROOM)
        await hear(client.service, [centre.opened(OPENED), room.opened(OPENED)])

        assert (await ask(client, "/coverage", **DALIAN))["covered"] == 0


class TestLinkage:
    async def test_of_one_need_met_by_five_societies(self, client: Api) -> None:
        await hear(client.service, Story().met())

        found = await ask(client, "/linkage", **DALIAN)

        assert found["needs"] == {"open": 0, "withdrawn": 0, "met": 1, "unmet": 0}
        assert found["met_by_societies"] == [{"societies": 5, "needs": 1}]
        assert {part["society"]: part["met_needs"] for part in found["societies"]} == {
            "community": 1,
            "social_organisation": 1,
            "social_worker": 1,
            "volunteer": 1,
            "charitable_resource": 1,
        }
        assert {leg: median["seconds"] for leg, median in found["medians"].items()} == {
            "to_proposal": 60,
            "to_first_acceptance": 600,
            "to_all_accepted": 2100,
            "to_fulfilment": 78_000,
            "to_closure": 86_400,
        }

    async def test_keeps_the_four_measures_apart(self, client: Api) -> None:
        group, household = Story("group"), Story("home", beneficiary=Beneficiary.HOUSEHOLD)
        await hear(client.service, [*group.met(), *household.met()])

        found = await ask(client, "/linkage", **DALIAN)

        assert found["measures"] == {
            "records": 6,
            "persons": 80,
            "person_times": 116,
            "households": 1,
            "sessions": 6,
        }
        assert found["by_path"]["professional"]["person_times"] == 36
        assert found["by_path"]["affairs"]["person_times"] == 80

    async def test_leaves_out_what_lies_elsewhere(self, client: Api) -> None:
        anshan = Story("anshan", area="210302001")
        await hear(client.service, [*Story().met(), *anshan.met()])

        assert (await ask(client, "/linkage", **DALIAN))["needs"]["met"] == 1
        assert (await ask(client, "/linkage", **PROVINCE))["needs"]["met"] == 2

    async def test_of_the_evening_before_knows_no_closure(self, client: Api) -> None:
        await hear(client.service, Story().met())

        found = await ask(client, "/linkage", **DALIAN, as_of="2026-03-02")
        before = await ask(client, "/linkage", **DALIAN, as_of="2026-03-01")

        assert (found["needs"]["open"], found["needs"]["met"]) == (1, 0)
        assert found["medians"]["to_closure"] == {
            "label": "从提交到结案",
            "seconds": None,
            "base": 0,
        }
        assert before["needs"] == {"open": 0, "withdrawn": 0, "met": 0, "unmet": 0}

    async def test_speaks_english_to_those_who_ask_for_it(self, client: Api) -> None:
        client.headers["accept-language"] = "en"

        found = await ask(client, "/linkage", **DALIAN)

        assert found["societies"][0]["society_label"] == "Community"


class TestIndicators:
    async def test_have_numerator_denominator_definition_and_as_of(self, client: Api) -> None:
        await hear(client.service, [*Story().met(), StationLife(STREET).opened(OPENED)])

        found = await ask(client, "/indicators", **DALIAN, as_of="2026-03-31")

        figures = {each["code"]: each for each in found["indicators"]}
        assert found["as_of"] == "2026-03-31T15:59:59.999999Z"
        assert {code: (f["numerator"], f["denominator"]) for code, f in figures.items()} == {
            "station_coverage": (1, 3),
            "needs_proposed": (1, 1),
            "needs_met": (1, 1),
            "five_society_needs": (1, 1),
            "lines_fulfilled": (4, 4),
            "asks_accepted": (5, 6),
            "persons_served": (40, None),
            "person_times": (58, None),
            "households_served": (0, None),
            "sessions": (3, None),
        }
        assert figures["asks_accepted"]["rate"] == 0.8333
        assert figures["person_times"]["unit_label"] == "人次"
        assert all(each["definition"] for each in figures.values())

    async def test_lead_to_the_events_behind_them(self, client: Api) -> None:
        story = Story()
        await hear(client.service, story.met())
        found = await ask(client, "/indicators", **DALIAN)
        figure = next(each for each in found["indicators"] if each["code"] == "lines_fulfilled")

        first = (await client.get(f"{figure['events']}&limit=3")).json()
        rest = (await client.get(f"{figure['events']}&limit=3&cursor={first['next']}")).json()
        evidence = [*first["items"], *rest["items"]]
        events = [(await client.get(each["url"])).json() for each in evidence]

        assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)
        assert {event["type"] for event in events} == {"matching.match.fulfilled.v1"}
        assert len({event["data"]["line_id"] for event in events}) == figure["numerator"]

    async def test_of_an_unknown_code_are_refused(self, client: Api) -> None:
        answer = await client.get("/reporting/v1/indicators/luck/events", params=DALIAN)

        assert problem_of(answer) == (422, "input-invalid")


class TestQuestions:
    @pytest.mark.parametrize("path", ["/coverage", "/linkage", "/indicators"])
    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"area": "9999"}, (422, "unknown-area")),
            ({"area": "21'--"}, (422, "input-invalid")),
            ({"scheme": "mca"}, (409, "areas-not-ready")),
            ({"scheme": "other"}, (422, "input-invalid")),
            ({"as_of": "2999-01-01"}, (422, "as-of-in-the-future")),
            ({"as_of": "yesterday"}, (422, "input-invalid")),
            ({"as_of": "1700000000"}, (422, "input-invalid")),
            ({"as_of": "2026-03-01T10:00:00"}, (422, "input-invalid")),
            ({"colour": "red"}, (422, "unknown-filter")),
        ],
    )
    async def test_that_make_no_sense_are_refused(
        self, client: Api, path: str, change: Mapping[str, str], problem: tuple[int, str]
    ) -> None:
        answer = await client.get(f"/reporting/v1{path}", params={**DALIAN, **change})

        assert problem_of(answer) == problem

    @pytest.mark.parametrize("as_of", ["0001-01-01", "0001-01-01T00:00:00+14:00", "1949-09-30"])
    async def test_about_times_before_memory_have_an_empty_answer(
        self, client: Api, as_of: str
    ) -> None:
        found = await ask(client, "/indicators", **DALIAN, as_of=as_of)

        assert {each["numerator"] for each in found["indicators"]} == {0}


async def put_list_of(client: Api, *, townships: int) -> None:
    """Put a list with so many formal townships of Dalian into force, announced with its date."""
    list_id = named("list")
    codes = [("21", None, AreaLevel.PROVINCE), ("2102", "21", AreaLevel.PREFECTURE)]
    codes += [(f"2102{number:05}", "2102", AreaLevel.TOWNSHIP) for number in range(townships)]
    lines = [
        AreaLine(
            scheme=AreaScheme.NBS,
            code=code,
            name=f"名{code}",
            level=level,
            is_formal=True,
            parent=parent,
            ancestors=tuple({"21", "2102" if len(code) > 2 else "21", code}),
            pool_id=uuid4(),
        )
        for code, parent, level in codes
    ]
    announced = AreaListRow(
        list_id=list_id,
        scheme="nbs",
        edition=date(2023, 6, 30),
        count=len(lines),
        sha256="",
        path="/",
        announced_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    async with client.frame.unit_of_work.transaction() as session:
        await (await session.connection()).execute(text("delete from area"))
        session.add(announced)
        await replace_areas(session, "nbs", list_id, lines)

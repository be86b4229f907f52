"""In which prefecture a position lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from common.vocabulary import AreaScheme
from registry.adapters.borders import border_of, codes_with_borders
from registry.app.application import Application
from registry.app.import_areas import ImportAreas
from registry.bootstrap import build
from registry.settings import Settings
from testing.api import Api, api

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

AT: Final = "/registry/v1/areas/at"


@pytest.fixture
async def reader() -> AsyncGenerator[Api]:
    async with api(build, Settings, "registry", has_areas=False) as client:
        app = client.service.application
        assert isinstance(app, Application)
        await app.import_areas(ImportAreas(scheme=AreaScheme.NBS, within="37"))
        # Read by the first who asks, who on a busy machine might not wait for it.
        border_of("3701")
        yield await client.signed_in("analyst", area="37")


async def test_a_position_is_in_the_prefecture_that_took_the_old_one_in(reader: Api) -> None:
    jinan = (await reader.get(AT, params={"longitude": "117.0", "latitude": "36.6"})).json()
    laiwu = (await reader.get(AT, params={"longitude": "117.65", "latitude": "36.25"})).json()

    assert (jinan["area"]["code"], jinan["drawn_code"]) == ("3701", "3701")
    assert (laiwu["area"]["name"], laiwu["drawn_name"]) == ("济南市", "莱芜市")
    assert laiwu["drawn_on"] == "2018-01-01"


async def test_what_is_near_a_border_is_said_to_be(reader: Api) -> None:
    _, shape = border_of("3712")
    within = shape.buffer(-0.005).boundary.representative_point()
    asked = {"longitude": str(within.x), "latitude": str(within.y)}

    near = (await reader.get(AT, params=asked)).json()
    inside = (await reader.get(AT, params={"longitude": "117.0", "latitude": "36.6"})).json()

    assert near["is_near_border"]
    assert not inside["is_near_border"]


def test_a_repaired_border_encloses_something_and_nothing_else() -> None:
    kinds = {border_of(code)[1].geom_type for code in codes_with_borders()}

    assert kinds == {"Polygon", "MultiPolygon"}
    assert all(border_of(code)[1].is_valid for code in codes_with_borders())


async def test_what_no_border_goes_around_is_nowhere(reader: Api) -> None:
    sea = await reader.get(AT, params={"longitude": "123.9", "latitude": "35.0"})
    # Its border is known; the list that was imported does not have it.
    guiyang = await reader.get(AT, params={"longitude": "106.7", "latitude": "26.6"})
    wrong = await reader.get(AT, params={"longitude": "190", "latitude": "26.6"})

    assert sea.status_code == guiyang.status_code == 404
    assert sea.json()["type"].endswith("/no-area-there")
    assert wrong.status_code == 422


def test_every_border_that_touched_itself_is_whole_again() -> None:
    codes = codes_with_borders()

    assert len(codes) == 69
    assert all(border_of(code)[1].is_valid for code in codes)

"""The tree that the township rows imply."""

from __future__ import annotations

from datetime import date

import pytest

from common.places import UnknownArea
from common.vocabulary import AreaLevel, AreaScheme
from registry.domain.area_list import Edition, ListedArea, TownshipRow, areas_of, pool_of

WHOLE = Edition(scheme=AreaScheme.NBS, day=date(2023, 6, 30))


def a_row(code: str, name: str, kind: str = "subdistrict") -> TownshipRow:
    return TownshipRow(
        code=code,
        name=name,
        kind=kind,
        county_code=code[:6],
        county=f"县{code[:6]}",
        prefecture_code=code[:4],
        prefecture=f"市{code[:4]}",
        province_code=code[:2],
        province=f"省{code[:2]}",
    )


ROWS = (
    a_row("520102016", "新华路街道"),
    a_row("210213009", "先进街道"),
    a_row("210213400", "某农场", kind="pseudo"),
    a_row("210204008", "李家街道"),
    a_row("210302001", "某街道"),
)


def by_code(edition: Edition = WHOLE) -> dict[str, ListedArea]:
    return {area.ref.code: area for area in areas_of(edition, ROWS)}


def test_everything_above_a_township_becomes_an_area_of_its_own() -> None:
    areas = by_code()

    assert [areas[code].level for code in ("21", "2102", "210213", "210213009")] == [
        AreaLevel.PROVINCE,
        AreaLevel.PREFECTURE,
        AreaLevel.COUNTY,
        AreaLevel.TOWNSHIP,
    ]
    assert areas["210213009"].parent == "210213"
    assert areas["210213009"].ancestors == ("21", "2102", "210213", "210213009")
    assert areas["21"].parent is None


def test_areas_come_once_each_in_the_order_of_their_codes() -> None:
    codes = [area.ref.code for area in areas_of(WHOLE, ROWS)]

    assert codes == sorted(set(codes))
    assert len(codes) == 5 + 4 + 3 + 2


def test_a_farm_has_a_code_but_is_not_formal() -> None:
    areas = by_code()

    assert not areas["210213400"].is_formal
    assert all(area.is_formal for code, area in areas.items() if code != "210213400")


def test_a_prefecture_is_a_pool_with_all_that_lies_within() -> None:
    areas = by_code()

    in_dalian = {areas[code].pool_id for code in ("2102", "210213", "210213009", "210204008")}
    assert in_dalian == {pool_of(AreaScheme.NBS, "2102")}
    assert areas["2103"].pool_id not in in_dalian
    assert areas["21"].pool_id == pool_of(AreaScheme.NBS, "21")


def test_a_list_of_one_area_holds_it_all_within_and_all_above() -> None:
    codes = set(by_code(Edition(scheme=AreaScheme.NBS, day=WHOLE.day, within="210213")))

    assert codes == {"21", "2102", "210213", "210213009", "210213400"}


def test_a_list_of_an_area_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownArea):
        areas_of(Edition(scheme=AreaScheme.NBS, day=WHOLE.day, within="9999"), ROWS)


def test_an_edition_has_the_same_id_for_ever_and_each_another() -> None:
    dalian = Edition(scheme=AreaScheme.NBS, day=WHOLE.day, within="2102")
    later = Edition(scheme=AreaScheme.NBS, day=date(2024, 6, 30))

    assert WHOLE.list_id == Edition(scheme=AreaScheme.NBS, day=WHOLE.day).list_id
    assert len({WHOLE.list_id, dalian.list_id, later.list_id}) == 3

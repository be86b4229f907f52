"""The tree that the township rows imply."""

from __future__ import annotations

from datetime import date

import pytest

from common.places import UnknownArea
from common.vocabulary import AreaLevel, AreaScheme
from registry.domain.area_list import AreaKind, AreaUnit, Edition, ListedArea, areas_of, pool_of
from registry.domain.errors.areas import AreaCycle, AreaLevelsOutOfOrder, AreaListedTwice

WHOLE = Edition(scheme=AreaScheme.NBS, day=date(2023, 6, 30))


def with_all_above(code: str, name: str, kind: AreaKind = AreaKind.SUBDISTRICT) -> list[AreaUnit]:
    return [
        AreaUnit(code[:2], f"省{code[:2]}", AreaKind.PROVINCE, None),
        AreaUnit(code[:4], f"市{code[:4]}", AreaKind.PREFECTURE, code[:2]),
        AreaUnit(code[:6], f"县{code[:6]}", AreaKind.COUNTY, code[:4]),
        AreaUnit(code, name, kind, code[:6]),
    ]


UNITS = tuple(
    {
        unit.code: unit
        for unit in (
            *with_all_above("520102016", "新华路街道"),
            *with_all_above("210213009", "先进街道"),
            *with_all_above("210213400", "某农场", kind=AreaKind.PSEUDO),
            *with_all_above("210204008", "李家街道"),
            *with_all_above("210302001", "某街道"),
        )
    }.values()
)


def by_code(edition: Edition = WHOLE) -> dict[str, ListedArea]:
    return {area.ref.code: area for area in areas_of(edition, UNITS)}


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
    codes = [area.ref.code for area in areas_of(WHOLE, UNITS)]

    assert codes == sorted(set(codes))
    assert len(codes) == 5 + 4 + 3 + 2


def test_a_farm_has_a_code_but_is_not_formal() -> None:
    areas = by_code()

    assert not areas["210213400"].is_formal
    assert all(area.is_formal for code, area in areas.items() if code != "210213400")


def test_a_prefecture_is_a_pool_with_all_that_lies_within() -> None:
    areas = by_code()

    in_dalian = {areas[code].pool_id for code in ("2102", "210213", "210213009", "210204008")}
    assert in_dalian == {pool_of("2102")}
    assert areas["2103"].pool_id not in in_dalian
    assert areas["21"].pool_id == pool_of("21")


def test_a_list_of_one_area_holds_it_all_within_and_all_above() -> None:
    codes = set(by_code(Edition(scheme=AreaScheme.NBS, day=WHOLE.day, within="210213")))

    assert codes == {"21", "2102", "210213", "210213009", "210213400"}


def test_a_list_of_an_area_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownArea):
        areas_of(Edition(scheme=AreaScheme.NBS, day=WHOLE.day, within="9999"), UNITS)


def test_an_edition_has_the_same_id_for_ever_and_each_another() -> None:
    dalian = Edition(scheme=AreaScheme.NBS, day=WHOLE.day, within="2102")
    later = Edition(scheme=AreaScheme.NBS, day=date(2024, 6, 30))

    assert WHOLE.list_id == Edition(scheme=AreaScheme.NBS, day=WHOLE.day).list_id
    assert len({WHOLE.list_id, dalian.list_id, later.list_id}) == 3


def in_tree(*changed: AreaUnit, run_by: dict[str, str] | None = None) -> dict[str, ListedArea]:
    units = {unit.code: unit for unit in (*UNITS, *changed)}
    return {area.ref.code: area for area in areas_of(WHOLE, units.values(), run_by)}


def test_what_another_authority_runs_lies_in_that_one_and_is_located_where_it_was() -> None:
    area = in_tree(run_by={"210213009": "2102"})["210213009"]

    assert area.ancestors == ("21", "2102", "210213009")
    assert (area.parent, area.located_in) == ("2102", "210213")


def test_the_parts_of_what_another_authority_runs_go_with_it() -> None:
    village = AreaUnit("210213009001", "先进社区", AreaKind.VILLAGE, "210213009")

    area = in_tree(village, run_by={"210213009": "210204"})["210213009001"]

    assert area.ancestors == ("21", "2102", "210204", "210213009", "210213009001")
    assert area.located_in == "210213009"


def test_a_list_of_one_area_has_what_lies_there_and_what_is_run_from_there() -> None:
    def codes(within: str) -> set[str]:
        edition = Edition(scheme=AreaScheme.NBS, day=WHOLE.day, within=within)
        return {area.ref.code for area in areas_of(edition, UNITS, {"210213009": "210204"})}

    expected = {"21", "2102", "210213", "210204", "210213009"}
    assert codes("210213") == expected | {"210213400"}
    assert codes("210204") == expected | {"210204008"}


def test_the_same_place_has_one_pool_in_both_lists() -> None:
    by_nbs, by_mca = (
        areas_of(Edition(scheme=scheme, day=WHOLE.day), UNITS) for scheme in AreaScheme
    )

    assert [area.pool_id for area in by_nbs] == [area.pool_id for area in by_mca]


@pytest.mark.parametrize(
    ("changed", "run_by", "refusal"),
    [
        (AreaUnit("210213", "金州区", AreaKind.COUNTY, "210204008"), None, AreaCycle),
        (None, {"210213": "210213009"}, AreaCycle),
        (None, {"210213009": "210213009"}, AreaCycle),
        (None, {"210213009": "210204008"}, AreaLevelsOutOfOrder),
        (None, {"210213009": "999999"}, UnknownArea),
        (AreaUnit("210213009", "先进街道", AreaKind.TOWN, "999999"), None, UnknownArea),
    ],
    ids=["list", "own part", "itself", "its equal", "run by nobody", "in nothing"],
)
def test_a_tree_that_cannot_be_is_refused(
    changed: AreaUnit | None, run_by: dict[str, str] | None, refusal: type[Exception]
) -> None:
    moved = AreaUnit("210204", "沙河口区", AreaKind.COUNTY, "210213")
    changes = () if changed is None else (changed,)
    if changed is not None and changed.parent == "210204008":
        changes = (changed, moved)

    with pytest.raises(refusal):
        in_tree(*changes, run_by=run_by)


def test_a_code_that_is_listed_twice_is_refused() -> None:
    with pytest.raises(AreaListedTwice):
        areas_of(WHOLE, (*UNITS, UNITS[-1]))

"""What a later list implies about codes, and what old codes stand for."""

from __future__ import annotations

from datetime import date
from typing import Final

from common.vocabulary import AreaScheme
from registry.adapters.packaged_areas import PackagedAreas
from registry.domain.area_history import ChangeKind, Succession, successions_between, trace
from registry.domain.area_list import AreaKind, AreaUnit, Edition, areas_of, retired

NBS: Final = AreaScheme.NBS
OLD: Final = date(2018, 1, 1)
NEW: Final = date(2019, 1, 1)
PROVINCE: Final = AreaUnit("37", "山东省", AreaKind.PROVINCE, None)
JINAN: Final = AreaUnit("3701", "济南市", AreaKind.PREFECTURE, "37")
COUNTY: Final = AreaUnit("370125", "济阳县", AreaKind.COUNTY, "3701")
DISTRICT: Final = AreaUnit("370115", "济阳区", AreaKind.COUNTY, "3701")


def town(code: str, name: str, county: AreaUnit) -> AreaUnit:
    return AreaUnit(code, name, AreaKind.TOWN, county.code)


def implied(
    before: list[AreaUnit], after: list[AreaUnit], *known: Succession
) -> set[tuple[str, str]]:
    above = [PROVINCE, JINAN]
    found = successions_between(above + before, above + after, known, scheme=NBS, since=OLD, on=NEW)
    return {(each.old or "", each.new or "") for each in found}


def test_what_lies_in_a_county_that_got_another_code_is_found_by_its_name() -> None:
    before = [COUNTY, town("370125100", "垛石镇", COUNTY), town("370125101", "新市镇", COUNTY)]
    after = [
        DISTRICT,
        town("370115007", "垛石街道", DISTRICT),
        town("370115110", "新市镇", DISTRICT),
    ]

    assert implied(before, after) == {
        ("370125", "370115"),
        ("370125100", "370115007"),
        ("370125101", "370115110"),
    }


def test_another_name_under_the_same_code_is_a_new_name() -> None:
    before, after = (
        [COUNTY, town("370125100", "甲镇", COUNTY)],
        [COUNTY, town("370125100", "乙镇", COUNTY)],
    )

    assert implied(before, after) == {("370125100", "370125100")}


def test_a_code_that_another_unit_has_now_is_followed_to_where_its_own_went() -> None:
    before = [COUNTY, town("370125100", "甲镇", COUNTY), town("370125101", "乙镇", COUNTY)]
    after = [COUNTY, town("370125100", "乙镇", COUNTY), town("370125101", "甲镇", COUNTY)]

    assert implied(before, after) == {("370125100", "370125101"), ("370125101", "370125100")}


def test_what_somebody_has_told_is_not_guessed() -> None:
    told = Succession(
        scheme=NBS,
        effective_on=date(2018, 6, 1),
        kind=ChangeKind.MERGED,
        old="370125",
        old_name="济阳县",
        new="3701",
        new_name="济南市",
        document="",
    )

    assert implied([COUNTY], [DISTRICT], told) == set()


def test_of_what_vanished_the_list_tells_nothing() -> None:
    assert implied([COUNTY, town("370125100", "甲镇", COUNTY)], [COUNTY]) == set()


def test_an_old_code_stands_for_what_its_heirs_share() -> None:
    units = [PROVINCE, JINAN, COUNTY, DISTRICT]
    areas = {area.ref.code: area for area in areas_of(Edition(scheme=NBS, day=NEW), units)}
    gone = areas["370125"]

    alone = retired(gone, [areas["370115"]])
    shared = retired(gone, [areas["370115"], areas["3701"]])

    assert alone is not None
    assert shared is not None
    assert alone.ancestors == ("37", "3701", "370115", "370125")
    assert shared.ancestors == ("37", "3701", "370125")
    assert not alone.is_formal
    assert retired(gone, []) is None


def test_the_history_that_we_carry_leads_from_counties_to_districts() -> None:
    known = list(PackagedAreas().successions(NBS))

    def today(code: str) -> set[str]:
        return set(trace([code], known, since=date(2010, 1, 1), until=date(2026, 1, 1)).codes)

    assert len(known) == 77
    assert today("370125") == {"370115"}
    assert today("3712") == {"370116"}
    assert today("371203") == {"370117"}
    assert today("5222") == {"5206"}
    assert today("370634") == {"370614"}
    laiwu = trace(["370116"], known, since=date(2026, 1, 1), until=date(2015, 1, 1))
    assert set(laiwu.codes) == {"3712", "371202"}
    shibei = trace(["370203"], known, since=date(2026, 1, 1), until=date(2010, 1, 1))
    assert set(shibei.codes) == {"370203", "370205"}

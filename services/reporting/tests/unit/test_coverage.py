from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from reporting_story import named

from common.vocabulary import StationTier
from reporting.domain.coverage import StationSpan, Township, coverage
from reporting.domain.ratio import Ratio

if TYPE_CHECKING:
    from uuid import UUID

TODAY = date(2026, 11, 22)


def townships(count: int) -> list[Township]:
    return [Township(f"21{number:07}", f"第{number}街道") for number in range(count)]


def a_station(
    township: Township,
    *,
    tier: StationTier = StationTier.STATION,
    opened_on: date = date(2024, 5, 1),
    closed_on: date | None = None,
    opened_event: UUID | None = None,
) -> StationSpan:
    return StationSpan(
        station_id=named(f"{tier} {township.code} {opened_on}"),
        tier=tier,
        area=township.code,
        opened_on=opened_on,
        closed_on=closed_on,
        opened_event=opened_event or named(f"opened {township.code}"),
    )


def test_dalian_has_a_station_in_every_township() -> None:
    dalian = townships(149)

    answer = coverage(dalian, map(a_station, dalian), on=TODAY)

    assert answer.ratio == Ratio(149, 149)
    assert answer.ratio.rate == 1
    assert answer.uncovered == ()


def test_a_province_with_1094_of_1510_has_covered_72_45_percent() -> None:
    province = townships(1510)

    answer = coverage(province, map(a_station, province[:1094]), on=TODAY)

    assert answer.ratio == Ratio(1094, 1510)
    assert answer.ratio.rate == Decimal("0.7245")
    assert answer.uncovered == tuple(province[1094:])


def test_a_station_counts_from_the_day_it_opened_to_the_day_before_it_closed() -> None:
    only = townships(1)
    station = a_station(only[0], opened_on=date(2025, 1, 10), closed_on=date(2025, 3, 1))

    def covered(on: date) -> int:
        return coverage(only, [station], on=on).ratio.numerator

    assert [covered(date(2025, 1, 10) + timedelta(days=shift)) for shift in (-1, 0, 1)] == [0, 1, 1]
    assert [covered(date(2025, 3, 1) + timedelta(days=shift)) for shift in (-1, 0, 1)] == [1, 0, 0]


def test_only_township_stations_cover_townships() -> None:
    only = townships(1)
    others = [a_station(only[0], tier=tier) for tier in StationTier if tier != StationTier.STATION]

    assert coverage(only, others, on=TODAY).ratio == Ratio(0, 1)


def test_a_township_is_covered_once_however_many_stations_it_had() -> None:
    only = townships(1)
    first = a_station(only[0], opened_on=date(2020, 1, 1), opened_event=named("first"))
    second = a_station(only[0], opened_on=date(2022, 1, 1), opened_event=named("second"))

    answer = coverage(only, [second, first], on=TODAY)

    assert answer.ratio == Ratio(1, 1)
    assert answer.evidence == (named("first"),)


def test_a_station_of_a_place_that_is_no_formal_township_covers_nothing() -> None:
    listed, unlisted = townships(2)

    assert coverage([listed], [a_station(unlisted)], on=TODAY).ratio == Ratio(0, 1)

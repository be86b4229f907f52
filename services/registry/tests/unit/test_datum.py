"""From GCJ-02 to WGS-84 and back, by pairs that others have published and by themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.places import Position
from registry.domain.datum import Datum, StatedPosition, to_gcj02, to_wgs84
from registry.domain.errors.station_profile import PositionOutsideChina

# (latitude, longitude) in WGS-84 and in GCJ-02: test data of github.com/googollee/eviltransform.
PUBLISHED = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]
in_china = st.builds(Position, longitude=st.floats(73.6, 135.0), latitude=st.floats(18.2, 53.5))


@pytest.mark.parametrize(("wgs84", "gcj02"), PUBLISHED)
def test_published_pairs_come_out(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    drawn = to_gcj02(Position(latitude=wgs84[0], longitude=wgs84[1]))

    assert (drawn.latitude, drawn.longitude) == pytest.approx(gcj02, abs=1e-9)


@given(in_china)
def test_there_and_back_is_within_a_centimetre(position: Position) -> None:
    assert to_wgs84(to_gcj02(position)).metres_to(position) < 0.01


@given(in_china)
def test_maps_are_off_by_some_hundred_metres_and_never_more(position: Position) -> None:
    assert 1 < to_gcj02(position).metres_to(position) < 1500


def test_what_was_stated_in_wgs84_is_left_alone() -> None:
    stated = StatedPosition(longitude=121.7, latitude=39.06, datum=Datum.WGS84)

    assert stated.position == Position(longitude=121.7, latitude=39.06)


def test_longitude_and_latitude_that_changed_places_are_noticed() -> None:
    with pytest.raises(PositionOutsideChina):
        StatedPosition(longitude=39.06, latitude=121.7, datum=Datum.GCJ02)

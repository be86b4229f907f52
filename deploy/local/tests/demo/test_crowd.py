"""The fifty bystanders: the same each time, and each kept out by one thing."""

from collections import Counter

import pytest

from wushe.demo.cast import Vetting
from wushe.demo.crowd import Township, bystanders
from wushe.demo.ground import DISTANT_PLACES, DISTRICT, SCHOOL_GATE


@pytest.fixture
def townships() -> list[Township]:
    near = [Township(f"{DISTRICT}{number:03}", f"近{number}街道") for number in range(1, 20)]
    far = [Township(f"{county}001", f"{county}远街道") for county, _ in DISTANT_PLACES]
    return [*near, *far]


def test_there_are_fifty_with_names_and_keys_of_their_own(townships: list[Township]) -> None:
    crowd = bystanders(townships, seed=1)

    assert len(crowd) == 50
    assert len({offer.party.name for offer in crowd}) == 50
    assert len({offer.key for offer in crowd}) == 50


def test_a_seed_makes_the_same_crowd_whatever_the_order_of_the_list(
    townships: list[Township],
) -> None:
    assert bystanders(townships, seed=7) == bystanders(townships[::-1], seed=7)
    assert bystanders(townships, seed=7) != bystanders(townships, seed=8)


def test_every_reason_to_be_kept_out_occurs(townships: list[Township]) -> None:
    reasons = Counter(offer.fails for offer in bystanders(townships, seed=1))

    assert reasons == {
        "place_within_reach": 12,
        "weekday_fits": 8,
        "vetting_valid": 8,
        "service_fits": 12,
        "quantity_fits": 5,
        "unit_fits": 3,
        "party_active": 2,
    }


def test_only_the_distant_are_distant_and_only_the_suspended_suspended(
    townships: list[Township],
) -> None:
    for offer in bystanders(townships, seed=3):
        assert (offer.party.area[:6] == DISTRICT) == (offer.fails != "place_within_reach")
        assert offer.party.is_suspended == (offer.fails == "party_active")
        if offer.fails == "vetting_valid":
            assert offer.party.vetting is not Vetting.VALID


def test_a_move_on_the_map_goes_as_far_as_it_says() -> None:
    moved = SCHOOL_GATE.moved(metres=1_000, bearing=90)

    assert moved.latitude == SCHOOL_GATE.latitude
    assert moved.longitude - SCHOOL_GATE.longitude == pytest.approx(1_000 / 86_290, rel=1e-2)

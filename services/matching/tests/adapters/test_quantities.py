"""What became of an offer's capacity, on the database: taken, delivered, given back; by lots."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from matching_builders import NOW, a_line
from matching_desk import EVERYWHERE, Desk
from sqlalchemy.exc import IntegrityError

from common.places import AreaRef
from common.vocabulary import AreaScheme, MatchState, ServiceCode, Unit
from matching.app.follow_needs import CountService
from matching.domain.errors import OfferExhausted, ScopeTooWide
from matching.domain.lot import Lot
from testing.api import STREET

if TYPE_CHECKING:
    from matching.domain.match import Match
    from matching.domain.offer import Offer

TODAY = date(2026, 3, 2)
RICE = {
    "service": ServiceCode.RICE_AND_OIL,
    "unit": Unit.PIECE,
    "capacity": 10,
    "lots": (Lot(6, TODAY + timedelta(days=9)), Lot(4, TODAY)),
}


async def accepted(desk: Desk, name: str, quantity: int) -> Match:
    line = a_line(
        f"{name} line", service=ServiceCode.RICE_AND_OIL, unit=Unit.PIECE, quantity=quantity
    )
    (match,) = await desk.asked(await desk.need(name, line))
    return await desk.accept(match)


async def given(desk: Desk, match: Match, quantity: int) -> None:
    await desk.app.count_service(
        CountService(match_id=match.id, quantity=quantity, unit=Unit.PIECE)
    )


def quantities(offer: Offer) -> tuple[int, int, int, tuple[int, ...]]:
    return offer.free, offer.committed, offer.delivered, offer.lots_held


async def test_goods_go_out_first_expired_first_and_what_was_delivered_stays_given(
    desk: Desk,
) -> None:
    rice = await desk.offer(**RICE)
    match = await accepted(desk, "one", 5)
    assert quantities(await desk.find_offer(rice)) == (5, 5, 0, (1, 4))

    await given(desk, match, 2)
    assert quantities(await desk.find_offer(rice)) == (5, 3, 2, (1, 4))

    await desk.app.end_need(match.pairing.need_id)
    assert quantities(await desk.find_offer(rice)) == (8, 0, 2, (0, 2))
    assert await desk.states(match.pairing.need_id) == [MatchState.WITHDRAWN]
    # A record that arrives after the end is beside the point.
    await given(desk, match, 2)
    assert quantities(await desk.find_offer(rice)) == (8, 0, 2, (0, 2))


async def test_more_than_was_asked_for_counts_as_what_was_asked_for(desk: Desk) -> None:
    rice = await desk.offer(**RICE)
    match = await accepted(desk, "one", 3)

    await given(desk, match, 7)

    assert quantities(await desk.find_offer(rice)) == (7, 0, 3, (0, 3))
    usage = await desk.app.find_usage(rice.id, EVERYWHERE)
    assert (usage.quantities.committed, usage.quantities.delivered) == (0, 3)


async def test_what_has_expired_since_the_ask_is_not_given(desk: Desk) -> None:
    await desk.offer(**RICE)
    line = a_line(service=ServiceCode.RICE_AND_OIL, unit=Unit.PIECE, quantity=7)
    (match,) = await desk.asked(await desk.need("need", line))
    desk.clock.at = NOW + timedelta(days=1)

    with pytest.raises(OfferExhausted) as refused:
        await desk.accept(match)

    assert (refused.value.left, refused.value.wanted) == (6, 7)


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("update offer set delivered = -1", "delivered_is_held"),
        ("update offer set delivered = held + 1", "allotted_is_held"),
        ("update offer set allotted = held + 1", "allotted_is_held"),
        ("update offer set held = held + 1", "lots_make_the_capacity"),
        (
            "update offer set lots = jsonb_set(lots, '{0,held}', '7'), held = 11, capacity = 11",
            "lots_make_the_capacity",
        ),
    ],
)
async def test_the_database_lets_nothing_be_given_twice(
    desk: Desk, statement: str, name: str
) -> None:
    await desk.offer(**RICE)
    await accepted(desk, "one", 5)

    with pytest.raises(IntegrityError, match=name):
        await desk.rows(f"{statement} returning id")


async def test_an_area_is_served_up_to_a_prefecture_and_no_further(desk: Desk) -> None:
    county = AreaRef(AreaScheme.NBS, "210213")
    offer = await desk.offer(scope=county, metres=40_000, reach_metres=20_100_000)
    near = await desk.need("near", point=None)
    far = await desk.need("far", area=AreaRef(AreaScheme.NBS, "210204"), point=None)
    await desk.plan()

    assert await desk.states(near) == [MatchState.PROPOSED]
    assert await desk.states(far) == []
    assert (await desk.find_offer(offer)).supply.scope == county
    with pytest.raises(ScopeTooWide):
        await desk.offer("wide", scope=AreaRef(AreaScheme.NBS, "21"), area=STREET)

"""Free, committed and delivered always add up, whatever happens in whatever order."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from matching_builders import an_offer

from common.vocabulary import ServiceCode, Unit
from matching.domain.errors import OfferExhausted
from matching.domain.lot import Lot

FIRST = date(2026, 3, 2)
LOTS = (Lot(5, FIRST + timedelta(days=3)), Lot(4, None), Lot(6, FIRST), Lot(5, FIRST))


class Goods(RuleBasedStateMachine):
    """An offer of goods in lots against a ledger of what each match took, and what it got."""

    matches = Bundle("matches")

    def __init__(self) -> None:
        super().__init__()
        self.offer = an_offer(service=ServiceCode.RICE_AND_OIL, unit=Unit.PIECE, lots=LOTS)
        self.today = FIRST
        self.taken: dict[int, dict[int, int]] = {}
        self.delivered: dict[int, int] = {}
        self.ended: dict[int, dict[int, int]] = {}
        self.names = count()

    @rule(target=matches, quantity=st.integers(1, 12))
    def accept(self, quantity: int) -> int:
        name = next(self.names)
        left = self._left()
        if quantity > left:
            with pytest.raises(OfferExhausted):
                self.offer.hold(quantity, on=self.today)
            return name
        self.offer, taken = self.offer.hold(quantity, on=self.today)
        assert sum(taken.values()) == quantity
        worst = max(_expiry(number) for number in taken)
        held = self._held()
        # Nothing that expires earlier was passed over.
        for number, lot in enumerate(LOTS):
            if lot.is_good(on=self.today) and _expiry(number) < worst:
                assert held[number] + taken.get(number, 0) == lot.quantity
        self.taken[name], self.delivered[name] = dict(taken), 0
        return name

    @rule(name=matches, quantity=st.integers(1, 5))
    def deliver(self, name: int, quantity: int) -> None:
        if name in self.taken:
            rest = sum(self.taken[name].values()) - self.delivered[name]
            if part := min(quantity, rest):
                self.offer = self.offer.deliver(part)
                self.delivered[name] += part

    @rule(name=matches)
    def withdraw(self, name: int) -> None:
        if name not in self.taken:
            return
        taken, kept = self.taken.pop(name), self.delivered[name]
        rest = sum(taken.values()) - kept
        if not rest:
            self.ended[name] = taken
            return
        given_back = self.offer.last_of(taken, rest)
        self.offer = self.offer.release(rest, lots=given_back)
        self.ended[name] = {each: taken[each] - given_back.get(each, 0) for each in taken}

    @rule()
    def sleep(self) -> None:
        self.today += timedelta(days=1)

    @invariant()
    def it_adds_up(self) -> None:
        offer = self.offer
        committed = sum(
            sum(taken.values()) - self.delivered[name] for name, taken in self.taken.items()
        )
        assert offer.delivered == sum(self.delivered.values())
        assert offer.committed == committed
        assert offer.free + offer.committed + offer.delivered == offer.supply.capacity == 20
        assert offer.lots_held == tuple(self._held())
        assert offer.free_on(self.today) == self._left()

    def _held(self) -> list[int]:
        of_all = [*self.taken.values(), *self.ended.values()]
        return [sum(taken.get(number, 0) for taken in of_all) for number in range(len(LOTS))]

    def _left(self) -> int:
        return sum(
            lot.quantity - held
            for lot, held in zip(LOTS, self._held(), strict=True)
            if lot.expires_on is None or lot.expires_on >= self.today
        )


def _expiry(number: int) -> tuple[date, int]:
    return (LOTS[number].expires_on or date.max, number)


TestGoods = Goods.TestCase
TestGoods.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)

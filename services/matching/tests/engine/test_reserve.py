"""Reservations: whatever happens in whatever order, the plan says how good it is."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from matching.engine.reserve import Reservations
from matching.engine.wish import Wish

if TYPE_CHECKING:
    from collections.abc import Iterable

LINES = [UUID(int=n) for n in range(1, 6)]
BUNDLES = [UUID(int=n) for n in (21, 22)]
OFFERS = [UUID(int=n) for n in range(11, 15)]

lines = st.sampled_from(LINES)
offers = st.sampled_from(OFFERS)
values = st.integers(0, 9)
capacities = st.integers(0, 6)


class _Changes(RuleBasedStateMachine):
    """Drives reservations beside a plain record of the same."""

    at_once = 1_000

    def __init__(self) -> None:
        super().__init__()
        self.plan = Reservations(at_once=self.at_once)
        self.wishes: dict[UUID, tuple[int, dict[UUID, int]]] = {}
        self.bundles: dict[UUID, UUID | None] = {}
        self.capacity: dict[UUID, int] = {}
        self.clashes: set[frozenset[UUID]] = set()

    @rule(
        line=lines,
        load=st.integers(1, 4),
        worth=st.dictionaries(offers, values),
        bundle=st.sampled_from([None, None, *BUNDLES]),
    )
    def a_line_comes(
        self, line: UUID, load: int, worth: dict[UUID, int], bundle: UUID | None
    ) -> None:
        known = {offer: value for offer, value in worth.items() if offer in self.capacity}
        self.wishes[line] = (load, known)
        self.bundles[line] = bundle
        self.plan.put_line(line, Wish.of(load, known.items(), bundle))
        self.plan.settle()

    @rule(line=lines)
    def a_line_goes(self, line: UUID) -> None:
        self.wishes.pop(line, None)
        self.plan.drop_line(line)
        self.plan.settle()

    @rule(offer=offers, capacity=capacities, worth=st.dictionaries(lines, values))
    def an_offer_comes(self, offer: UUID, capacity: int, worth: dict[UUID, int]) -> None:
        known = {line: value for line, value in worth.items() if line in self.wishes}
        for line, (_, wish) in self.wishes.items():
            wish.pop(offer, None)
            if line in known:
                wish[offer] = known[line]
        self.capacity[offer] = capacity
        self.plan.put_offer(offer, capacity, known)
        self.plan.settle()

    @rule(offer=offers)
    def an_offer_goes(self, offer: UUID) -> None:
        if self.capacity.pop(offer, None) is None:
            return
        for _, wish in self.wishes.values():
            wish.pop(offer, None)
        self.plan.drop_offer(offer)
        self.tell_clashes()

    @rule(pairs=st.sets(st.tuples(offers, offers), max_size=2))
    def other_offers_clash(self, pairs: set[tuple[UUID, UUID]]) -> None:
        self.clashes = {frozenset(pair) for pair in pairs if pair[0] != pair[1]}
        self.tell_clashes()

    def tell_clashes(self) -> None:
        for offer in OFFERS:
            mine = frozenset[UUID]().union(*(pair for pair in self.clashes if offer in pair))
            self.plan.set_clashes(offer, mine - {offer})
        self.plan.settle()

    @rule(offer=offers, capacity=capacities)
    def an_offer_changes(self, offer: UUID, capacity: int) -> None:
        if offer in self.capacity:
            self.capacity[offer] = capacity
            self.plan.resize_offer(offer, capacity)
            self.plan.settle()

    @rule(line=lines, offer=offers, value=values)
    def a_pair_is_worth_something_else(self, line: UUID, offer: UUID, value: int) -> None:
        if line in self.wishes and offer in self.capacity:
            self.wishes[line][1][offer] = value
            self.plan.set_value(line, offer, value)
            self.plan.settle()

    @rule()
    def it_is_read_anew(self) -> None:
        anew = Reservations(at_once=self.at_once)
        for offer, capacity in self.capacity.items():
            anew.put_offer(offer, capacity, {})
        had = {line: self.plan.offer_of(line) for line in self.wishes}
        before, self.plan = self.plan.value, anew
        self.tell_clashes()
        for line, (load, worth) in self.wishes.items():
            self.plan.put_line(line, Wish.of(load, worth.items(), self.bundles[line]))
        self.plan.keep({line: offer for line, offer in had.items() if offer is not None})
        self.plan.settle()

        assert self.plan.value >= before

    @invariant()
    def nobody_gives_more_than_there_is(self) -> None:
        load = dict.fromkeys(self.capacity, 0)
        value = 0
        for line, (wanted, worth) in self.wishes.items():
            offer = self.plan.offer_of(line)
            if offer is not None:
                load[offer] += wanted
                value += worth[offer]
        assert all(load[offer] <= room for offer, room in self.capacity.items())
        assert not self.clash(offer for offer in load if load[offer])
        assert load == {offer: self.plan.load_of(offer) for offer in self.capacity}
        assert value == self.plan.value
        assert self.is_whole({line: self.plan.offer_of(line) for line in self.wishes})

    @invariant()
    def it_is_proved(self) -> None:
        assert self.plan.value == self.best() == self.plan.bound

    def best(self) -> int:
        """Try everything."""
        found = 0
        names = list(self.wishes)
        # What is worth nothing is no pair.
        choices = [
            [None, *(offer for offer, value in self.wishes[line][1].items() if value)]
            for line in names
        ]
        for picked in product(*choices):
            load = dict.fromkeys(self.capacity, 0)
            value = 0
            for line, offer in zip(names, picked, strict=True):
                if offer is not None:
                    load[offer] += self.wishes[line][0]
                    value += self.wishes[line][1][offer]
            fits = all(load[offer] <= room for offer, room in self.capacity.items())
            used = {offer for offer in picked if offer is not None}
            if (
                fits
                and not self.clash(used)
                and self.is_whole(dict(zip(names, picked, strict=True)))
            ):
                found = max(found, value)
        return found

    def clash(self, used: Iterable[UUID]) -> bool:
        taken = set(used)
        return any(pair <= taken for pair in self.clashes)

    def is_whole(self, offer_of: dict[UUID, UUID | None]) -> bool:
        served: dict[UUID, set[bool]] = {}
        for line, offer in offer_of.items():
            bundle = self.bundles[line]
            if bundle is not None:
                served.setdefault(bundle, set()).add(offer is not None)
        return all(len(each) == 1 for each in served.values())


def test_among_too_many_nobody_loses_what_he_had_when_all_is_read_anew() -> None:
    first, second, both = LINES[0], LINES[1], Wish.of(2, [(OFFERS[0], 5), (OFFERS[1], 1)])
    plan = Reservations(at_once=1)
    for offer in OFFERS[:2]:
        plan.put_offer(offer, 2, {})
    for line in (first, second):
        plan.put_line(line, both)

    plan.keep({second: OFFERS[0], first: OFFERS[1]})
    plan.settle()

    assert (plan.offer_of(first), plan.offer_of(second)) == (OFFERS[1], OFFERS[0])
    assert (plan.value, plan.bound, plan.changed()) == (6, 10, {first, second})


class _TooMany(_Changes):
    """What is connected is never solved as a whole."""

    at_once = 1

    @invariant()
    def it_is_proved(self) -> None:
        assert self.plan.value <= self.best() <= self.plan.bound


TestWhatIsSolvedAtOnce = _Changes.TestCase
TestWhatIsTooMuchToSolveAtOnce = _TooMany.TestCase
TestWhatIsSolvedAtOnce.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestWhatIsTooMuchToSolveAtOnce.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None
)

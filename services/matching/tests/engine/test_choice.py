"""Which clashing offers are open to a flow: the best choice, or a stated bound on it."""

from __future__ import annotations

from itertools import product
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from matching.engine.choice import Choice
from matching.engine.standing import StandingPlan

LINES = [UUID(int=n) for n in range(1, 6)]
OFFERS = [UUID(int=n) for n in range(11, 15)]

lines = st.sampled_from(LINES)
offers = st.sampled_from(OFFERS)


class _Changes(RuleBasedStateMachine):
    """Drives a flow with clashes beside a plain record of the same."""

    at_once = 1_000

    def __init__(self) -> None:
        super().__init__()
        self.capacity = dict.fromkeys(OFFERS, 1)
        self.flow = StandingPlan()
        for offer in OFFERS:
            self.flow.insert_offer(offer, 1, [], [])
        self.choice = Choice(self.capacity.__getitem__, at_once=self.at_once)
        self.worth: dict[UUID, dict[UUID, int]] = {}
        self.clashes: set[frozenset[UUID]] = set()

    @rule(line=lines, worth=st.dictionaries(offers, st.integers(1, 9)))
    def a_line_comes(self, line: UUID, worth: dict[UUID, int]) -> None:
        if line in self.worth:
            return
        self.worth[line] = worth
        rows = [self.flow.row_of(offer) for offer in worth]
        self.flow.insert_need(line, 1, rows, list(worth.values()))
        self.settle({line})

    @rule(line=lines)
    def a_line_goes(self, line: UUID) -> None:
        worth = self.worth.pop(line, None)
        if worth is not None:
            self.flow.remove_need(line)
            self.settle(set(worth))

    @rule(offer=offers, capacity=st.integers(0, 3))
    def an_offer_changes(self, offer: UUID, capacity: int) -> None:
        self.capacity[offer] = capacity
        self.flow.resize_offer(offer, capacity if self.choice.is_open(offer) else 0)
        self.settle({offer})

    @rule(pairs=st.sets(st.tuples(offers, offers), max_size=3))
    def others_clash(self, pairs: set[tuple[UUID, UUID]]) -> None:
        self.clashes = {frozenset(pair) for pair in pairs if pair[0] != pair[1]}
        for offer in OFFERS:
            mine = set[UUID]().union(*(pair for pair in self.clashes if offer in pair))
            self.choice.set_clashes(offer, mine - {offer})
        self.settle(set(OFFERS))

    def settle(self, touched: set[UUID]) -> None:
        self.choice.settle(self.flow, touched)

    @invariant()
    def no_two_that_clash_are_used(self) -> None:
        used = frozenset(offer for offer in OFFERS if self.flow.load_of(offer))
        assert not any(pair <= used for pair in self.clashes)
        assert all(self.flow.load_of(offer) <= self.capacity[offer] for offer in OFFERS)

    @invariant()
    def nothing_else_is_worth_more(self) -> None:
        assert self.value() == self.best() == self.value() + self.choice.gap(self.flow)

    def value(self) -> int:
        return self.flow.verify().value

    def best(self) -> int:
        """Try everything."""
        found = 0
        for picked in product(*([None, *worth] for worth in self.worth.values())):
            used = frozenset(offer for offer in picked if offer is not None)
            fits = all(picked.count(offer) <= self.capacity[offer] for offer in used)
            if fits and not any(pair <= used for pair in self.clashes):
                worth = zip(self.worth.values(), picked, strict=True)
                found = max(found, sum(of[offer] for of, offer in worth if offer is not None))
        return found


class _TooMany(_Changes):
    """What is connected is never planned as a whole."""

    at_once = 0

    @invariant()
    def nothing_else_is_worth_more(self) -> None:
        assert self.value() <= self.best() <= self.value() + self.choice.gap(self.flow)


TestWhatIsPlannedAtOnce = _Changes.TestCase
TestWhatIsTooMuchToPlanAtOnce = _TooMany.TestCase
TestWhatIsPlannedAtOnce.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestWhatIsTooMuchToPlanAtOnce.settings = settings(
    max_examples=30, stateful_step_count=20, deadline=None
)

"""Events at full size: what each takes, and that the plan is proved after each."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.figures import percentile
from benchmarks.scale_instance import need_id, offer_id
from matching.engine import StandingPlan, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.scale_instance import Instance, Numbers

EVENTS: Final = 4_000
WARM_UP: Final = 200
_MS: Final = 1000.0
_KINDS: Final = {
    "remove need": 0.28,
    "insert need": 0.28,
    "remove offer": 0.06,
    "insert offer": 0.06,
    "resize offer": 0.12,
    "term of a need": 0.12,
    "term of an offer": 0.08,
}


class Story:
    """A plan and its instance, and who is out of it at the moment."""

    def __init__(self, plan: StandingPlan, instance: Instance) -> None:
        self._plan, self._instance = plan, instance
        self._rng = np.random.default_rng(1)
        self._begin = np.searchsorted(instance.need, np.arange(instance.needs + 1))
        self._by_offer = np.argsort(instance.offer, kind="stable")
        sorted_offers = instance.offer[self._by_offer]
        self._begin_offer = np.searchsorted(sorted_offers, np.arange(instance.offers + 1))
        self._needs_out: list[int] = []
        self._offers_out: list[int] = []

    def event(self, kind: str) -> Callable[[], object]:
        """Return the next event of a kind, ready to happen."""
        if kind == "insert need" and self._needs_out:
            return self._insert_need(self._needs_out.pop(0))
        if kind == "insert offer" and self._offers_out:
            return self._insert_offer(self._offers_out.pop(0))
        need, offer, plan = self._one(need_id), self._one(offer_id), self._plan
        if kind in {"remove need", "insert need"}:
            self._needs_out.append(need)
            return lambda: plan.remove_need(need_id(need))
        if kind in {"remove offer", "insert offer"}:
            self._offers_out.append(offer)
            return lambda: plan.remove_offer(offer_id(offer))
        if kind == "resize offer":
            capacity = int(self._rng.integers(0, 5))
            return lambda: plan.resize_offer(offer_id(offer), capacity)
        return self._term(kind, need, offer)

    def _term(self, kind: str, need: int, offer: int) -> Callable[[], object]:
        plan, term = self._plan, int(self._rng.integers(-3_000, 3_000))
        if kind == "term of a need":
            return lambda: plan.set_need_term(need_id(need), term)
        return lambda: plan.set_offer_term(offer_id(offer), term)

    def _one(self, named: Callable[[int], Any]) -> int:
        count = self._instance.needs if named is need_id else self._instance.offers
        while True:
            row = int(self._rng.integers(count))
            if named(row) in self._plan:
                return row

    def _insert_need(self, need: int) -> Callable[[], object]:
        pairs = slice(self._begin[need], self._begin[need + 1])
        offers, values = self._instance.offer[pairs], self._instance.value[pairs]
        known = [offer_id(row) in self._plan for row in offers.tolist()]
        rows = [self._plan.row_of(offer_id(row)) for row in offers[known].tolist()]
        return lambda: self._plan.insert_need(need_id(need), 1, rows, values[known])

    def _insert_offer(self, offer: int) -> Callable[[], object]:
        pairs = self._by_offer[self._begin_offer[offer] : self._begin_offer[offer + 1]]
        needs, values = self._instance.need[pairs], self._instance.value[pairs]
        known = [need_id(row) in self._plan for row in needs.tolist()]
        rows = [self._plan.row_of_need(need_id(row)) for row in needs[known].tolist()]
        capacity = int(self._instance.capacity[offer])
        return lambda: self._plan.insert_offer(offer_id(offer), capacity, rows, values[known])


def play(plan: StandingPlan, instance: Instance) -> dict[str, Any]:
    """Let events happen one after the other; return what each took in milliseconds."""
    story, rng = Story(plan, instance), np.random.default_rng(2)
    kinds = list(_KINDS)
    wall: list[float] = []
    processor: list[float] = []
    happened: list[str] = []
    for each in rng.choice(len(kinds), EVENTS + WARM_UP, p=list(_KINDS.values())).tolist():
        event = story.event(kinds[each])
        began, clock = time.perf_counter(), time.thread_time()
        event()
        certificate = plan.certificate()
        wall.append(_MS * (time.perf_counter() - began))
        processor.append(_MS * (time.thread_time() - clock))
        happened.append(kinds[each])
        assert certificate.gap == 0, certificate
    plan.verify()
    by_kind = {
        kind: _spread([ms for ms, its in _late(processor, happened) if its == kind])
        for kind in kinds
    }
    return {
        "events": _spread(wall[WARM_UP:]),
        "events_processor": _spread(processor[WARM_UP:]),
        "by_kind": by_kind,
    }


def _late(took: list[float], happened: list[str]) -> list[tuple[float, str]]:
    return list(zip(took[WARM_UP:], happened[WARM_UP:], strict=True))


def _spread(took: list[float]) -> dict[str, float]:
    return {
        "p50": percentile(took, 0.5),
        "p99": percentile(took, 0.99),
        "max": max(took, default=float("nan")),
    }


def insert_all(instance: Instance) -> StandingPlan:
    """Return the plan into which each need came by itself."""
    nobody: Numbers = np.zeros(0, dtype=np.int64)
    plan = StandingPlan.solved(
        Transport.of(
            need_ids=[],
            units=nobody,
            offer_ids=[offer_id(row) for row in range(instance.offers)],
            capacity=instance.capacity,
            need=nobody,
            offer=nobody,
            value=nobody,
        )
    )
    begin = np.searchsorted(instance.need, np.arange(instance.needs + 1))
    # Offers were given in the order of their ids, so that their rows are their places in it.
    for need in np.random.default_rng(3).permutation(instance.needs).tolist():
        pairs = slice(begin[need], begin[need + 1])
        plan.insert_need(need_id(need), 1, instance.offer[pairs], instance.value[pairs])
    return plan

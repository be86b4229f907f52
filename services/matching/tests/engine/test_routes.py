from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations, product
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.planner import PlannerLimits
from matching.engine.result import Status
from matching.engine.route_problem import Round, RouteProblem, Visit
from matching.engine.routes import plan_routes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matching.engine.route_problem import RouteResult

NO_WORK = PlannerLimits(work=0)


@dataclass(frozen=True)
class Day:
    visits: list[Visit]
    rounds: list[Round]
    value: dict[tuple[UUID, UUID], int]
    travel: list[list[int]]
    cost: int

    def problem(self, *, is_turned: bool = False) -> RouteProblem:
        step = -1 if is_turned else 1
        return RouteProblem.of(
            visits=self.visits[::step],
            rounds=self.rounds[::step],
            value=dict(list(self.value.items())[::step]),
            travel=self.travel,
            cost_of_minute=self.cost,
        )

    def best_by_trying_everything(self) -> int:
        best = 0
        for choice in product((None, *self.rounds), repeat=len(self.visits)):
            total = 0
            for each in self.rounds:
                mine = [
                    visit
                    for visit, chosen in zip(self.visits, choice, strict=True)
                    if chosen == each
                ]
                total += max(self.worths(each, mine), default=-(10**6))
            best = max(best, total)
        return best

    def worths(self, day: Round, visits: Sequence[Visit]) -> Iterator[int]:
        if not visits:
            yield 0
        elif len(visits) <= day.most_visits and all(
            self.value.get((each.id, day.id), 0) > 0 for each in visits
        ):
            points = sum(self.value[each.id, day.id] for each in visits)
            for order in permutations(visits):
                minutes = self.minutes_of(day, order)
                if minutes is not None:
                    yield points - self.cost * minutes

    def minutes_of(self, day: Round, order: Sequence[Visit]) -> int | None:
        """Return the minutes on the way, none if somebody would be late."""
        now, place, minutes = day.begins, day.place, 0
        for visit in order:
            way = self.travel[place][visit.place]
            now, minutes = max(now + way, visit.earliest), minutes + way
            if now > visit.latest:
                return None
            now, place = now + visit.minutes, visit.place
        way = self.travel[place][day.place]
        return minutes + way if now + way <= day.ends else None

    def worth_of(self, result: RouteResult) -> int:
        visits = {each.id: each for each in self.visits}
        made = [stop.visit for stops in result.stops.values() for stop in stops]
        assert len(made) == len(set(made))
        total = 0
        for day in self.rounds:
            order = [visits[stop.visit] for stop in result.stops[day.id]]
            if order:
                minutes = self.minutes_of(day, order)
                assert minutes is not None
                points = (self.value[each.id, day.id] for each in order)
                total += sum(points) - self.cost * minutes
        return total


@st.composite
def days(draw: st.DrawFn) -> Day:
    places = draw(st.integers(1, 4))
    place, minutes = st.integers(0, places - 1), st.integers(0, 9)
    visits = [
        Visit(
            id=UUID(int=at),
            place=draw(place),
            earliest=(earliest := draw(st.integers(0, 20))),
            latest=earliest + draw(st.integers(-1, 20)),
            minutes=draw(minutes),
        )
        for at in range(draw(st.integers(1, 4)))
    ]
    rounds = [
        Round(
            id=UUID(int=90 + at),
            place=draw(place),
            begins=draw(st.integers(0, 10)),
            ends=draw(st.integers(10, 50)),
            most_visits=draw(st.integers(0, 3)),
        )
        for at in range(draw(st.integers(1, 2)))
    ]
    pairs = [(visit.id, each.id) for visit in visits for each in rounds]
    value = {pair: draw(st.integers(-1, 12)) for pair in pairs if draw(st.booleans())}
    row = st.lists(minutes, min_size=places, max_size=places)
    travel = draw(st.lists(row, min_size=places, max_size=places))
    return Day(visits, rounds, value, travel, draw(st.integers(0, 1)))


@given(days())
@settings(max_examples=80, deadline=None)
def test_no_other_rounds_are_worth_more(day: Day) -> None:
    result = plan_routes(day.problem())

    assert result.total.value == day.worth_of(result) == day.best_by_trying_everything()
    assert result.status is Status.OPTIMAL


@given(days())
@settings(max_examples=60, deadline=None)
def test_without_work_the_optimum_lies_between_value_and_bound(day: Day) -> None:
    result = plan_routes(day.problem(), NO_WORK)

    assert result.total.value == day.worth_of(result)
    assert result.total.value <= day.best_by_trying_everything() <= result.total.bound


@given(days())
@settings(max_examples=40, deadline=None)
def test_the_order_of_what_is_given_makes_no_difference(day: Day) -> None:
    one, other = plan_routes(day.problem()), plan_routes(day.problem(is_turned=True))

    assert {each: [stop.visit for stop in stops] for each, stops in one.stops.items()} == {
        each: [stop.visit for stop in stops] for each, stops in other.stops.items()
    }


def town(*, visits: int, rounds: int, seed: int) -> Day:
    """Return visits around one station, worth the more the farther they are."""
    dice = np.random.default_rng(seed)
    where = dice.integers(0, 60, (visits + 1, 2))
    travel = np.abs(where[:, None] - where[None, :]).sum(axis=2).tolist()
    earliest = dice.integers(480, 900, visits).tolist()
    made = [
        Visit(id=UUID(int=at), place=at + 1, earliest=begin, latest=begin + 120, minutes=30)
        for at, begin in enumerate(earliest)
    ]
    walked = [
        Round(id=UUID(int=900 + at), place=0, begins=480, ends=1020, most_visits=8)
        for at in range(rounds)
    ]
    value = {(visit.id, each.id): 300 for visit in made for each in walked}
    return Day(made, walked, value, travel, 1)


def test_a_visit_begins_when_it_may_and_the_day_ends_at_home() -> None:
    visit = Visit(id=UUID(int=1), place=1, earliest=600, latest=620, minutes=30)
    day = Round(id=UUID(int=9), place=0, begins=480, ends=640, most_visits=1)
    there = Day([visit], [day], {(visit.id, day.id): 50}, [[0, 10], [10, 0]], 1)

    result = plan_routes(there.problem())

    assert [(stop.visit, stop.starts) for stop in result.stops[day.id]] == [(visit.id, 600)]
    assert (result.total.value, result.total.gap) == (30, 0)


def test_a_day_of_eight_visits_and_two_walkers_is_proved() -> None:
    day = town(visits=8, rounds=2, seed=1)

    result = plan_routes(day.problem())

    assert result.status is Status.OPTIMAL
    assert result.total.value == day.worth_of(result)


def test_equal_work_gives_equal_rounds() -> None:
    day = town(visits=12, rounds=3, seed=2)

    one, other = (plan_routes(day.problem(), PlannerLimits(work=0.1)) for _ in range(2))

    assert one.total.value == day.worth_of(one) <= one.total.bound
    assert (one.total.value, one.total.bound) == (other.total.value, other.total.bound)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"visits": [town(visits=1, rounds=1, seed=1).visits[0]] * 2}, "occurs twice"),
        ({"travel": [[0, 1]]}, "not a square"),
        ({"travel": [[0]]}, "a place is not among"),
        ({"cost_of_minute": -1}, "costs less than nothing"),
        ({"value": {(UUID(int=5), UUID(int=900)): 1}}, "is not there"),
    ],
)
def test_what_does_not_fit_together_is_refused(changed: dict[str, object], why: str) -> None:
    day = town(visits=1, rounds=1, seed=1)
    given = {
        "visits": day.visits,
        "rounds": day.rounds,
        "value": day.value,
        "travel": day.travel,
    }

    with pytest.raises(ValueError, match=why):
        RouteProblem.of(**{**given, **changed})  # type: ignore[arg-type]

"""Rounds of visits that are worth most: exact for a few rounds of some visits, bounded always."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from ortools.sat.python import cp_model

from matching.engine.connected import component_of_node
from matching.engine.cp_sat import new_solver
from matching.engine.planner import DEFAULT_LIMITS, PlannerLimits
from matching.engine.planner_result import Proof
from matching.engine.route_problem import RouteResult, Stop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matching.engine.route_problem import RouteProblem

Orders: TypeAlias = dict[int, list[int]]
"""The visits of each round, in the order in which they are made."""


def plan_routes(problem: RouteProblem, limits: PlannerLimits = DEFAULT_LIMITS) -> RouteResult:
    """Choose who visits whom in which order, so that visits less ways are worth most.

    Rounds that no visit could be shared by are decided apart. Equal input gives equal output.

    Args:
        problem: A canonical instance.
        limits: What may be spent on rounds that belong together.
    """
    orders: Orders = {day: [] for day in range(len(problem.rounds))}
    bound = 0
    for visits, days in _components(problem):
        found, most = _Rounds(problem, visits, days).best(limits)
        orders |= found
        bound += most
    value = sum(problem.worth(day, order) for day, order in orders.items())
    return RouteResult(
        stops={
            problem.rounds[day].id: _stops(problem, day, order) for day, order in orders.items()
        },
        total=Proof(value=value, bound=bound),
    )


def _stops(problem: RouteProblem, day: int, order: Sequence[int]) -> tuple[Stop, ...]:
    starts = problem.starts(day, order)
    assert starts is not None, "a round that was chosen can be done"
    return tuple(
        Stop(visit=problem.visits[visit].id, starts=start)
        for visit, start in zip(order, starts, strict=True)
    )


def _components(problem: RouteProblem) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the visits and the rounds that belong together."""
    visit, day = np.nonzero(problem.value > 0)
    visits, nodes = len(problem.visits), len(problem.visits) + len(problem.rounds)
    label = component_of_node(visit, visits + day, nodes=nodes)
    for each in np.unique(label[visit]):
        members = np.flatnonzero(label == each)
        yield members[members < visits].tolist(), (members[members >= visits] - visits).tolist()


@dataclass(frozen=True, slots=True)
class _Arc:
    """Going from one visit to another in a round; none is home."""

    day: int
    start: int | None
    end: int | None
    is_gone: cp_model.IntVar


class _Rounds:
    """Rounds that could share visits, and how they are best made."""

    def __init__(self, problem: RouteProblem, visits: list[int], days: list[int]) -> None:
        self._problem = problem
        self._visits = visits
        self._days = days

    def best(self, limits: PlannerLimits) -> tuple[Orders, int]:
        """Return the best rounds that are known, and what none can exceed."""
        start = self._inserted()
        value = self._worth(start)
        most = int(self._problem.value[self._visits].max(axis=1).sum())
        effort = limits.effort()
        if value == most or effort.is_spent:
            return start, most
        model, arcs = self._model(start)
        solver = new_solver(effort)
        status = solver.solve(model)
        if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return start, most
        found = self._orders([arc for arc in arcs if solver.boolean_value(arc.is_gone)])
        best = max(start, found, key=self._worth)
        bound = -solver.response_proto.inner_objective_lower_bound
        return best, max(self._worth(best), min(most, bound))

    def _worth(self, orders: Orders) -> int:
        return sum(self._problem.worth(day, order) for day, order in orders.items())

    def _inserted(self) -> Orders:
        """Put in visits, the most valuable first, where each adds most."""
        orders: Orders = {day: [] for day in self._days}
        for visit in sorted(self._visits, key=lambda each: -self._problem.value[each].max()):
            ways = [
                (self._problem.worth(day, longer) - self._problem.worth(day, order), day, longer)
                for day, order in orders.items()
                for at in range(len(order) + 1)
                if self._problem.starts(day, longer := [*order[:at], visit, *order[at:]])
                is not None
            ]
            gain, day, order = max(ways, key=lambda way: way[0], default=(0, 0, []))
            if gain > 0:
                orders[day] = order
        return orders

    def _model(self, start: Orders) -> tuple[cp_model.CpModel, list[_Arc]]:
        model = cp_model.CpModel()
        begun = {
            each: model.new_int_var(
                self._problem.visits[each].earliest, self._problem.visits[each].latest, ""
            )
            for each in self._visits
        }
        arcs = [arc for day in self._days for arc in self._round(model, day, begun)]
        for visit in self._visits:
            model.add_at_most_one(arc.is_gone for arc in arcs if arc.end == visit)
        losses = [-self._gain(arc) for arc in arcs]
        model.minimize(cp_model.LinearExpr.weighted_sum([arc.is_gone for arc in arcs], losses))
        gone = {(day, *step) for day, order in start.items() for step in _steps(order)}
        for arc in arcs:
            model.add_hint(arc.is_gone, (arc.day, arc.start, arc.end) in gone)
        return model, arcs

    def _round(
        self, model: cp_model.CpModel, day: int, begun: dict[int, cp_model.IntVar]
    ) -> list[_Arc]:
        """Add one round: a circuit from home through some visits, or none."""
        stays = {each: model.new_bool_var("") for each in (None, *self._visits_of(day))}
        arcs = [
            _Arc(day, start, end, model.new_bool_var(""))
            for start in stays
            for end in stays
            if start != end
        ]
        node = {each: at for at, each in enumerate(stays)}
        model.add_circuit(
            [
                *((node[each], node[each], stay) for each, stay in stays.items()),
                *((node[arc.start], node[arc.end], arc.is_gone) for arc in arcs),
            ]
        )
        for each in node:
            model.add_implication(stays[None], stays[each])
        visited = [arc.is_gone for arc in arcs if arc.end is not None]
        model.add(cp_model.LinearExpr.sum(visited) <= self._problem.rounds[day].most_visits)
        for arc in arcs:
            self._take_time(model, arc, begun)
        return arcs

    def _visits_of(self, day: int) -> list[int]:
        return [each for each in self._visits if self._problem.value[each, day] > 0]

    def _take_time(
        self, model: cp_model.CpModel, arc: _Arc, begun: dict[int, cp_model.IntVar]
    ) -> None:
        problem, day = self._problem, self._problem.rounds[arc.day]
        ready: cp_model.LinearExprT = day.begins
        if arc.start is not None:
            ready = begun[arc.start] + problem.visits[arc.start].minutes
        due: cp_model.LinearExprT = day.ends if arc.end is None else begun[arc.end]
        model.add(ready + self._minutes(arc) <= due).only_enforce_if(arc.is_gone)

    def _minutes(self, arc: _Arc) -> int:
        problem, home = self._problem, self._problem.rounds[arc.day].place
        start = home if arc.start is None else problem.visits[arc.start].place
        end = home if arc.end is None else problem.visits[arc.end].place
        return int(problem.travel[start, end])

    def _gain(self, arc: _Arc) -> int:
        worth = 0 if arc.end is None else int(self._problem.value[arc.end, arc.day])
        return worth - self._problem.cost_of_minute * self._minutes(arc)

    def _orders(self, gone: Sequence[_Arc]) -> Orders:
        onward = {(arc.day, arc.start): arc.end for arc in gone}
        orders: Orders = {day: [] for day in self._days}
        for day, order in orders.items():
            at = onward.get((day, None))
            while at is not None:
                order.append(at)
                at = onward[day, at]
        return orders


def _steps(order: Sequence[int]) -> list[tuple[int | None, int | None]]:
    return list(pairwise([None, *order, None])) if order else []

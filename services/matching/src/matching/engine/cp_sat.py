"""An integer program by CP-SAT, in whole numbers throughout: strong where programs are small.

One worker with a fixed seed, so that equal input gives equal output; with it, CP-SAT leans on its
linear relaxation, which is what assignment with capacities needs (docs/decisions/0036).
"""

from __future__ import annotations

from importlib import import_module
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from matching.engine.integer_program import Solution

if TYPE_CHECKING:
    from types import ModuleType

    from ortools.sat.python import cp_model

    from matching.engine.effort import Effort
    from matching.engine.integer_program import IntegerProgram

COLUMNS_PER_SECOND: Final = 50_000
"""How fast a program is written down for CP-SAT, which keeps time only from then on."""


def _loaded() -> ModuleType:
    """Return CP-SAT's module; it takes a second to load, which most processes need not spend."""
    return import_module("ortools.sat.python.cp_model")


def solve_by_cp_sat(program: IntegerProgram, effort: Effort) -> Solution:
    """Return the best choice that was found from the start on, and the bound that was proved."""
    known = Solution(program.start, program.worth(program.start), program.ceiling)
    if effort.is_spent or effort.seconds_left() < program.columns / COLUMNS_PER_SECOND:
        return known
    cp_sat = _loaded()
    model, numbers = _model(program)
    solver = new_solver(effort)
    status = solver.solve(model)
    if status not in (cp_sat.OPTIMAL, cp_sat.FEASIBLE, cp_sat.UNKNOWN):
        message = f"CP-SAT calls the program {solver.status_name(status)}"
        raise ValueError(message)
    if status == cp_sat.UNKNOWN:
        # It had no time to look, and its bound is a zero that nobody wrote.
        return known
    bound = min(program.ceiling, -solver.response_proto.inner_objective_lower_bound)
    chosen = np.array([solver.value(each) for each in numbers], dtype=np.int64)
    if program.worth(chosen) < known.value:
        chosen = known.chosen
    assert program.allows(chosen), "CP-SAT keeps what it was told"
    value = program.worth(chosen)
    return Solution(chosen, value, max(value, bound))


def new_solver(effort: Effort) -> cp_model.CpSolver:
    """Return a solver that gives equal output for equal input, within this effort."""
    solver: cp_model.CpSolver = _loaded().CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.random_seed = 1
    parameters.linearization_level = 2
    if isfinite(effort.work):
        parameters.max_deterministic_time = effort.work
    if isfinite(left := effort.seconds_left()):
        parameters.max_time_in_seconds = max(left, 0.01)
    return solver


def _model(program: IntegerProgram) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    cp_sat = _loaded()
    model: cp_model.CpModel = cp_sat.CpModel()
    numbers = [model.new_int_var(0, most, "") for most in program.most.tolist()]
    order = np.argsort(program.row, kind="stable")
    column, coefficient = program.column[order].tolist(), program.coefficient[order].tolist()
    ends = np.cumsum(np.bincount(program.row, minlength=len(program.lower))).tolist()
    begin = 0
    limits = zip(program.lower.tolist(), program.upper.tolist(), ends, strict=True)
    for lower, upper, end in limits:
        terms = [numbers[each] for each in column[begin:end]]
        total = cp_sat.LinearExpr.weighted_sum(terms, coefficient[begin:end])
        model.add_linear_constraint(total, lower, upper)
        begin = end
    for number, start in zip(numbers, program.start.tolist(), strict=True):
        model.add_hint(number, start)
    model.minimize(cp_sat.LinearExpr.weighted_sum(numbers, (-program.value).tolist()))
    return model, numbers

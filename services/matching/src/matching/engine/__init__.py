"""The matching kernel: arrays in, a result that proves itself out.

No database, no clock, no logging; limits are arguments. Equal input gives equal output, and the
order in which lines, offers and pairs are given makes no difference.

A name is loaded when it is first asked for: solvers take seconds to load, and who wants a flow
needs none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matching.engine.assignment import DEFAULT_LIMITS, Limits, assign
    from matching.engine.choice import Choice
    from matching.engine.connected import component_of_node
    from matching.engine.nearby import Nearby, Questions, cell_key, list_key
    from matching.engine.planner import PlannerLimits, plan
    from matching.engine.planner_problem import ALONE, Objective, PlannerProblem
    from matching.engine.planner_result import PlannerResult, Proof
    from matching.engine.problem import Problem
    from matching.engine.reserve import Competing, Reservations
    from matching.engine.result import UNASSIGNED, Result, Status
    from matching.engine.route_problem import Round, RouteProblem, RouteResult, Stop, Visit
    from matching.engine.routes import plan_routes
    from matching.engine.standing import Certificate, Snapshot, StandingPlan, Transport, Unproved
    from matching.engine.wish import Wish

ENGINE_VERSION: Final = "exact-1"
"""Changes whenever equal input may give another plan; stored with every decision."""

_HOMES: Final = {
    "ALONE": "planner_problem",
    "Certificate": "standing",
    "Choice": "choice",
    "Competing": "reserve",
    "DEFAULT_LIMITS": "assignment",
    "Limits": "assignment",
    "Nearby": "nearby",
    "Objective": "planner_problem",
    "PlannerLimits": "planner",
    "PlannerProblem": "planner_problem",
    "PlannerResult": "planner_result",
    "Problem": "problem",
    "Proof": "planner_result",
    "Questions": "nearby",
    "Reservations": "reserve",
    "Result": "result",
    "Round": "route_problem",
    "RouteProblem": "route_problem",
    "RouteResult": "route_problem",
    "Snapshot": "standing",
    "StandingPlan": "standing",
    "Status": "result",
    "Stop": "route_problem",
    "Transport": "standing",
    "UNASSIGNED": "result",
    "Unproved": "standing",
    "Visit": "route_problem",
    "Wish": "wish",
    "assign": "assignment",
    "cell_key": "nearby",
    "component_of_node": "connected",
    "list_key": "nearby",
    "plan": "planner",
    "plan_routes": "routes",
}

__all__ = [
    "ALONE",
    "DEFAULT_LIMITS",
    "ENGINE_VERSION",
    "UNASSIGNED",
    "Certificate",
    "Choice",
    "Competing",
    "Limits",
    "Nearby",
    "Objective",
    "PlannerLimits",
    "PlannerProblem",
    "PlannerResult",
    "Problem",
    "Proof",
    "Questions",
    "Reservations",
    "Result",
    "Round",
    "RouteProblem",
    "RouteResult",
    "Snapshot",
    "StandingPlan",
    "Status",
    "Stop",
    "Transport",
    "Unproved",
    "Visit",
    "Wish",
    "assign",
    "cell_key",
    "component_of_node",
    "list_key",
    "plan",
    "plan_routes",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

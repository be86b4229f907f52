"""Generalised and linear assignment: published instances, solved as the kernel solves ours.

The instances are not ours to ship. They are read from where ``WUSHE_MATCHING_DATA`` says, or from
``shared/data/matching`` beside any folder above.
"""

from __future__ import annotations

import csv
import os
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.figures import Figure, Row
from matching.engine.allocate import allocate
from matching.engine.allocation import AllocationProblem
from matching.engine.effort import Effort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.sizes import Sizes

_HUNDRED: Final = 100
_GAP_BUDGET: Final = 0.1
_LEEWAY: Final = 0.98
"""What the solver is told, so that it has answered when the time is over."""
_NAME: Final = "Generalised assignment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What one instance came to, as costs; ``bound`` is what no assignment can cost less than."""

    name: str
    cost: int
    bound: int
    optimum: int
    seconds: float

    @property
    def gap(self) -> float:
        """How much dearer than the published optimum, in hundredths."""
        return _HUNDRED * (self.cost - self.optimum) / self.optimum

    @property
    def group(self) -> str:
        """The class that the instance is of: Cattrysse's sizes, and others' letters."""
        author, _, rest = self.name.partition("_")
        return f"{author} {rest.partition('-')[0] if '-' in rest else rest[0].upper()}"


def data_at() -> Path | None:
    """Return the folder of the instances, none where there is none."""
    told = os.environ.get("WUSHE_MATCHING_DATA")
    above = [folder / "shared/data/matching" for folder in Path(__file__).resolve().parents]
    folders = [Path(told)] if told else above
    return next((each for each in folders if (each / "gap" / "optima.csv").is_file()), None)


def measure(sizes: Sizes) -> Row:
    """Solve every instance in turn; where there are none, say so."""
    data = data_at()
    if data is None:
        return Row(
            name=_NAME, figures=(), remarks=("Not present: WUSHE_MATCHING_DATA says where.",)
        )
    optima = _optima(data / "gap")
    names = sorted(optima)[: sizes.gap_instances]
    found = [_assigned(data / "gap" / name, optima[name], sizes.gap_seconds) for name in names]
    linear = [_matched(data / "lap" / f"{name}.txt", best) for name, best in _LINEAR.items()]
    groups = sorted({each.group for each in found})
    figures = [
        *(_gap(group, [each for each in found if each.group == group]) for group in groups),
        _gap("all", found, budget=_GAP_BUDGET),
        _seconds(found, sizes),
        *linear,
    ]
    proved = sum(each.bound == each.cost for each in found)
    reached = sum(each.cost == each.optimum for each in found)
    summary = (
        f"{len(found)} instances of OR-Library and Yagiura, each by itself,"
        f" {sizes.gap_seconds:g} s at most: {reached} at the published optimum, {proved} proved."
    )
    return Row(
        name=_NAME,
        figures=tuple(figures),
        remarks=(
            summary,
            *(_told(each) for each in found if each.bound < each.cost),
        ),
        details={each.name: _document(each) for each in found},
    )


_LINEAR: Final = {"assign100": 305, "assign600": 1176}


def _optima(folder: Path) -> dict[str, int]:
    with (folder / "optima.csv").open(encoding="utf-8", newline="") as file:
        return {row["instance"]: int(row["optimum_min"]) for row in csv.DictReader(file)}


def _numbers(file: Path) -> NDArray[np.int64]:
    return np.array(file.read_text(encoding="utf-8").split(), dtype=np.int64)


def _assigned(file: Path, optimum: int, seconds: float) -> Solved:
    numbers = _numbers(file)
    agents, jobs = numbers[:2].tolist()
    cost, load = numbers[2 : 2 + 2 * agents * jobs].reshape(2, agents, jobs)
    capacity = numbers[2 + 2 * agents * jobs :][:agents]
    return _cheapest(file.name, cost, load, capacity, optimum, seconds)


def _cheapest(
    name: str,
    cost: NDArray[np.int64],
    load: NDArray[np.int64],
    capacity: NDArray[np.int64],
    optimum: int,
    seconds: float,
) -> Solved:
    """Assign every job at the least cost: each is worth so much that none is left out."""
    agents, jobs = cost.shape
    worth = int(cost.max(axis=0).sum()) + 1
    problem = AllocationProblem.of(
        units=np.ones(jobs),
        whole=np.zeros(jobs),
        capacity=capacity,
        need=np.tile(np.arange(jobs), agents),
        offer=np.repeat(np.arange(agents), jobs),
        value=worth - cost.ravel(),
        load=load.ravel(),
    )
    began = time.monotonic()
    end = began + _LEEWAY * seconds
    found = allocate(problem, Effort(seconds_left=lambda: end - time.monotonic()))
    took = time.monotonic() - began
    assert problem.allows(found.units), name
    assert found.units.sum() == jobs, f"{name}: a job is left out"
    solved = Solved(
        name=name,
        cost=jobs * worth - found.value,
        bound=jobs * worth - found.bound,
        optimum=optimum,
        seconds=took,
    )
    print(f"  gap: {_told(solved)}", flush=True)  # noqa: T201
    return solved


def _matched(file: Path, optimum: int) -> Figure:
    numbers = _numbers(file)
    size = int(numbers[0])
    cost = numbers[1:].reshape(size, size)
    ones = np.ones(size, dtype=np.int64)
    solved = _cheapest(file.stem, cost, np.ones_like(cost), ones, optimum, seconds=1.0)
    return Figure(
        name=f"linear assignment, {file.stem}",
        unit="",
        samples=(float(solved.cost),),
        budget=float(optimum),
        bound="at most",
        note=f"proved, {solved.seconds:.2f} s" if solved.bound == solved.cost else "not proved",
    )


def _gap(group: str, found: Sequence[Solved], *, budget: float | None = None) -> Figure:
    worst = max(found, key=lambda each: each.gap)
    return Figure(
        name=f"mean gap to the optimum, {group}",
        unit="%",
        samples=(mean(each.gap for each in found),),
        budget=budget,
        bound="at most",
        note=f"{len(found)} instances, worst {worst.gap:.3f} % ({worst.name})",
    )


def _seconds(found: Sequence[Solved], sizes: Sizes) -> Figure:
    slowest = max(found, key=lambda each: each.seconds)
    return Figure(
        name="time of the slowest",
        unit="s",
        samples=(slowest.seconds,),
        budget=sizes.gap_seconds,
        bound="at most",
        note=f"{slowest.name}; all together {sum(each.seconds for each in found):.0f} s",
    )


def _told(each: Solved) -> str:
    return (
        f"{each.name}: cost {each.cost}, bound {each.bound}, published optimum {each.optimum},"
        f" {each.seconds:.1f} s"
    )


def _document(each: Solved) -> dict[str, float]:
    return {
        "cost": each.cost,
        "bound": each.bound,
        "optimum": each.optimum,
        "gap_percent": each.gap,
        "seconds": each.seconds,
    }

"""The kernel at the scale of a province, beside what others would take on the same instance."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.contestants import CONTESTANTS
from benchmarks.figures import Figure, Row
from benchmarks.scale_instance import SCARCE, made

if TYPE_CHECKING:
    from benchmarks.sizes import Sizes

SECONDS: Final = 600
REGIMES: Final = {"ample": 1.0, "scarce": SCARCE}
BUDGETED: Final = 100_000
"""The size that the budgets are for."""

_EVENT_MS: Final = {"ample": 2.0, "scarce": 8.0}
_SPEED: Final = {"ample": 2.5, "scarce": 1.0}
_NAMES: Final = {
    "wushe": "from nothing",
    "one_by_one": "need by need",
    "ortools": "OR-Tools SimpleMinCostFlow",
    "scipy": "scipy min_weight_full_bipartite_matching",
    "sql": "PostgreSQL, nearest first",
}
_LOADED: Final = "from matching.engine.compiled import play; play()"


async def measure(sizes: Sizes) -> Row:
    """Measure each size, ample and scarce."""
    figures = [await asyncio.to_thread(_start_up)]
    remarks: list[str] = []
    details: dict[str, Any] = {}
    for needs in sizes.scale_needs:
        for regime, share in REGIMES.items():
            name = f"{needs:,} {regime}"
            told = await asyncio.to_thread(_all, needs, int(needs * share))
            details[name] = told
            figures += _figures(name, regime, needs, told)
            remarks += _remarks(name, told)
    remarks.append(
        "Each contestant has a process of its own, ten minutes and 12 GiB."
        " From arrays to an answer; for PostgreSQL without copying the pairs in."
    )
    return Row(name="Scale", figures=tuple(figures), remarks=tuple(remarks), details=details)


def _start_up() -> Figure:
    took: list[float] = []
    for _ in range(4):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", _LOADED], check=True)  # noqa: S603  # A constant.
        took.append(time.perf_counter() - began)
    return Figure(
        name="start-up with compiled kernels",
        unit="s",
        samples=tuple(took[1:]),
        budget=2.0,
        bound="at most",
        note="a new process that uses every kernel once",
    )


def _all(needs: int, offers: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "instance.npz"
        instance = made(needs, offers, seed=needs)
        instance.keep(file)
        told: dict[str, Any] = {"pairs": len(instance.need)}
        for contestant in CONTESTANTS:
            told[contestant] = _run(contestant, file)
            said = f"{needs:,} x {offers:,} {contestant}: {told[contestant]}"
            print(f"  scale: {said}", flush=True)  # noqa: T201
    return told


def _run(contestant: str, file: Path) -> dict[str, Any] | None:
    """Return what a contestant says; none if it did not finish."""
    try:
        done = subprocess.run(  # noqa: S603  # Names of our own.
            [sys.executable, "-m", "benchmarks.contestants", contestant, str(file)],
            env=os.environ,
            check=True,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return None
    except subprocess.CalledProcessError as failed:
        print(failed.stderr[-2000:], flush=True)  # noqa: T201
        return None
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _figures(name: str, regime: str, needs: int, told: dict[str, Any]) -> list[Figure]:
    figures = [
        Figure(
            name=f"{name}: {_NAMES[contestant]}",
            unit="s",
            samples=(told[contestant]["seconds"],),
            note=_resources(told[contestant]),
        )
        for contestant in CONTESTANTS
        if told[contestant]
    ]
    ours, others = told["wushe"], told["ortools"]
    has_budget = needs == BUDGETED
    if ours:
        figures.append(
            Figure(
                name=f"{name}: one event, p99",
                unit="ms",
                samples=(ours["events"]["p99"],),
                budget=_EVENT_MS[regime] if has_budget else None,
                bound="at most",
                note=_spread(ours["events"]),
            )
        )
        figures.append(
            Figure(
                name=f"{name}: one event, p99 of processor time",
                unit="ms",
                samples=(ours["events_processor"]["p99"],),
                note=_spread(ours["events_processor"]),
            )
        )
    if ours and others:
        figures.append(
            Figure(
                name=f"{name}: speed from nothing ÷ OR-Tools', by processor time",
                unit="",
                samples=(others["processor"] / ours["processor"],),
                budget=_SPEED[regime] if has_budget else None,
            )
        )
    return figures


def _resources(told: dict[str, Any]) -> str:
    if "processor" not in told:
        return "in the database"
    return f"processor {told['processor']:.2f} s, {told['peak_mib']:,.0f} MiB"


def _spread(took: dict[str, float]) -> str:
    return f"p50 {took['p50']:.3f} ms, max {took['max']:.2f} ms"


def _remarks(name: str, told: dict[str, Any]) -> list[str]:
    absent = [_NAMES[each] for each in CONTESTANTS if not told[each]]
    exact = [
        told[each]["value"] for each in ("wushe", "one_by_one", "ortools", "scipy") if told[each]
    ]
    remarks = [
        f"{name}: {told['pairs']:,} pairs; "
        + ("equal values" if len(set(exact)) == 1 else f"**values differ: {exact}**")
        + f" of the {len(exact)} exact ones, gap 0 after every event."
    ]
    if told["sql"] and exact:
        share = 100 * told["sql"]["value"] / exact[0]
        remarks.append(f"{name}: nearest first is worth {share:.1f} % of the best plan.")
    if told["wushe"]:
        kinds = told["wushe"]["by_kind"].items()
        remarks.append(
            f"{name}: p99 of processor time by kind of event: "
            + ", ".join(f"{kind} {took['p99']:.2f} ms" for kind, took in kinds)
            + "."
        )
    return remarks + [f"{name}: {each} did not finish." for each in absent]

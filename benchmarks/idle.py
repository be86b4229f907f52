"""The last row: what the embedded stack costs while nobody uses it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil

from benchmarks.figures import Figure, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.sizes import Sizes
    from wushe.stack import Stack

MIB: Final = 1024.0


async def measure(stack: Stack, start_seconds: float, sizes: Sizes) -> Row:
    """Measure a stack that has just been started again."""
    print(f"  idle: started again in {start_seconds:.1f} s; settling ...", flush=True)  # noqa: T201
    await asyncio.sleep(sizes.idle_settle_seconds)
    before, began = _seconds(stack), time.monotonic()
    await asyncio.sleep(sizes.idle_seconds)
    after, took = _seconds(stack), time.monotonic() - began
    by_part = {
        part: 100 * (after[part] - before[part]) / took for part in after.keys() & before.keys()
    }
    memory = _memory(stack)
    print(f"  idle: {sum(by_part.values()):.1f} % of a core, {sum(memory.values()):.0f} MiB")  # noqa: T201
    return Row(
        name="Idle embedded stack",
        figures=(
            _figure("memory (PSS)", "MiB", sum(memory.values()), 1024.0),
            _figure("processor", "% of one core", sum(by_part.values()), 5.0),
            _figure("second start, ready", "s", start_seconds, 15.0),
        ),
        remarks=(
            (
                f"All areas imported; {sizes.idle_seconds:.0f} s, after the stack had "
                f"{sizes.idle_settle_seconds:.0f} s to settle."
            ),
            f"Processor by part, in % of one core: {_shares(by_part)}.",
            f"Memory by part, in MiB: {_shares(memory)}.",
        ),
        details={"processor": by_part, "memory": memory},
    )


def _figure(name: str, unit: str, value: float, budget: float) -> Figure:
    return Figure(name=name, unit=unit, samples=(value,), budget=budget, bound="at most")


def _seconds(stack: Stack) -> dict[str, float]:
    """Return how much processor time each part has used so far, with what it started."""
    used: dict[str, float] = {}
    for part, processes in _parts(stack).items():
        times = [process.cpu_times() for process in processes]
        used[part] = sum(each.user + each.system for each in times)
    return used


def _memory(stack: Stack) -> dict[str, float]:
    return {
        part: sum(_pss_mib(process.pid) for process in processes)
        for part, processes in _parts(stack).items()
    }


def _pss_mib(pid: int) -> float:
    """Return a process's share: memory that several have in common is divided among them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Pss":
            return float(value.split()[0]) / MIB
    message = "this kernel does not tell the proportional share of memory"
    raise RuntimeError(message)


def _parts(stack: Stack) -> Mapping[str, list[psutil.Process]]:
    status = stack.status()
    roots = {"supervisor": status.supervisor}
    roots |= {name: part.pid for name, part in status.parts.items() if part.pid is not None}
    found = {name: _with_children(pid) for name, pid in roots.items() if name != "supervisor"}
    return {**found, "supervisor": [psutil.Process(roots["supervisor"])]}


def _with_children(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _shares(by_part: Mapping[str, Any]) -> str:
    ordered = sorted(by_part.items(), key=lambda item: -item[1])
    return ", ".join(f"{part} {value:.1f}" for part, value in ordered)

"""``make bench``: measure the rows of the budgets and keep the result."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks import areas, candidates, gap, imports, intake, machine, scale, service, stacks
from benchmarks.report import Run
from benchmarks.sizes import FULL, TINY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figures import Row
    from benchmarks.sizes import Sizes

RESULTS: Final = Path(__file__).parent / "results"
ROWS: Final = (
    *("intake", "areas", "imports", "gap", "scale", "candidates", "service", "latency", "idle"),
)


async def measure(names: Sequence[str], sizes: Sizes, *, profiles: Path | None = None) -> list[Row]:
    """Measure rows one after another."""
    rows: list[Row] = []
    if "intake" in names:
        rows.append(await intake.measure(sizes, profiles=profiles))
    if "areas" in names:
        rows.append(await areas.measure(sizes))
    if "imports" in names:
        rows.append(await imports.measure(sizes))
    if "gap" in names:
        rows.append(gap.measure(sizes))
    if "scale" in names:
        rows.append(await scale.measure(sizes))
    if "candidates" in names:
        rows.append(await candidates.measure(sizes))
    if "service" in names:
        rows.append(await service.measure(sizes))
    if wanted := {"latency", "idle"} & set(names):
        rows += await stacks.measure(wanted, sizes, profiles=profiles)
    return rows


def main(given: Sequence[str] | None = None) -> Path:
    """Measure what the command line wants, keep it, show it, and return where it is kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[[], *ROWS], default=[])
    parser.add_argument("--profile", action="store_true", help="write flame profiles as well")
    parser.add_argument("--tiny", action="store_true", help="only see that the harness works")
    parser.add_argument("--size", type=int, help="how many needs in the rows scale and service")
    parser.add_argument("--into", type=Path, default=RESULTS)
    options = parser.parse_args(given)
    described = machine.describe()
    profiles = options.into / "profiles" if options.profile else None
    sizes = TINY if options.tiny else FULL
    if options.size is not None:
        sizes = replace(
            sizes,
            scale_needs=(options.size,),
            service_needs=options.size,
            service_offers=int(options.size * scale.SCARCE),
        )
    rows = asyncio.run(measure(options.rows or ROWS, sizes, profiles=profiles))
    run = Run(machine=described, rows=rows)
    page = run.keep(options.into)
    print(f"\n{run.page()}\nkept as {page}", flush=True)  # noqa: T201
    return page


if __name__ == "__main__":
    main()

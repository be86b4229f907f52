"""How long and how often to measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The sizes of a run; the figures of tiny ones show only that the harness works."""

    repetitions: int
    warm_up_seconds: float
    intake_seconds: float
    limit_seconds: float
    latency_repetitions: int
    latency_seconds: float
    latency_rate: float
    bare_records: int
    idle_settle_seconds: float
    idle_seconds: float
    import_rows: int
    import_repetitions: int
    gap_seconds: float
    gap_instances: int | None = None
    """Solve only so many of the published instances."""
    scale_needs: tuple[int, ...]
    candidate_offers: int
    service_needs: int
    service_offers: int
    service_events: int
    areas: str | None = None
    """Import only the areas within this code."""


FULL: Final = Sizes(
    repetitions=5,
    warm_up_seconds=1.0,
    intake_seconds=4.0,
    limit_seconds=2.0,
    latency_repetitions=5,
    latency_seconds=15.0,
    latency_rate=50.0,
    bare_records=200,
    idle_settle_seconds=40.0,
    idle_seconds=30.0,
    import_rows=50_000,
    import_repetitions=3,
    scale_needs=(10_000, 100_000),
    candidate_offers=1_000_000,
    service_needs=10_000,
    service_offers=4_000,
    service_events=400,
    gap_seconds=60.0,
)
TINY: Final = Sizes(
    repetitions=1,
    warm_up_seconds=0.05,
    intake_seconds=0.2,
    limit_seconds=1.0,
    latency_repetitions=1,
    latency_seconds=1.0,
    latency_rate=5.0,
    bare_records=5,
    idle_settle_seconds=0.0,
    idle_seconds=1.0,
    import_rows=600,
    import_repetitions=1,
    scale_needs=(300,),
    candidate_offers=500,
    service_needs=60,
    service_offers=40,
    service_events=14,
    gap_seconds=60.0,
    gap_instances=2,
    areas="21",
)

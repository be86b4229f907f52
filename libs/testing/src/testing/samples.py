"""What the metrics of this process say, and by how much they moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import REGISTRY

if TYPE_CHECKING:
    from collections.abc import Callable


def sample(name: str, **labels: str) -> float:
    """Return what a sample says now; 0 when nobody has said anything yet."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


def movement(name: str, **labels: str) -> Callable[[], float]:
    """Return what tells by how much a sample has moved since now."""
    before = sample(name, **labels)
    return lambda: sample(name, **labels) - before

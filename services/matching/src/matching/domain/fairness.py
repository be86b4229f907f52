r"""How evenly asks and waiting are shared: figures over people and places, never over one person.

Gini's coefficient of :math:`x_1 \le \dots \le x_n` is half of the mean absolute difference over the
mean,

.. math:: G = \frac{\sum_i \sum_j |x_i - x_j|}{2 n^2 \bar{x}}
    = \frac{2 \sum_i i\,x_i}{n \sum_i x_i} - \frac{n + 1}{n},

0 where all are equal and towards 1 where one has everything (C. Gini, 1912).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """How long one line waited, in hours, where and for whom; until now if nobody fills it."""

    district: str
    group: str
    hours: float
    is_filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a district or a group has got: lines, how many are filled, how long they wait."""

    name: str
    lines: int
    filled: int
    mean_hours: float
    median_hours: float

    @property
    def fill_rate(self) -> float:
        """Which part of its lines was filled."""
        return self.filled / self.lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """How evenly a pool, an area or a simulated period treats parties, districts and groups.

    ``max_min`` is what max-min fairness would raise: the fill rate of the district that has least.
    ``waiting_gap`` is how many times as long the worst district waits as all do, in the mean.
    """

    gini_of_asks: float
    max_min: float
    waiting_gap: float
    fill_rate: float
    mean_hours: float
    districts: tuple[Share, ...]
    groups: tuple[Share, ...]


def gini(amounts: Iterable[float]) -> float:
    """Return Gini's coefficient of amounts that are not negative; 0 where there are none.

    >>> gini([1, 1, 1]), gini([0, 0, 0, 4])
    (0.0, 0.75)
    """
    ordered = np.sort(np.fromiter(amounts, dtype=np.float64))
    total = float(ordered.sum())
    if total == 0.0:
        return 0.0
    count = len(ordered)
    ranked = float((np.arange(1, count + 1) * ordered).sum())
    return max(0.0, 2 * ranked / (count * total) - (count + 1) / count)


def shares(waited: Sequence[Waited], *, by_district: bool) -> tuple[Share, ...]:
    """Return what each district, or each group, has got, by name."""
    of: defaultdict[str, list[Waited]] = defaultdict(list)
    for each in waited:
        of[each.district if by_district else each.group].append(each)
    return tuple(_share(name, of[name]) for name in sorted(of))


def fairness(waited: Sequence[Waited], asks: Iterable[int]) -> Fairness:
    """Return the figures of lines that waited, and of how often each party was asked."""
    districts = shares(waited, by_district=True)
    mean = _mean([each.hours for each in waited])
    worst = max((each.mean_hours for each in districts), default=0.0)
    return Fairness(
        gini_of_asks=gini(asks),
        max_min=min((each.fill_rate for each in districts), default=0.0),
        waiting_gap=worst / mean if mean else 1.0,
        fill_rate=_mean([float(each.is_filled) for each in waited]),
        mean_hours=mean,
        districts=districts,
        groups=shares(waited, by_district=False),
    )


def _share(name: str, waited: Sequence[Waited]) -> Share:
    hours = [each.hours for each in waited]
    return Share(
        name=name,
        lines=len(waited),
        filled=sum(each.is_filled for each in waited),
        mean_hours=_mean(hours),
        median_hours=float(np.median(hours)),
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else 0.0

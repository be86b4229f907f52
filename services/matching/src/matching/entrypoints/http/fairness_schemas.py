"""Fairness figures as callers receive them."""

from collections.abc import Sequence
from typing import Self

from common.http.languages import Language
from common.http.schemas import View
from common.http.words import example, label
from common.vocabulary import Beneficiary
from matching.domain.fairness import Fairness, Share

_DISTRICT = {
    "code": "210213",
    "label": None,
    "lines": 120,
    "filled": 93,
    "fill_rate": 0.775,
    "mean_hours": 31.5,
    "median_hours": 20.0,
}
_GROUP = _DISTRICT | {"code": "household", "label": "家庭"}
FIGURES = {
    "gini_of_asks": 0.41,
    "max_min": 0.775,
    "waiting_gap": 1.3,
    "fill_rate": 0.81,
    "mean_hours": 24.2,
    "districts": [_DISTRICT],
    "groups": [_GROUP],
}


class ShareView(View):
    """What one district (the code of its area) or one group has got, and how long it waited."""

    model_config = example(**_GROUP)

    code: str
    label: str | None = None
    lines: int
    filled: int
    fill_rate: float
    mean_hours: float
    median_hours: float

    @classmethod
    def of(cls, share: Share, called: str | None = None) -> Self:
        """Show the share of a district or a group."""
        return cls(
            code=share.name,
            label=called,
            lines=share.lines,
            filled=share.filled,
            fill_rate=round(share.fill_rate, 4),
            mean_hours=round(share.mean_hours, 2),
            median_hours=round(share.median_hours, 2),
        )


class FairnessView(View):
    """How evenly asks and waiting are shared.

    `gini_of_asks` is over the parties with offers: 0 if all were asked equally often. `max_min` is
    the fill rate of the district that has least. `waiting_gap` is how many times as long the worst
    district waits as all do.
    """

    model_config = example(**FIGURES)

    gini_of_asks: float
    max_min: float
    waiting_gap: float
    fill_rate: float
    mean_hours: float
    districts: list[ShareView]
    groups: list[ShareView]

    @classmethod
    def of(cls, figures: Fairness, language: Language) -> Self:
        """Show figures to somebody who reads this language."""
        return cls(
            gini_of_asks=round(figures.gini_of_asks, 4),
            max_min=round(figures.max_min, 4),
            waiting_gap=round(figures.waiting_gap, 4),
            fill_rate=round(figures.fill_rate, 4),
            mean_hours=round(figures.mean_hours, 2),
            districts=[ShareView.of(each) for each in figures.districts],
            groups=_groups(figures.groups, language),
        )


def _groups(groups: Sequence[Share], language: Language) -> list[ShareView]:
    return [ShareView.of(each, label(Beneficiary(each.name), language)) for each in groups]

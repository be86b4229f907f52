"""What each reason counts and how patiently people are asked: the figures of one policy version.

Each figure states its own range, so whoever reads a policy from outside needs no other list. The
defaults are those of the whole country, version 1; a stored policy that was written before a
figure existed has its default. Another default under the same version is refused at the start.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Final, TypeAlias

from annotated_types import Interval

from common.vocabulary import LineKind
from matching.domain.need import SearchArea
from matching.domain.offering import Offering

_DAY: Final = 86_400

Points: TypeAlias = Annotated[int, Interval(ge=0, le=10_000)]
Metres: TypeAlias = Annotated[int, Interval(ge=100, le=1_000_000)]
Days: TypeAlias = Annotated[int, Interval(ge=1, le=3_650)]
Patience: TypeAlias = Annotated[int, Interval(ge=60, le=365 * _DAY)]
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The points of the score.

    An offer that fits counts at least one point and nothing counts less than none, so every
    allowed pair is worth more than nothing: nobody is left alone to raise a sum.
    """

    fit: Annotated[int, Interval(ge=1, le=10_000)] = 400
    """Any offer that fits at all."""
    tight_fit: Points = 50
    """The more an offer is used up by the line, the less is kept from larger needs."""
    distance: Points = 200
    """Next door; falls to nothing at ``distance_metres``."""
    distance_metres: Metres = 10_000
    urgency: Points = 40
    """Per level of urgency, 4 being the most urgent."""
    waiting: Points = 2
    """Per day of waiting, up to ``waiting_days``."""
    waiting_days: Days = 50
    local_township: Points = 60
    """Offer and need in one township."""
    local_county: Points = 30
    """Offer and need in one county."""
    freshness: Points = 30
    """An offer published or confirmed today; half of it is left after each half-life."""
    freshness_half_life_days: Days = 30
    reliability: Points = 40
    """A party that has kept its word again and again; half of it where nothing is known yet."""
    keep_proposed: Points = 20
    """The offer is proposed already: people are not shuffled for nothing."""
    keep_asked: Points = 60
    """The party is asked already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How long an ask waits, and how many are out at once."""

    patience_seconds: Patience = 3 * _DAY
    """How long an unanswered ask stands."""
    wave: Annotated[int, Interval(ge=1, le=20)] = 1
    """Parties asked at once for one line, the plan's choice among them."""
    urgent_wave: Annotated[int, Interval(ge=1, le=20)] = 3
    """Parties asked at once for a line for which somebody's yes came to nothing."""
    wave_points: Points = 50
    """How much less than the plan's choice others in the wave may be worth at its prices."""
    wave_seconds: Annotated[int, Interval(ge=60, le=30 * _DAY)] = 4 * 3_600
    """Time between two waves for one line."""
    open_asks: Annotated[int, Interval(ge=1, le=100)] = 3
    """Asks that one party may have open."""
    remind_percent: Annotated[int, Interval(ge=1, le=100)] = 50
    """Share of the patience after which a party is reminded of an ask; at 100 it never is."""

    @property
    def reminder_seconds(self) -> int:
        """How long an ask waits for an answer before the party is reminded of it."""
        return self.patience_seconds * self.remind_percent // 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What a worker looks at before anybody is asked."""

    kinds: frozenset[LineKind] = frozenset(LineKind)
    """Kinds of line that need approval; parties are asked for the others at once."""
    patience_seconds: Patience = 2 * _DAY
    """How long a proposal waits for a worker before the station is told, then the one above."""

    def is_needed(self, kind: LineKind, *, needs_vetting: bool) -> bool:
        """Tell whether a worker decides before anybody is asked; where vetting counts, always."""
        return needs_vetting or kind in self.kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """How long a line waits within an area before it is looked at from further away."""

    township_seconds: Patience = 2 * _DAY
    """Until offers of the whole county count."""
    county_seconds: Patience = 5 * _DAY
    """From then on, until offers of the whole prefecture count."""

    def until(self, searched: SearchArea) -> int | None:
        """Return the seconds from submission until it is looked farther than this, if ever."""
        match searched:
            case SearchArea.TOWNSHIP:
                return self.township_seconds
            case SearchArea.COUNTY:
                return self.township_seconds + self.county_seconds
            case SearchArea.PREFECTURE:
                return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All figures that a plan is made with, under the number that it names them by."""

    version: int
    weights: Weights = field(default_factory=Weights)
    asking: Asking = field(default_factory=Asking)
    approval: Approval = field(default_factory=Approval)
    escalation: Escalation = field(default_factory=Escalation)
    offering: Offering = field(default_factory=Offering)


POLICY: Final = Policy(version=1)
"""What holds where nobody decided otherwise."""

"""Rounds of visits: who can visit whom, when, and how long it takes to get there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from matching.engine.planner_result import Proof
from matching.engine.problem import Integers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.engine.result import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit at a place that may begin from ``earliest`` to ``latest`` and lasts ``minutes``."""

    id: UUID
    place: int
    earliest: int
    latest: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Somebody's day, from their place and back to it between two times, of so many visits."""

    id: UUID
    place: int
    begins: int
    ends: int
    most_visits: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RouteProblem:
    """A validated instance, visits and rounds in the order of their ids; times are minutes.

    ``value`` has the shape ``(visits, rounds)``: what a visit is worth in a round; what is worth
    nothing or less may not be. ``travel`` has the shape ``(places, places)`` and need not be
    symmetric. Each minute on the way costs ``cost_of_minute``.
    """

    visits: tuple[Visit, ...]
    rounds: tuple[Round, ...]
    value: Integers
    travel: Integers
    cost_of_minute: int

    @classmethod
    def of(
        cls,
        *,
        visits: Sequence[Visit],
        rounds: Sequence[Round],
        value: dict[tuple[UUID, UUID], int],
        travel: Sequence[Sequence[int]],
        cost_of_minute: int = 0,
    ) -> RouteProblem:
        """Build an instance; ``value`` has the pairs of visit and round that may be.

        Raises:
            ValueError: An id occurs twice or is not there, a place is not on the way, or a
                number is negative that may not be.
        """
        ordered = tuple(sorted(visits, key=lambda each: each.id))
        days = tuple(sorted(rounds, key=lambda each: each.id))
        minutes = np.array(travel, dtype=np.int64).reshape(len(travel), -1)
        worth = np.zeros((len(ordered), len(days)), dtype=np.int64)
        places_of_visits = {each.id: at for at, each in enumerate(ordered)}
        places_of_rounds = {each.id: at for at, each in enumerate(days)}
        _validate(ordered, days, minutes, cost_of_minute)
        for (visit, day), points in value.items():
            if visit not in places_of_visits or day not in places_of_rounds:
                message = f"a value is for a visit or a round that is not there: {visit}, {day}"
                raise ValueError(message)
            at = places_of_visits[visit]
            if ordered[at].earliest <= ordered[at].latest:
                worth[at, places_of_rounds[day]] = max(0, points)
        return cls(
            visits=ordered,
            rounds=days,
            value=worth,
            travel=minutes,
            cost_of_minute=cost_of_minute,
        )

    def starts(self, day: int, order: Sequence[int]) -> list[int] | None:
        """Return when each visit of a round begins at the earliest; none if it cannot be done."""
        at = self.rounds[day]
        now, place = at.begins, at.place
        begun: list[int] = []
        for visit in (self.visits[each] for each in order):
            now = max(now + int(self.travel[place, visit.place]), visit.earliest)
            if now > visit.latest:
                return None
            begun.append(now)
            now, place = now + visit.minutes, visit.place
        is_in_time = now + int(self.travel[place, at.place]) <= at.ends
        fits = len(order) <= at.most_visits and (self.value[list(order), day] > 0).all()
        return begun if not order or (is_in_time and fits) else None

    def worth(self, day: int, order: Sequence[int]) -> int:
        """Return what a round is worth: its visits less the minutes on the way."""
        if not order:
            return 0
        home = self.rounds[day].place
        places = [home, *(self.visits[each].place for each in order), home]
        minutes = self.travel[places[:-1], places[1:]].sum()
        return int(self.value[list(order), day].sum() - self.cost_of_minute * minutes)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stop:
    """A visit in a round, and when it begins at the earliest."""

    visit: UUID
    starts: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RouteResult:
    """The stops of each round in their order, and the proof of how good they are."""

    stops: dict[UUID, tuple[Stop, ...]]
    total: Proof

    @property
    def status(self) -> Status:
        """Whether the optimum is proved."""
        return self.total.status


def _validate(
    visits: tuple[Visit, ...], rounds: tuple[Round, ...], travel: Integers, cost_of_minute: int
) -> None:
    ids = [each.id for each in visits], [each.id for each in rounds]
    if any(len(set(each)) < len(each) for each in ids):
        message = "a visit or a round occurs twice"
        raise ValueError(message)
    if travel.shape[0] != travel.shape[1] or cost_of_minute < 0 or (travel < 0).any():
        message = "travel is not a square of minutes, or a minute costs less than nothing"
        raise ValueError(message)
    places = [each.place for each in visits] + [each.place for each in rounds]
    if any(not 0 <= place < len(travel) for place in places):
        message = "a place is not among those of travel"
        raise ValueError(message)
    if any(each.minutes < 0 for each in visits) or any(each.most_visits < 0 for each in rounds):
        message = "a visit lasts less than no time, or a round has less than no visits"
        raise ValueError(message)

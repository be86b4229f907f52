"""What would bring a pair the points that it lacks, in words other than points.

These are alternatives: each is tried alone, by planning anew with the changed data, and named
only if that gives the line the offer. A level of urgency is raised for all of the need, and an
offer that lies nearer is nearer to everybody there, so points alone would not tell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from common.places import Position
from matching.domain import saying
from matching.domain.amendments import Amended, Amendment
from matching.domain.saying import Saying

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matching.domain.case import Case
    from matching.domain.policy import Policy

MOST_URGENT: Final = 4


def levers(case: Case, policy: Policy, points: int) -> Iterator[Amendment]:
    """Yield what might bring so many points, the least of each kind first."""
    for levels in range(1, MOST_URGENT - case.need.urgency + 1):
        yield _more_urgent(case, levels)
    metres = _nearer_by(case, policy, points)
    if metres is not None:
        yield _nearer(case, metres)


def _more_urgent(case: Case, levels: int) -> Amendment:
    level = case.need.urgency + levels
    return Amendment(
        what=Amended.NEED_URGENCY,
        amount=levels,
        to=str(level),
        says=Saying(f"紧急程度为 {level} 级", f"the need were urgent at level {level}"),
        does=lambda of, amount: replace(
            of, need=replace(of.need, urgency=of.need.urgency + amount)
        ),
    )


def _nearer_by(case: Case, policy: Policy, points: int) -> int | None:
    """Return the metres that make so many points of distance, if there are so many to be had."""
    weight, limit = policy.weights.distance, policy.weights.distance_metres
    if case.metres is None or not weight:
        return None
    now = weight * (limit - min(case.metres, limit)) // limit
    # The farthest whole metre d with weight * (limit - d) // limit >= now + points.
    farthest = limit - -(-(now + points) * limit // weight)
    return case.metres - farthest if farthest >= 0 else None


def _nearer(case: Case, metres: int) -> Amendment:
    assert case.metres is not None
    away = case.metres - metres
    said = saying.distance(metres)
    return Amendment(
        what=Amended.OFFER_PLACE,
        amount=metres,
        to=str(away),
        says=Saying(f"供给近 {said.zh}", f"the offer were {said.en} nearer"),
        does=_moved,
    )


def _moved(case: Case, metres: int) -> Case:
    """Return the case with the offer so much nearer to the need, on the straight way there."""
    here, there = case.offer.site.point, case.need.site.point
    assert here is not None
    assert there is not None
    assert case.metres is not None
    part = metres / case.metres
    point = Position(
        longitude=here.longitude + part * (there.longitude - here.longitude),
        latitude=here.latitude + part * (there.latitude - here.latitude),
    )
    site = replace(case.offer.site, point=point)
    return replace(case, offer=replace(case.offer, site=site), metres=round(point.metres_to(there)))

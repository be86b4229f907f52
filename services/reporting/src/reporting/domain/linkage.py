"""The linkage report: how many needs were met, by how many of the five societies, and how fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.vocabulary import Labelled, ServicePath, Society
from reporting.domain.measures import Measures, of_one_need, over_needs
from reporting.domain.ratio import Median, median_of
from reporting.domain.timeline import NeedState, Timeline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime


class Leg(Labelled):
    """A stretch of a need's way, measured from its submission."""

    TO_PROPOSAL = "to_proposal", "从提交到提出联动方案", "From submission to the first plan"
    TO_FIRST_ACCEPTANCE = (
        "to_first_acceptance",
        "从提交到首次接受",
        "From submission to the first yes",
    )
    TO_ALL_ACCEPTED = (
        "to_all_accepted",
        "从提交到全部接受",
        "From submission to the last line's yes",
    )
    TO_FULFILMENT = "to_fulfilment", "从提交到全部完成", "From submission to full delivery"
    TO_CLOSURE = "to_closure", "从提交到结案", "From submission to closure"


_REACHED: Mapping[Leg, Callable[[Timeline], datetime | None]] = {
    Leg.TO_PROPOSAL: lambda story: story.proposed_at,
    Leg.TO_FIRST_ACCEPTANCE: lambda story: story.first_accepted_at,
    Leg.TO_ALL_ACCEPTED: lambda story: story.all_accepted_at,
    Leg.TO_FULFILMENT: lambda story: story.fulfilled_at,
    Leg.TO_CLOSURE: lambda story: story.closed_at,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SocietyPart:
    """How one society takes part: in how many met needs, by how many standing matches."""

    society: Society
    met_needs: int
    matches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """The needs of an area up to an instant."""

    by_state: Mapping[NeedState, int]
    met_by_societies: Mapping[int, int]
    societies: tuple[SocietyPart, ...]
    medians: Mapping[Leg, Median]
    measures: Measures
    by_path: Mapping[ServicePath, Measures]


def legs(story: Timeline) -> Mapping[Leg, float | None]:
    """Return a need's own durations in seconds, none for what has not happened."""
    spans = {leg: story.since_submission(reached(story)) for leg, reached in _REACHED.items()}
    return {leg: span.total_seconds() if span is not None else None for leg, span in spans.items()}


def linkage(stories: Sequence[Timeline]) -> Linkage:
    """Add up the stories of many needs."""
    states = Counter(story.state for story in stories)
    met = [story for story in stories if story.state is NeedState.MET]
    return Linkage(
        by_state={state: states[state] for state in NeedState},
        met_by_societies=dict(sorted(Counter(len(story.societies) for story in met).items())),
        societies=tuple(_part(society, stories) for society in Society),
        medians={
            leg: median_of(story.since_submission(reached(story)) for story in stories)
            for leg, reached in _REACHED.items()
        },
        measures=over_needs(story.measures for story in stories),
        by_path={
            path: over_needs(_on_path(story, path) for story in stories) for path in ServicePath
        },
    )


def _part(society: Society, stories: Sequence[Timeline]) -> SocietyPart:
    taking_part = [
        (story, share) for story in stories for share in story.societies if share.society is society
    ]
    return SocietyPart(
        society=society,
        met_needs=sum(story.state is NeedState.MET for story, _ in taking_part),
        matches=sum(len(share.match_ids) for _, share in taking_part),
    )


def _on_path(story: Timeline, path: ServicePath) -> Measures:
    services = [service for service in story.facts.services if service.path is path]
    return of_one_need(services, story.facts.beneficiary)

"""What others are told of experts and their engagements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.contracts.experts import (
    EngagementBegun,
    EngagementEnded,
    ExpertAppointed,
    ExpertLeft,
)
from common.contracts.registry import PlaceCode
from common.messaging.event import Message
from registry.domain.engagement import EngagementHasBegun, EngagementHasEnded
from registry.domain.expert import ExpertHasLeft, ExpertWasAppointed

if TYPE_CHECKING:
    from common.contracts.experts import EngagementEvent, ExpertEvent
    from registry.domain.engagement import EngagementFact
    from registry.domain.expert import ExpertFact


def about_expert(fact: ExpertFact) -> Message:
    """Return what others are told about an expert."""
    event = _expert_event(fact)
    return Message(
        event=event,
        version=fact.expert.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def about_engagement(fact: EngagementFact) -> Message:
    """Return what others are told about an engagement."""
    event = _engagement_event(fact)
    return Message(
        event=event,
        version=fact.engagement.version,
        partition_key=event.subject,
        occurred_at=fact.at,
    )


def _expert_event(fact: ExpertFact) -> ExpertEvent:
    expert = fact.expert
    match fact:
        case ExpertWasAppointed():
            return ExpertAppointed(
                expert_id=expert.id,
                party_id=expert.party,
                fields=tuple(field.value for field in expert.fields),
                place=PlaceCode.of(expert.area),
                begins_on=expert.tenure.term.begins_on,
                ends_on=expert.tenure.term.ends_on,
            )
        case ExpertHasLeft(ended_on=ended_on):
            return ExpertLeft(expert_id=expert.id, ended_on=ended_on)


def _engagement_event(fact: EngagementFact) -> EngagementEvent:
    engagement = fact.engagement
    match fact:
        case EngagementHasBegun():
            return EngagementBegun(
                engagement_id=engagement.id,
                expert_id=engagement.expert,
                kind=engagement.kind.value,
                station_id=engagement.station,
                place=PlaceCode.of(engagement.area),
                begins_on=engagement.tenure.term.begins_on,
                ends_on=engagement.tenure.term.ends_on,
            )
        case EngagementHasEnded(ended_on=ended_on):
            return EngagementEnded(engagement_id=engagement.id, ended_on=ended_on)

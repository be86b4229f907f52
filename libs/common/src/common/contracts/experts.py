"""What the registry promises to tell about experts and their engagements."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from typing_extensions import override

from common.contracts.registry import PlaceCode
from common.messaging.event import Event


class ExpertEvent(Event):
    """Every event about one expert of a pool."""

    expert_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.expert_id)


class ExpertAppointed(ExpertEvent, name="registry.expert.appointed.v1"):
    """A person, known as a party, is in the pool of an area, until and with ``ends_on``.

    ``fields`` are of policy, casework, community, mental_health, children, elderly, disability,
    law, projects, evaluation; more may be added.
    """

    party_id: UUID
    place: PlaceCode
    fields: tuple[str, ...]
    begins_on: date
    ends_on: date


class ExpertLeft(ExpertEvent, name="registry.expert.left.v1"):
    """An expert left the pool before the end of the term; this was the last day."""

    ended_on: date


class EngagementEvent(Event):
    """Every event about one engagement."""

    engagement_id: UUID

    @property
    @override
    def subject(self) -> str:
        return str(self.engagement_id)


class EngagementBegun(EngagementEvent, name="registry.engagement.begun.v1"):
    """An expert does something at a station, or for the whole place, until and with ``ends_on``.

    ``kind`` is one of policy_advice, project_review, supervision, evaluation; more may be added.
    """

    expert_id: UUID
    kind: str
    station_id: UUID | None = None
    place: PlaceCode
    begins_on: date
    ends_on: date


class EngagementEnded(EngagementEvent, name="registry.engagement.ended.v1"):
    """An engagement ended before its time; this was the last day."""

    ended_on: date

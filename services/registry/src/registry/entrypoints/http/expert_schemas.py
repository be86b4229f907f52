"""Experts and engagements as callers send and receive them."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from common.http.languages import Language
from common.http.places import Code
from common.http.schemas import Body
from common.http.words import ChosenId, Day, example, label
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.keep_engagements import EngageExpert
from registry.app.keep_experts import AppointExpert
from registry.domain.engagement import Engagement, EngagementKind
from registry.domain.expert import Expert, ExpertField
from registry.domain.term import Term
from registry.entrypoints.http.tenure_schemas import HeldView, holding

_EXPERT = {
    "party_id": "0192d3c4-5b6a-7890-8abc-def012345611",
    "fields": ["casework", "evaluation"],
    "scheme": "nbs",
    "area": "2102",
    "begins_on": "2024-01-01",
    "ends_on": "2025-12-31",
}

_ENGAGEMENT = {
    "expert_id": "0192d3c4-5b6a-7890-8abc-def012345612",
    "kind": "supervision",
    "station_id": "0192d3c4-5b6a-7890-8abc-def012345613",
    "begins_on": "2024-01-01",
    "ends_on": "2025-12-31",
}


class ExpertToAppoint(Body):
    """Who is taken into the pool of which area, for what they know, until when."""

    model_config = example(**_EXPERT)

    id: ChosenId = None
    party_id: UUID
    fields: Annotated[list[ExpertField], Field(min_length=1, max_length=len(ExpertField))]
    scheme: AreaScheme
    area: Code
    begins_on: Day
    ends_on: Day

    def command(self) -> AppointExpert:
        """Return what is to be done."""
        return AppointExpert(
            id=self.id,
            party=self.party_id,
            fields=tuple(self.fields),
            area=AreaRef(self.scheme, self.area),
            term=Term(begins_on=self.begins_on, ends_on=self.ends_on),
        )


class ExpertView(HeldView):
    """An expert of the pool of an area; the person is a party."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345601",
        version=1,
        **_EXPERT,
        field_labels=["个案工作", "评估"],
        ended_on=None,
    )

    id: UUID
    party_id: UUID
    fields: list[ExpertField]
    field_labels: list[str]

    @classmethod
    def of(cls, expert: Expert, language: Language) -> Self:
        """Show an expert to somebody who reads this language."""
        return cls(
            id=expert.id,
            party_id=expert.party,
            fields=list(expert.fields),
            field_labels=[label(field, language) for field in expert.fields],
            **holding(expert),
        )


class ExpertToEngage(Body):
    """What an expert is to do, at a station or for the area of the pool, until when."""

    model_config = example(**_ENGAGEMENT)

    id: ChosenId = None
    expert_id: UUID
    kind: EngagementKind
    station_id: UUID | None = None
    begins_on: Day
    ends_on: Day

    def command(self) -> EngageExpert:
        """Return what is to be done."""
        return EngageExpert(
            id=self.id,
            expert=self.expert_id,
            kind=self.kind,
            station=self.station_id,
            term=Term(begins_on=self.begins_on, ends_on=self.ends_on),
        )


class EngagementView(HeldView):
    """What an expert does, where the station stands or in the area of the pool."""

    model_config = example(
        id="0192d3c4-5b6a-7890-8abc-def012345601",
        version=1,
        **_ENGAGEMENT,
        kind_label="督导",
        scheme="nbs",
        area="210213009",
        ended_on=None,
    )

    id: UUID
    expert_id: UUID
    kind: EngagementKind
    kind_label: str
    station_id: UUID | None

    @classmethod
    def of(cls, engagement: Engagement, language: Language) -> Self:
        """Show an engagement to somebody who reads this language."""
        return cls(
            id=engagement.id,
            expert_id=engagement.expert,
            kind=engagement.kind,
            kind_label=label(engagement.kind, language),
            station_id=engagement.station,
            **holding(engagement),
        )

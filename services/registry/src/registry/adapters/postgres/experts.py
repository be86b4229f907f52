"""Experts and their engagements in PostgreSQL; what may not overlap is kept by the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import any_, literal
from sqlmodel import col
from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.adapters.postgres.expert_tables import EngagementRow, ExpertRow
from registry.adapters.postgres.tenures import PostgresTenures, to_tenure
from registry.adapters.published_experts import about_engagement, about_expert
from registry.app.ports.experts import EngagementFilter, ExpertFilter
from registry.domain.engagement import (
    Engagement,
    EngagementFact,
    EngagementId,
    EngagementKind,
)
from registry.domain.errors.experts import (
    EngagementChangedMeanwhile,
    EngagementIdTaken,
    EngagementOverlaps,
    ExpertAppointedAlready,
    ExpertChangedMeanwhile,
    ExpertIdTaken,
)
from registry.domain.expert import Expert, ExpertFact, ExpertField, ExpertId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import ColumnElement

    from common.errors import Conflict
    from common.messaging.event import Message
    from registry.domain.tenure import Tenure

ONCE_IN_A_POOL: Final = "one_appointment_of_a_person_at_a_time"
ONE_THING_AT_A_TIME: Final = "one_engagement_of_an_expert_at_a_station_at_a_time"


class PostgresExperts(PostgresTenures[Expert, ExpertFact, ExpertFilter, ExpertRow]):
    """The experts of the transaction that is open."""

    row = ExpertRow

    @property
    @override
    def rules(self) -> Mapping[str, Callable[[Expert], Conflict]]:
        return {
            "": lambda record: ExpertIdTaken(expert_id=record.id),
            ONCE_IN_A_POOL: lambda record: ExpertAppointedAlready(expert_id=record.id),
        }

    @override
    def changed(self, record: Expert) -> Conflict:
        return ExpertChangedMeanwhile(expert_id=record.id)

    @override
    def told(self, fact: ExpertFact) -> Message:
        return about_expert(fact)

    @override
    def tenure_of(self, record: Expert) -> Tenure:
        return record.tenure

    @override
    def claims(self, wanted: ExpertFilter) -> Iterator[ColumnElement[bool]]:
        yield from self.placed(wanted)
        yield from self.holding(wanted.on)
        if wanted.party is not None:
            yield col(ExpertRow.party_id) == wanted.party
        if wanted.field is not None:
            yield literal(wanted.field.value) == any_(col(ExpertRow.knows))

    @override
    def to_record(self, row: ExpertRow) -> Expert:
        return Expert(
            id=ExpertId(row.id),
            version=row.version,
            party=row.party_id,
            fields=tuple(map(ExpertField, row.knows)),
            area=AreaRef(AreaScheme(row.scheme), row.area),
            tenure=to_tenure(row),
        )

    @override
    def to_row(self, record: Expert) -> ExpertRow:
        return ExpertRow(
            **self.kept(record),
            party_id=record.party,
            knows=[field.value for field in record.fields],
        )


class PostgresEngagements(
    PostgresTenures[Engagement, EngagementFact, EngagementFilter, EngagementRow]
):
    """The engagements of the transaction that is open."""

    row = EngagementRow
    outer = "expert_id"

    @property
    @override
    def rules(self) -> Mapping[str, Callable[[Engagement], Conflict]]:
        return {
            "": lambda record: EngagementIdTaken(engagement_id=record.id),
            ONE_THING_AT_A_TIME: lambda record: EngagementOverlaps(engagement_id=record.id),
        }

    @override
    def changed(self, record: Engagement) -> Conflict:
        return EngagementChangedMeanwhile(engagement_id=record.id)

    @override
    def told(self, fact: EngagementFact) -> Message:
        return about_engagement(fact)

    @override
    def tenure_of(self, record: Engagement) -> Tenure:
        return record.tenure

    @override
    def claims(self, wanted: EngagementFilter) -> Iterator[ColumnElement[bool]]:
        yield from self.placed(wanted)
        yield from self.holding(wanted.on)
        if wanted.expert is not None:
            yield col(EngagementRow.expert_id) == wanted.expert
        if wanted.kind is not None:
            yield col(EngagementRow.kind) == wanted.kind.value
        if wanted.station is not None:
            yield col(EngagementRow.station_id) == wanted.station

    @override
    def to_record(self, row: EngagementRow) -> Engagement:
        return Engagement(
            id=EngagementId(row.id),
            version=row.version,
            expert=row.expert_id,
            kind=EngagementKind(row.kind),
            station=row.station_id,
            area=AreaRef(AreaScheme(row.scheme), row.area),
            tenure=to_tenure(row),
        )

    @override
    def to_row(self, record: Engagement) -> EngagementRow:
        return EngagementRow(
            **self.kept(record),
            expert_id=record.expert,
            kind=record.kind.value,
            station_id=record.station,
        )

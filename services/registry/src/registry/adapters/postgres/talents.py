"""Talent stations, their plans and the people in these, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlmodel import col
from typing_extensions import override

from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.adapters.postgres.talent_tables import TalentPlanRow, TalentRow, TalentStationRow
from registry.adapters.postgres.tenures import PostgresTenures, to_tenure
from registry.adapters.published_talents import (
    about_talent,
    about_talent_plan,
    about_talent_station,
)
from registry.app.ports.talents import TalentFilter, TalentPlanFilter, TalentStationFilter
from registry.domain.errors.talents import (
    TalentChangedMeanwhile,
    TalentIdTaken,
    TalentInPlanAlready,
    TalentPlanChangedMeanwhile,
    TalentPlanIdTaken,
    TalentStationChangedMeanwhile,
    TalentStationIdTaken,
)
from registry.domain.talent import Talent, TalentFact, TalentId
from registry.domain.talent_plan import TalentPlan, TalentPlanFact, TalentPlanId
from registry.domain.talent_station import (
    TalentStation,
    TalentStationFact,
    TalentStationId,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import ColumnElement

    from common.errors import Conflict
    from common.messaging.event import Message
    from registry.domain.tenure import Tenure

ONCE_IN_A_PLAN: Final = "one_place_of_a_person_in_a_plan_at_a_time"


class PostgresTalentStations(
    PostgresTenures[TalentStation, TalentStationFact, TalentStationFilter, TalentStationRow]
):
    """The talent stations of the transaction that is open."""

    row = TalentStationRow

    @property
    @override
    def rules(self) -> Mapping[str, Callable[[TalentStation], Conflict]]:
        return {
            "": lambda record: TalentStationIdTaken(talent_station_id=record.id),
        }

    @override
    def changed(self, record: TalentStation) -> Conflict:
        return TalentStationChangedMeanwhile(talent_station_id=record.id)

    @override
    def told(self, fact: TalentStationFact) -> Message:
        return about_talent_station(fact)

    @override
    def tenure_of(self, record: TalentStation) -> Tenure:
        return record.tenure

    @override
    def claims(self, wanted: TalentStationFilter) -> Iterator[ColumnElement[bool]]:
        yield from self.placed(wanted)
        yield from self.holding(wanted.on)
        if wanted.host is not None:
            yield col(TalentStationRow.host_id) == wanted.host

    @override
    def to_record(self, row: TalentStationRow) -> TalentStation:
        return TalentStation(
            id=TalentStationId(row.id),
            version=row.version,
            name=row.name,
            host=row.host_id,
            area=AreaRef(AreaScheme(row.scheme), row.area),
            tenure=to_tenure(row),
        )

    @override
    def to_row(self, record: TalentStation) -> TalentStationRow:
        return TalentStationRow(
            **self.kept(record),
            name=record.name,
            host_id=record.host,
        )


class PostgresTalentPlans(
    PostgresTenures[TalentPlan, TalentPlanFact, TalentPlanFilter, TalentPlanRow]
):
    """The talent plans of the transaction that is open."""

    row = TalentPlanRow
    outer = "talent_station_id"

    @property
    @override
    def rules(self) -> Mapping[str, Callable[[TalentPlan], Conflict]]:
        return {
            "": lambda record: TalentPlanIdTaken(talent_plan_id=record.id),
        }

    @override
    def changed(self, record: TalentPlan) -> Conflict:
        return TalentPlanChangedMeanwhile(talent_plan_id=record.id)

    @override
    def told(self, fact: TalentPlanFact) -> Message:
        return about_talent_plan(fact)

    @override
    def tenure_of(self, record: TalentPlan) -> Tenure:
        return record.tenure

    @override
    def claims(self, wanted: TalentPlanFilter) -> Iterator[ColumnElement[bool]]:
        yield from self.placed(wanted)
        yield from self.holding(wanted.on)
        if wanted.station is not None:
            yield col(TalentPlanRow.talent_station_id) == wanted.station

    @override
    def to_record(self, row: TalentPlanRow) -> TalentPlan:
        return TalentPlan(
            id=TalentPlanId(row.id),
            version=row.version,
            name=row.name,
            station=row.talent_station_id,
            area=AreaRef(AreaScheme(row.scheme), row.area),
            tenure=to_tenure(row),
        )

    @override
    def to_row(self, record: TalentPlan) -> TalentPlanRow:
        return TalentPlanRow(
            **self.kept(record),
            name=record.name,
            talent_station_id=record.station,
        )


class PostgresTalents(PostgresTenures[Talent, TalentFact, TalentFilter, TalentRow]):
    """The people in plans, in the transaction that is open."""

    row = TalentRow
    outer = "talent_plan_id"

    @property
    @override
    def rules(self) -> Mapping[str, Callable[[Talent], Conflict]]:
        return {
            "": lambda record: TalentIdTaken(talent_id=record.id),
            ONCE_IN_A_PLAN: lambda record: TalentInPlanAlready(talent_id=record.id),
        }

    @override
    def changed(self, record: Talent) -> Conflict:
        return TalentChangedMeanwhile(talent_id=record.id)

    @override
    def told(self, fact: TalentFact) -> Message:
        return about_talent(fact)

    @override
    def tenure_of(self, record: Talent) -> Tenure:
        return record.tenure

    @override
    def claims(self, wanted: TalentFilter) -> Iterator[ColumnElement[bool]]:
        yield from self.placed(wanted)
        yield from self.holding(wanted.on)
        if wanted.plan is not None:
            yield col(TalentRow.talent_plan_id) == wanted.plan
        if wanted.party is not None:
            yield col(TalentRow.party_id) == wanted.party

    @override
    def to_record(self, row: TalentRow) -> Talent:
        return Talent(
            id=TalentId(row.id),
            version=row.version,
            plan=row.talent_plan_id,
            party=row.party_id,
            area=AreaRef(AreaScheme(row.scheme), row.area),
            tenure=to_tenure(row),
        )

    @override
    def to_row(self, record: Talent) -> TalentRow:
        return TalentRow(
            **self.kept(record),
            talent_plan_id=record.plan,
            party_id=record.party,
        )

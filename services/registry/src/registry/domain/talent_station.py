"""A talent station (社会工作人才工作站): where a body brings social workers forward, for a term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NewType
from uuid import UUID

from common.change import Change
from registry.domain.tenure import Held, Tenure

if TYPE_CHECKING:
    from common.places import Area
    from registry.domain.term import Term

TalentStationId = NewType("TalentStationId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentStation(Held):
    """A talent station and the body that runs it."""

    id: TalentStationId
    name: str
    host: UUID

    def end(
        self, *, ended_on: date, used_until: date | None, at: datetime
    ) -> Change[TalentStation, TalentStationFact]:
        """End it early, after its plans; the day given is its last.

        Raises:
            TermOver: It was ended before, or has ended by then anyway.
            DaysOutOfOrder: It would end before it began.
            TermInUse: Something within it lasts longer.
        """
        ended = self.ended(ended_on=ended_on, used_until=used_until)
        return Change(ended, (TalentStationHasEnded(station=ended, ended_on=ended_on, at=at),))


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentStationHasBegun:
    """There is a talent station."""

    station: TalentStation
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TalentStationHasEnded:
    """There is a talent station no longer, after this day."""

    station: TalentStation
    ended_on: date
    at: datetime


TalentStationFact = TalentStationHasBegun | TalentStationHasEnded


def begin_talent_station(
    station_id: TalentStationId, *, name: str, host: UUID, area: Area, term: Term, at: datetime
) -> Change[TalentStation, TalentStationFact]:
    """Note that a body runs a talent station."""
    station = TalentStation(
        id=station_id, version=1, name=name, host=host, area=area.ref, tenure=Tenure(term=term)
    )
    return Change(station, (TalentStationHasBegun(station=station, at=at),))

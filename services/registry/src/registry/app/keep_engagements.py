"""Engaging experts of a pool, at stations or for a whole area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from registry.app.find_stations import hold_station
from registry.domain.engagement import EngagementId, EngagementKind, engage_expert
from registry.domain.station import StationId
from registry.domain.term import Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from common.change import Change
    from common.clock import Clock
    from common.grants import Scope
    from registry.app.creations import Made
    from registry.app.end_early import EndEarly
    from registry.app.keep_records import RecordKeeping
    from registry.app.ports.areas import Areas
    from registry.app.ports.experts import EngagementFilter, ExpertFilter
    from registry.app.ports.stations import Stations
    from registry.domain.engagement import Engagement, EngagementFact
    from registry.domain.expert import Expert, ExpertFact
    from registry.domain.station import Station


@dataclass(frozen=True, slots=True, kw_only=True)
class EngageExpert:
    """Engage an expert for something, at a station or for the area of the pool."""

    id: UUID | None
    expert: UUID
    kind: EngagementKind
    station: UUID | None
    term: Term


class KeepingEngagements:
    """What is done with engagements."""

    def __init__(
        self,
        keeping: RecordKeeping[Engagement, EngagementFact, EngagementFilter],
        *,
        experts: RecordKeeping[Expert, ExpertFact, ExpertFilter],
        stations: Stations,
        areas: Areas,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._keeping: Final = keeping
        self._experts: Final = experts
        self._stations: Final = stations
        self._areas: Final = areas
        self._clock: Final = clock
        self._new_id: Final = new_id
        self.find: Final = keeping.find
        self.list: Final = keeping.list

    async def engage(self, command: EngageExpert, scope: Scope) -> Made[Engagement]:
        """Engage an expert whom the caller may see, at a station within the scope."""

        async def propose() -> Change[Engagement, EngagementFact]:
            expert = await self._experts.find_held(command.expert, scope)
            return engage_expert(
                EngagementId(command.id or self._new_id()),
                expert=expert,
                kind=command.kind,
                station=await self._station(command.station, scope),
                term=command.term,
                at=self._clock.now(),
            )

        return await self._keeping.enter(propose)

    async def end(self, command: EndEarly, scope: Scope) -> Engagement:
        """End it before its time."""

        async def decide(engagement: Engagement) -> Change[Engagement, EngagementFact]:
            return engagement.end(ended_on=command.ended_on, at=self._clock.now())

        return await self._keeping.change(command.id, scope, decide, seen=command.seen)

    async def _station(self, station_id: UUID | None, scope: Scope) -> Station | None:
        if station_id is None:
            return None
        return await hold_station(
            StationId(station_id), scope, stations=self._stations, areas=self._areas
        )

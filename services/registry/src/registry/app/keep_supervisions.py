"""Beginning and ending supervision, and seeing how many workers a supervisor has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from registry.app.find_stations import find_station
from registry.domain.kinds import is_person, is_social_worker
from registry.domain.station import StationId
from registry.domain.supervision import SupervisionId, begin_supervision

if TYPE_CHECKING:
    from collections.abc import Callable

    from common.change import Change
    from common.clock import Clock
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.app.creations import Made
    from registry.app.keep_records import RecordKeeping
    from registry.app.ports.areas import Areas
    from registry.app.ports.stations import Stations
    from registry.app.ports.supervisions import Loads, SupervisionFilter
    from registry.app.ports.work import UnitOfWork
    from registry.app.references import References
    from registry.domain.supervision import Supervision, SupervisionFact, SupervisorLoad


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSupervision:
    """Have a person stand by a social worker at a station."""

    id: UUID | None
    supervisor: UUID
    worker: UUID
    station: UUID
    began_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSupervision:
    """End a supervision; ``seen`` is the version that the caller decided upon."""

    supervision_id: UUID
    ended_on: date
    seen: int | None = None


class KeepingSupervisions:
    """What is done with supervisions."""

    def __init__(
        self,
        keeping: RecordKeeping[Supervision, SupervisionFact, SupervisionFilter],
        *,
        loads: Loads,
        unit_of_work: UnitOfWork,
        references: References,
        stations: Stations,
        areas: Areas,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._keeping: Final = keeping
        self._loads: Final = loads
        self._unit_of_work: Final = unit_of_work
        self._references: Final = references
        self._stations: Final = stations
        self._areas: Final = areas
        self._clock: Final = clock
        self._new_id: Final = new_id
        self.find: Final = keeping.find
        self.list: Final = keeping.list

    async def begin(self, command: BeginSupervision, scope: Scope) -> Made[Supervision]:
        """Have a person stand by a social worker.

        Raises:
            StationNotFound: There is no such station within the scope.
        """

        async def propose() -> Change[Supervision, SupervisionFact]:
            station = await find_station(
                StationId(command.station),
                scope,
                unit_of_work=self._unit_of_work,
                stations=self._stations,
                areas=self._areas,
            )
            check = self._references.check
            await check([command.supervisor], is_person, wanted="person")
            await check([command.worker], is_social_worker, wanted="social_worker")
            return begin_supervision(
                SupervisionId(command.id or self._new_id()),
                supervisor=command.supervisor,
                worker=command.worker,
                station=station,
                began_on=command.began_on,
                at=self._clock.now(),
            )

        return await self._keeping.enter(propose)

    async def end(self, command: EndSupervision, scope: Scope) -> Supervision:
        """End a supervision."""

        async def decide(supervision: Supervision) -> Change[Supervision, SupervisionFact]:
            return supervision.end(ended_on=command.ended_on, at=self._clock.now())

        return await self._keeping.change(command.supervision_id, scope, decide, seen=command.seen)

    async def loads(
        self, wanted: SupervisionFilter, scope: Scope, window: Window
    ) -> Slice[SupervisorLoad]:
        """Return how many workers, at how many stations, each supervisor stands by."""
        async with self._unit_of_work.transaction():
            return await self._loads.loads(wanted, scope, window)

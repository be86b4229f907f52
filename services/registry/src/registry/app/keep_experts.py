"""Appointing experts to the pool of an area, and letting them go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common.places import AreaRef
from registry.app.permissions import WRITE_EXPERTS
from registry.app.places import area_within
from registry.domain.expert import ExpertField, ExpertId, appoint_expert
from registry.domain.kinds import is_person
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
    from registry.app.ports.experts import ExpertFilter
    from registry.app.ports.tenures import Inner
    from registry.app.references import References
    from registry.domain.expert import Expert, ExpertFact


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointExpert:
    """Take a person into the pool of an area, for a term."""

    id: UUID | None
    party: UUID
    fields: tuple[ExpertField, ...]
    area: AreaRef
    term: Term


class KeepingExperts:
    """What is done with the experts of a pool."""

    def __init__(
        self,
        keeping: RecordKeeping[Expert, ExpertFact, ExpertFilter],
        *,
        engagements: Inner,
        references: References,
        areas: Areas,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._keeping: Final = keeping
        self._engagements: Final = engagements
        self._references: Final = references
        self._areas: Final = areas
        self._clock: Final = clock
        self._new_id: Final = new_id
        self.find: Final = keeping.find
        self.list: Final = keeping.list

    async def appoint(self, command: AppointExpert, scope: Scope) -> Made[Expert]:
        """Take a person into the pool of an area."""

        async def propose() -> Change[Expert, ExpertFact]:
            area = await area_within(
                scope, command.area, areas=self._areas, permission=WRITE_EXPERTS
            )
            await self._references.check([command.party], is_person, wanted="person")
            return appoint_expert(
                ExpertId(command.id or self._new_id()),
                party=command.party,
                fields=command.fields,
                area=area,
                term=command.term,
                at=self._clock.now(),
            )

        return await self._keeping.enter(propose)

    async def end(self, command: EndEarly, scope: Scope) -> Expert:
        """End it before its time."""

        async def decide(expert: Expert) -> Change[Expert, ExpertFact]:
            return expert.end(
                ended_on=command.ended_on,
                used_until=await self._engagements.last_within(expert.id),
                at=self._clock.now(),
            )

        return await self._keeping.change_held(command.id, scope, decide, seen=command.seen)

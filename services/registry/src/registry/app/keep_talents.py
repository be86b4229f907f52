"""Taking people into talent plans, and letting them go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from registry.domain.kinds import is_person
from registry.domain.talent import TalentId, take_talent
from registry.domain.term import Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from common.change import Change
    from common.clock import Clock
    from common.grants import Scope
    from registry.app.creations import Made
    from registry.app.end_early import EndEarly
    from registry.app.keep_records import RecordKeeping
    from registry.app.ports.talents import TalentFilter, TalentPlanFilter
    from registry.app.references import References
    from registry.domain.talent import Talent, TalentFact
    from registry.domain.talent_plan import TalentPlan, TalentPlanFact


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTalent:
    """Take a person into a plan, for a term."""

    id: UUID | None
    plan: UUID
    party: UUID
    term: Term


class KeepingTalents:
    """What is done with the people in a talent plan."""

    def __init__(
        self,
        keeping: RecordKeeping[Talent, TalentFact, TalentFilter],
        *,
        plans: RecordKeeping[TalentPlan, TalentPlanFact, TalentPlanFilter],
        references: References,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._keeping: Final = keeping
        self._plans: Final = plans
        self._references: Final = references
        self._clock: Final = clock
        self._new_id: Final = new_id
        self.find: Final = keeping.find
        self.list: Final = keeping.list

    async def take(self, command: TakeTalent, scope: Scope) -> Made[Talent]:
        """Take a person into a plan."""

        async def propose() -> Change[Talent, TalentFact]:
            plan = await self._plans.find_held(command.plan, scope)
            await self._references.check([command.party], is_person, wanted="person")
            return take_talent(
                TalentId(command.id or self._new_id()),
                plan=plan,
                party=command.party,
                term=command.term,
                at=self._clock.now(),
            )

        return await self._keeping.enter(propose)

    async def end(self, command: EndEarly, scope: Scope) -> Talent:
        """End it before its time."""

        async def decide(talent: Talent) -> Change[Talent, TalentFact]:
            return talent.end(ended_on=command.ended_on, at=self._clock.now())

        return await self._keeping.change(command.id, scope, decide, seen=command.seen)

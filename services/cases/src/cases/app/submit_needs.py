"""Taking in needs, one or many: phones without reception keep them and send them together.

A batch is decided item by item and written in few statements. Everything a decision has to know
is fetched once before; what was told before is found by writing, not by looking, so that two phones
that tell the same need at the same moment are no race.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from cases.app.permissions import SUBMIT_NEEDS
from cases.app.ports import Entered
from cases.app.territory import area_within, known_areas
from cases.domain.errors import LineIdTaken, MeetingNotFound, NeedIdTaken
from cases.domain.line import LineId
from cases.domain.meeting import MeetingId
from cases.domain.need import Need, NeedDescription, NeedId, NeedWasSubmitted
from cases.domain.progress import FollowedNeed, Progress
from common.change import Change
from common.errors import DomainError
from common.places import Area, AreaRef

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cases.app.ports import Areas, Cases, Store
    from cases.domain.line import NeedLine
    from common.clock import Clock
    from common.grants import Scope

Submission: TypeAlias = Change[Need, NeedWasSubmitted]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitNeed:
    """Tell a need under an id."""

    need_id: NeedId
    description: NeedDescription


async def submit_need(
    command: SubmitNeed, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> Entered[FollowedNeed]:
    """Take in one need, or find that the same need was told under this id.

    Raises:
        NeedIdTaken: Another need was.
    """
    async with store.transaction() as cases:
        [outcome] = await submit_needs([command], within, store=store, areas=areas, clock=clock)
        if isinstance(outcome, DomainError):
            raise outcome
        need, is_new = outcome.thing, outcome.is_new
        progress = Progress() if is_new else await cases.needs.progress_of(need.id)
    return Entered(FollowedNeed(need, progress), is_new=is_new)


async def submit_needs(
    commands: Sequence[SubmitNeed], within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> Sequence[Entered[Need] | DomainError]:
    """Take in many needs; one that is refused stops none of the others.

    Returns:
        What became of each command, in their order.
    """
    at = clock.now()
    async with store.transaction() as cases:
        known = await _what_is_known(commands, within, cases=cases, areas=areas)
        decisions = [known.decide(command, within, at=at) for command in commands]
        first = _first_of_each_id(decisions)
        earlier = await cases.needs.add(tuple(first.values()))
    return [_outcome(decision, first, earlier) for decision in decisions]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the decisions of a batch have to know."""

    areas: Mapping[AreaRef, Area]
    meetings: frozenset[MeetingId]
    owners: dict[LineId, NeedId]

    def decide(
        self, command: SubmitNeed, within: Scope, *, at: datetime
    ) -> Submission | DomainError:
        described = command.description
        try:
            area = area_within(self.areas, described.area, within, under=SUBMIT_NEEDS)
            self._refuse_unknown(described.meeting_id)
            submission = Need.submit(command.need_id, described, pool_id=area.pool_id, at=at)
            self._claim(described.lines, command.need_id)
        except DomainError as refusal:
            return refusal
        return submission

    def _refuse_unknown(self, meeting_id: MeetingId | None) -> None:
        if meeting_id is not None and meeting_id not in self.meetings:
            raise MeetingNotFound(meeting_id=meeting_id)

    def _claim(self, lines: Sequence[NeedLine], need_id: NeedId) -> None:
        for line in lines:
            if self.owners.get(line.id, need_id) != need_id:
                raise LineIdTaken(line_id=line.id)
        self.owners.update((line.id, need_id) for line in lines)


async def _what_is_known(
    commands: Sequence[SubmitNeed], within: Scope, *, cases: Cases, areas: Areas
) -> _Known:
    told = [command.description for command in commands]
    meetings = {need.meeting_id for need in told if need.meeting_id is not None}
    lines = [line.id for need in told for line in need.lines]
    return _Known(
        areas=await known_areas(areas, (need.area for need in told)),
        meetings=await cases.meetings.known(meetings, within=within),
        owners=dict(await cases.needs.owners_of(lines)),
    )


def _first_of_each_id(decisions: Sequence[Submission | DomainError]) -> dict[NeedId, Submission]:
    first: dict[NeedId, Submission] = {}
    for decision in decisions:
        if isinstance(decision, Change):
            first.setdefault(decision.state.id, decision)
    return first


def _outcome(
    decision: Submission | DomainError,
    first: Mapping[NeedId, Submission],
    earlier: Mapping[NeedId, Need | None],
) -> Entered[Need] | DomainError:
    if isinstance(decision, DomainError):
        return decision
    told = decision.state
    kept = earlier.get(told.id, first[told.id].state)
    if kept is None or not kept.is_told_by(told.description):
        return NeedIdTaken(need_id=told.id)
    return Entered(kept, is_new=kept is told)

"""Putting the minutes of a community meeting on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.app.permissions import RECORD_MEETINGS
from cases.app.ports import Entered
from cases.app.territory import area_within, known_areas
from cases.domain.errors import MeetingIdTaken
from cases.domain.meeting import Meeting, MeetingId, Minutes

if TYPE_CHECKING:
    from cases.app.ports import Areas, Store
    from common.clock import Clock
    from common.grants import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMeeting:
    """Put the minutes of a meeting on record under an id."""

    meeting_id: MeetingId
    minutes: Minutes


async def record_meeting(
    command: RecordMeeting, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> Entered[Meeting]:
    """Record a meeting, or find that the same minutes are on record under this id.

    Raises:
        MeetingIdTaken: Other minutes are.
    """
    async with store.transaction() as cases:
        known = await known_areas(areas, [command.minutes.area])
        area = area_within(known, command.minutes.area, within, under=RECORD_MEETINGS)
        change = Meeting.record(
            command.meeting_id, command.minutes, pool_id=area.pool_id, at=clock.now()
        )
        earlier = await cases.meetings.add(change)
    if earlier is None:
        return Entered(change.state, is_new=True)
    if earlier.minutes != command.minutes:
        raise MeetingIdTaken(meeting_id=command.meeting_id)
    return Entered(earlier, is_new=False)

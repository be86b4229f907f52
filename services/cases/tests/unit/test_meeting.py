"""What may happen to a meeting: it is put on record, once it was held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from case_builders import POOL, a_meeting

from cases.domain.errors import MeetingNotHeldYet
from cases.domain.meeting import Meeting, ParticipantKind, Participants

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_attendance_is_the_sum_of_all_participants() -> None:
    minutes = replace(
        a_meeting().minutes,
        participants=(
            Participants(kind=ParticipantKind.SCHOOL, count=2),
            Participants(kind=ParticipantKind.PARENTS, count=12),
        ),
    )

    assert minutes.attendance == 14


def test_a_meeting_of_tomorrow_cannot_be_recorded_today() -> None:
    meeting = a_meeting()
    minutes = replace(meeting.minutes, held_on=date(2026, 11, 23))
    late_on_the_22nd = datetime(2026, 11, 22, 23, 59, tzinfo=SHANGHAI)

    with pytest.raises(MeetingNotHeldYet):
        Meeting.record(meeting.id, minutes, pool_id=POOL, at=late_on_the_22nd)


def test_the_day_of_a_meeting_is_a_day_in_china() -> None:
    meeting = a_meeting()
    minutes = replace(meeting.minutes, held_on=date(2026, 11, 23))
    # In Greenwich it is still the 22nd.
    early_on_the_23rd = datetime(2026, 11, 23, 0, 1, tzinfo=SHANGHAI)

    change = Meeting.record(meeting.id, minutes, pool_id=POOL, at=early_on_the_23rd)

    assert change.state.recorded_at == early_on_the_23rd

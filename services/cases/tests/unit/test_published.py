"""What other services are told of a change."""

from __future__ import annotations

from datetime import timedelta

from case_builders import (
    GUANGMING,
    NOW,
    a_line,
    a_match,
    a_meeting_record,
    a_need,
    a_recording,
    a_submission,
)

from cases.adapters.published import messages_of
from cases.domain.need_change import OnWeekdays, ToArea
from common.contracts.cases import NeedChanged, NeedClosed, NeedSubmitted, ServiceRecorded
from common.vocabulary import ServiceCode, Weekday


def test_the_version_of_an_event_is_that_of_the_need_after_it() -> None:
    need = a_need()

    [submitted] = messages_of(a_submission())
    [closed] = messages_of(need.close(is_met=False, fulfilled=(), at=NOW))

    assert (submitted.version, closed.version) == (1, 2)


def test_a_need_is_told_with_its_lines_and_the_key_of_its_pool() -> None:
    line = a_line(
        service=ServiceCode.COMPANY,
        weekdays=frozenset({Weekday.SATURDAY}),
        not_before=NOW,
        not_after=NOW + timedelta(days=2),
    )
    change = a_submission(lines=(line,))

    [message] = messages_of(change)

    assert isinstance(message.event, NeedSubmitted)
    assert message.partition_key == str(change.state.pool_id)
    assert message.event.subject == str(change.state.id)
    assert message.event.lines[0].line_id == line.id
    assert message.event.lines[0].weekdays == {Weekday.SATURDAY}
    window = message.event.lines[0].not_before, message.event.lines[0].not_after
    assert window == (line.not_before, line.not_after)


def test_nothing_that_people_write_freely_is_told() -> None:
    need = a_need(title="机密甲")
    closing = need.close(is_met=False, fulfilled=(), at=NOW, note="机密乙")
    recording = a_meeting_record(resolution="机密丙")
    submission = a_submission(title="机密甲")

    told = [*messages_of(submission), *messages_of(closing), *messages_of(recording)]

    assert not any("机密" in message.event.model_dump_json() for message in told)


def test_a_change_tells_time_and_place_of_all_lines_as_they_are() -> None:
    need = a_need(lines=(a_line(), a_line()))
    first, second = need.description.lines
    sunday = OnWeekdays(first.id, frozenset({Weekday.SUNDAY}))

    [moved] = messages_of(need.change([ToArea(GUANGMING), sunday], at=NOW))

    assert isinstance(moved.event, NeedChanged)
    assert moved.event.place.code == GUANGMING.code
    assert [line.weekdays for line in moved.event.lines] == [{Weekday.SUNDAY}, second.weekdays]
    assert (moved.version, moved.partition_key) == (2, str(need.pool_id))


def test_a_closure_tells_when_and_whether_the_need_was_met() -> None:
    later = NOW + timedelta(days=2)

    [message] = messages_of(a_need().close(is_met=False, fulfilled=(), at=later))

    assert isinstance(message.event, NeedClosed)
    assert (message.event.is_met, message.event.closed_at) == (False, later)
    assert message.occurred_at == later


def test_a_service_is_told_with_its_three_measures_apart() -> None:
    need = a_need()

    [message] = messages_of(a_recording(need, a_match(need)))

    assert isinstance(message.event, ServiceRecorded)
    measures = (message.event.persons, message.event.person_times, message.event.sessions)
    assert measures == (38, 41, 1)

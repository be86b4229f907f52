"""Reading server-sent events, and waiting for one of them."""

import pytest

from wushe.demo.desk import NothingCame
from wushe.demo.stream import EventStream, parse


def test_an_event_has_its_id_its_name_and_its_data() -> None:
    lines = ["id: 7", "event: proposed", 'data: {"need_id":', 'data: "a"}', ""]

    (heard,) = parse(lines)

    assert (heard.id, heard.event, heard.data) == ("7", "proposed", {"need_id": "a"})


def test_comments_and_empty_events_are_skipped() -> None:
    assert list(parse([": still here", "", "id: 3", "", "retry: 1000", ""])) == []


def test_what_was_heard_before_is_found_too() -> None:
    stream = EventStream()
    stream.read(["event: asked", 'data: {"n": 1}', "", "event: asked", 'data: {"n": 2}', ""])

    heard = stream.await_event(lambda each: each.data["n"] == 2, awaited="the second")

    assert heard.event == "asked"


def test_what_does_not_come_is_said_with_what_came_last() -> None:
    stream = EventStream()
    stream.read(['data: {"n": 1}', ""])

    with pytest.raises(NothingCame, match=r"a proposal did not come.*'n': 1"):
        stream.await_event(lambda _: False, awaited="a proposal", seconds=0.01)


def test_a_stream_that_breaks_wakes_whoever_waits() -> None:
    stream = EventStream()
    stream.fail(ConnectionError("gone"))

    with pytest.raises(ConnectionError):
        stream.await_event(lambda _: True, awaited="anything")

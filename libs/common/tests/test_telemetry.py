from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import structlog

from common.telemetry import (
    current_request_id,
    current_traceparent,
    log_plainly,
    traceback_of,
    working_on,
)

if TYPE_CHECKING:
    from structlog.typing import ExcInfo

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_what_is_done_for_a_request_knows_its_cause() -> None:
    request_id = str(uuid4())

    with working_on(traceparent=TRACE, request_id=request_id):
        assert current_traceparent() == TRACE
        assert current_request_id() == request_id

    assert current_traceparent() is None
    assert current_request_id() is None


@pytest.mark.parametrize("traceparent", [None, "", "nonsense", "00-" + "0" * 32 + "-b7-01"])
def test_a_senseless_cause_is_dropped(traceparent: str | None) -> None:
    with working_on(traceparent=TRACE), working_on(traceparent=traceparent):
        assert current_traceparent() is None


NAME = "王小明"


def look_up() -> str:
    return dict[str, str]()[NAME]


def insert() -> None:
    try:
        look_up()
    except KeyError as error:
        raise ValueError(NAME) from error


def raised() -> ExcInfo:
    try:
        insert()
    except ValueError as error:
        return type(error), error, error.__traceback__
    raise AssertionError


def test_a_traceback_says_where_and_what_but_not_about_whom() -> None:
    told = traceback_of(raised())

    assert "builtins.KeyError" in told
    assert told.endswith("builtins.ValueError")
    assert "test_telemetry.py" in told
    assert NAME not in told


def test_lines_are_json_and_name_their_request(caplog: pytest.LogCaptureFixture) -> None:
    log_plainly("desk")
    log: Any = structlog.get_logger("a")

    with caplog.at_level(logging.INFO), working_on(traceparent=TRACE, request_id="r"):
        log.info("something_happened", count=2, text="two\r\nlines")

    (record,) = caplog.records
    line = json.loads(record.message)
    assert "\n" not in record.message
    assert line["event"] == "something_happened"
    assert (line["service"], line["request_id"], line["count"]) == ("desk", "r", 2)
    assert line["trace_id"] == TRACE.split("-")[1]

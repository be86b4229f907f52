"""What is too large is refused at once, costs next to nothing, and ends no process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from security.raw import exchange
from security.sizes import REFUSALS, oversized

if TYPE_CHECKING:
    from security.conftest import Door
    from wushe.stack import Stack

pytestmark = pytest.mark.stack

MOST_GROWTH = 50 * 1024 * 1024
# The promise is a second; this machine may be doing something else at the time.
REFUSED_WITHIN_SECONDS = 3.0
PARTS = ("gateway", "cases")


def memory_of(whole: Stack, part: str) -> int:
    found: int = psutil.Process(whole.pid_of(part)).memory_info().rss
    return found


def test_what_is_too_large_is_refused_at_once_and_leaves_nothing_behind(
    cases_doors: list[Door], admin: str, whole: Stack
) -> None:
    requests = oversized(admin)
    # What a process needs for the first request of a kind it needs once.
    exchange(cases_doors[0].url, [requests["a body of the limit and a byte"]])
    before = {part: (whole.pid_of(part), memory_of(whole, part)) for part in PARTS}
    seconds: dict[str, float] = {}

    for door in cases_doors:
        for name, request in requests.items():
            answer = exchange(door.url, [request], seconds=REFUSED_WITHIN_SECONDS)

            assert answer.statuses, (door, name)
            assert answer.statuses[0] in REFUSALS, (door, name, answer.head)
            assert "content-type: application/problem+json" in answer.head, (door, name)
            seconds[f"{name} {door.way}"] = answer.seconds

    grown = {part: memory_of(whole, part) - before[part][1] for part in PARTS}
    megabytes = {part: round(by / 2**20, 1) for part, by in grown.items()}
    slowest = max(seconds, key=seconds.__getitem__)
    print(f"{len(requests)} requests, grown by {megabytes} MiB")  # noqa: T201
    print(f"slowest: {slowest}, {seconds[slowest]:.2f} s")  # noqa: T201
    assert {part: whole.pid_of(part) for part in PARTS} == {
        part: pid for part, (pid, _) in before.items()
    }
    assert max(grown.values()) <= MOST_GROWTH

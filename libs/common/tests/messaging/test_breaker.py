from __future__ import annotations

from common.messaging.breaker import FIRST_PAUSE, LONGEST_PAUSE, Breaker


def fed(outcomes: list[bool]) -> Breaker:
    breaker = Breaker()
    for is_bad in outcomes:
        breaker.note(is_bad=is_bad)
    return breaker


def test_a_hundred_bad_records_in_a_row_are_suffered() -> None:
    assert not fed([True] * 100).is_open


def test_one_more_opens_it() -> None:
    assert fed([True] * 101).is_open


def test_a_good_record_begins_the_row_anew() -> None:
    assert not fed([True] * 100 + [False] + [True] * 100).is_open


def test_a_tenth_of_the_last_thousand_is_suffered() -> None:
    assert not fed(([True] + [False] * 9) * 200).is_open


def test_more_than_a_tenth_opens_it() -> None:
    assert fed(([True] + [False] * 8) * 200).is_open


def test_a_few_bad_records_of_a_few_do_not_open_it() -> None:
    assert not fed([True, False] * 99).is_open


def test_a_good_probe_closes_it() -> None:
    breaker = fed([True] * 101)

    breaker.half_open()
    breaker.note(is_bad=False)
    for _ in range(100):
        breaker.note(is_bad=True)

    assert not breaker.is_open


def test_a_bad_probe_opens_it_for_twice_as_long() -> None:
    breaker = fed([True] * 101)
    first = breaker.pause

    breaker.half_open()
    breaker.note(is_bad=True)

    assert breaker.is_open
    assert (first, breaker.pause) == (FIRST_PAUSE, 2 * FIRST_PAUSE)


def test_no_pause_is_longer_than_the_longest() -> None:
    breaker = fed([True] * 101)
    for _ in range(50):
        breaker.half_open()
        breaker.note(is_bad=True)

    assert breaker.pause == LONGEST_PAUSE


def test_a_fork_changes_nothing_until_it_is_kept() -> None:
    breaker = fed([True] * 100)

    fork = breaker.fork()
    fork.note(is_bad=True)

    assert fork.is_open
    assert not breaker.is_open

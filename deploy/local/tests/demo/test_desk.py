"""Waiting for a condition, and for problems to pass."""

import pytest

from wushe.demo.desk import Json, NothingCame, UnexpectedAnswer, until

NOT_YET = UnexpectedAnswer("GET", "/x", 404, '{"type":"/problems/match-not-found","status":404}')


def test_a_problem_has_the_code_at_the_end_of_its_type() -> None:
    assert NOT_YET.code == "match-not-found"


def test_what_holds_is_returned_at_once() -> None:
    assert until(lambda: {"a": 1}, bool, awaited="a") == {"a": 1}


def test_a_problem_that_means_not_yet_is_borne() -> None:
    answers: list[Json | UnexpectedAnswer] = [NOT_YET, NOT_YET, {"a": 1}]

    def look() -> Json:
        answer = answers.pop(0)
        if isinstance(answer, UnexpectedAnswer):
            raise answer
        return answer

    assert until(look, bool, awaited="a", bear=frozenset({"match-not-found"})) == {"a": 1}


def test_any_other_problem_ends_the_waiting() -> None:
    def look() -> Json:
        raise NOT_YET

    with pytest.raises(UnexpectedAnswer):
        until(look, bool, awaited="a")


def test_what_never_holds_is_given_up_with_what_was_seen_last() -> None:
    with pytest.raises(NothingCame, match="the end did not come"):
        until(lambda: {"state": "open"}, lambda _: False, awaited="the end", seconds=0.0)

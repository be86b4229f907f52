from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from wushe.every_command import app

if TYPE_CHECKING:
    from pathlib import Path

RUNNER = CliRunner()


def a_problem(**changed: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "needs": [{"id": "a", "units": 2}, {"id": "b", "units": 1}],
        "offers": [{"id": 7, "capacity": 2}],
        "pairs": [
            {"need": "a", "offer": 7, "value": 3},
            {"need": "b", "offer": 7, "value": 5},
        ],
        **changed,
    }


def solved(problem: object, *options: str) -> dict[str, Any]:
    content = problem if isinstance(problem, bytes) else json.dumps(problem).encode()
    done = RUNNER.invoke(app, ["solve", "-", *options], input=content)
    assert (done.exit_code, done.stderr) == (0, "")
    return json.loads(done.stdout)


def refused(problem: object) -> str:
    content = problem if isinstance(problem, bytes) else json.dumps(problem).encode()
    done = RUNNER.invoke(app, ["solve", "-"], input=content)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    return done.stderr.removeprefix("wushe: ").rstrip("\n")


def test_the_answer_has_its_proof() -> None:
    answer = solved(a_problem())

    assert answer.pop("seconds") >= 0
    assert answer == {
        "status": "optimal",
        "value": 8,
        "bound": 8,
        "gap": 0,
        "pairs": [
            {"need": "a", "offer": 7, "units": 1},
            {"need": "b", "offer": 7, "units": 1},
        ],
    }


def test_a_file_is_read_by_the_program_and_nothing_else_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(a_problem()), encoding="utf-8")
    program = (
        "import sys; sys.argv = ['wushe', 'solve', sys.argv[1]]\n"
        "from wushe.cli import main\n"
        "try: main()\n"
        "finally: print(*{'scipy', 'sqlalchemy', 'pandas'} & {*sys.modules}, file=sys.stderr)"
    )

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout)["value"] == 8
    assert done.stderr == "\n"


def test_an_all_or_nothing_need_has_all_or_nothing() -> None:
    needs = [{"id": "a", "units": 2, "all_or_nothing": True}, {"id": "b", "units": 1}]

    assert solved(a_problem(needs=needs))["pairs"] == [{"need": "a", "offer": 7, "units": 2}]


def test_a_unit_uses_the_load_of_its_pair() -> None:
    pairs = [
        {"need": "a", "offer": 7, "value": 3},
        {"need": "b", "offer": 7, "value": 5, "load": 2},
    ]

    answer = solved(a_problem(pairs=pairs))

    assert (answer["value"], answer["pairs"]) == (6, [{"need": "a", "offer": 7, "units": 2}])


def test_a_problem_of_nothing_is_fine() -> None:
    answer = solved({"needs": [], "offers": [], "pairs": []})

    assert answer.pop("seconds") >= 0
    assert answer == {"status": "optimal", "value": 0, "bound": 0, "gap": 0, "pairs": []}


def test_ids_are_texts_or_numbers_in_any_script_and_come_back_in_order() -> None:
    ids = ["龘", "𠮷", "é", "", "1", 10, 9, 1]
    needs = [{"id": each, "units": 1} for each in ids]
    pairs = [{"need": each, "offer": 7, "value": 1} for each in ids]

    answer = solved(a_problem(needs=needs, offers=[{"id": 7, "capacity": 99}], pairs=pairs))

    named = [pair["need"] for pair in answer["pairs"]]
    assert named == [1, 9, 10, "", "1", "é", "龘", "𠮷"]


def test_the_order_of_the_file_makes_no_difference() -> None:
    turned = {name: rows[::-1] for name, rows in a_problem().items()}

    assert {**solved(turned), "seconds": 0} == {**solved(a_problem()), "seconds": 0}


def test_the_time_is_kept_and_the_gap_told() -> None:
    offers, needs = range(40), range(300)
    pairs = [
        {"need": need, "offer": offer, "value": 900 + need * offer % 97, "load": 11 + need % 13}
        for need in needs
        for offer in offers
    ]
    problem = {
        "needs": [{"id": need, "units": 1} for need in needs],
        "offers": [{"id": offer, "capacity": 103} for offer in offers],
        "pairs": pairs,
    }
    began = time.monotonic()

    answer = solved(problem, "--seconds", "1")

    assert time.monotonic() - began < 15
    assert answer["value"] > 0
    assert answer["gap"] == answer["bound"] - answer["value"] >= 0


A = {"id": "a", "units": 2}
PAIR = {"need": "a", "offer": 7, "value": 3}
HUGE = 2**62

REFUSALS = {
    "not json": (b"{", "not JSON: Expecting property name"),
    "not text": (b'{"needs": "\xff"}', "not JSON: 'utf-8' codec can't decode"),
    "too deep": (b"[" * 200_000, "not JSON: "),
    "not a number": (b'{"needs": NaN}', "not JSON: NaN is no number"),
    "too many digits": (b"1" * 5_000, "not JSON: "),
    "not an object": ([], 'not an object with "needs", "offers" and "pairs": []'),
    "no needs": ({"offers": [], "pairs": []}, "needs is missing"),
    "no pairs": ({"offers": [], "needs": []}, "pairs is missing"),
    "needs no list": (a_problem(needs={}), "needs is not a list"),
    "need no object": (a_problem(needs=[A, 3]), "needs[1] is not an object: 3"),
    "no id": (a_problem(needs=[{"units": 1}]), "needs[0]: id is missing"),
    "id twice": (a_problem(needs=[A, A]), 'needs[1] (id "a"): id is there twice'),
    "id true": (
        a_problem(needs=[{"id": True, "units": 1}]),
        "needs[0] (id true): id is no id, neither a text nor a whole number: true",
    ),
    "id half a character": (
        a_problem(needs=[{"id": "\ud840", "units": 1}]),
        r'needs[0] (id "\ud840"): id holds half a character: "\ud840"',
    ),
    "no units": (a_problem(needs=[{"id": "a"}]), 'needs[0] (id "a"): units is missing'),
    "units negative": (
        a_problem(needs=[{"id": "龘", "units": -2}]),
        'needs[0] (id "龘"): units is negative: -2',
    ),
    "units broken": (
        a_problem(needs=[{"id": "a", "units": 1.5}]),
        'needs[0] (id "a"): units is not a whole number: 1.5',
    ),
    "units true": (
        a_problem(needs=[{"id": "a", "units": True}]),
        'needs[0] (id "a"): units is not a whole number: true',
    ),
    "units huge": (
        a_problem(needs=[{"id": "a", "units": 2**63}]),
        'needs[0] (id "a"): units does not fit into 64 bits: 9223372036854775808',
    ),
    "all or nothing no flag": (
        a_problem(needs=[{**A, "all_or_nothing": 1}]),
        'needs[0] (id "a"): all_or_nothing is neither true nor false: 1',
    ),
    "no capacity": (a_problem(offers=[{"id": 7}]), "offers[0] (id 7): capacity is missing"),
    "capacity negative": (
        a_problem(offers=[{"id": 7, "capacity": -1}]),
        "offers[0] (id 7): capacity is negative: -1",
    ),
    "pair without need": (
        a_problem(pairs=[{"offer": 7, "value": 1}]),
        "pairs[0] (offer 7): need is missing",
    ),
    "unknown need": (
        a_problem(pairs=[{**PAIR, "need": "c"}]),
        'pairs[0] (need "c", offer 7): need is not among needs: "c"',
    ),
    "offer by another kind of id": (
        a_problem(pairs=[PAIR, {**PAIR, "offer": "7"}]),
        'pairs[1] (need "a", offer "7"): offer is not among offers: "7"',
    ),
    "offer no id": (
        a_problem(pairs=[{**PAIR, "offer": 7.0}]),
        'pairs[0] (need "a", offer 7.0): offer is no id, neither a text nor a whole number: 7.0',
    ),
    "pair twice": (
        a_problem(pairs=[PAIR, {**PAIR, "value": 4}]),
        'pairs[1] (need "a", offer 7): the pair is there twice',
    ),
    "no value": (
        a_problem(pairs=[{"need": "a", "offer": 7}]),
        'pairs[0] (need "a", offer 7): value is missing',
    ),
    "value a text": (
        a_problem(pairs=[{**PAIR, "value": "3"}]),
        'pairs[0] (need "a", offer 7): value is not a whole number: "3"',
    ),
    "value null": (
        a_problem(pairs=[{**PAIR, "value": None}]),
        'pairs[0] (need "a", offer 7): value is not a whole number: null',
    ),
    "load negative": (
        a_problem(pairs=[{**PAIR, "load": -1}]),
        'pairs[0] (need "a", offer 7): load is negative: -1',
    ),
    "load null": (
        a_problem(pairs=[{**PAIR, "load": None}]),
        'pairs[0] (need "a", offer 7): load is not a whole number: null',
    ),
    "sums": (
        a_problem(pairs=[{**PAIR, "value": HUGE}]),
        "values are too large: together they are beyond 64 bits",
    ),
}


@pytest.mark.parametrize("case", sorted(REFUSALS))
def test_what_cannot_be_read_is_refused_in_one_line(case: str) -> None:
    problem, why = REFUSALS[case]

    assert refused(problem).startswith(why)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["solve", str(tmp_path / "none.json")])

    assert (done.exit_code, done.stderr) == (
        2,
        f"wushe: {tmp_path / 'none.json'}: No such file or directory\n",
    )


@pytest.mark.parametrize("seconds", ["0", "-1", "nan"])
def test_no_time_is_refused(seconds: str) -> None:
    done = RUNNER.invoke(app, ["solve", "-", "--seconds", seconds], input=b"{}")

    assert done.exit_code == 2
    assert done.stderr == f"wushe: --seconds must be more than 0, not {seconds}\n"

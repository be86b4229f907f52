"""The harness works; how fast anything is, no test asks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks import gap, machine
from benchmarks.__main__ import main
from benchmarks.figures import Figure, Row, percentile
from benchmarks.report import Run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_tiny_run_measures_intake_and_keeps_a_page_and_a_document(tmp_path: Path) -> None:
    page = main(["intake", "--tiny", "--into", str(tmp_path)])

    document = json.loads(page.with_suffix(".json").read_text())
    figures = {figure["name"]: figure for figure in document["rows"][0]["figures"]}
    assert figures["accepted need ÷ authenticated 204"]["median"] > 0
    assert figures["batch of 500, existing clients"]["median"] > 0
    assert figures["limit: bare COPY of the same rows"]["median"] > 0
    assert document["machine"]["cores"] >= 1
    assert "| accepted need ÷ authenticated 204 |" in page.read_text()


def test_a_tiny_run_plans_through_the_service_and_finds_candidates(tmp_path: Path) -> None:
    page = main(["candidates", "service", "--tiny", "--into", str(tmp_path)])

    candidates, service = json.loads(page.with_suffix(".json").read_text())["rows"]
    figures = {figure["name"]: figure for figure in candidates["figures"] + service["figures"]}
    assert figures["candidates of one need among 500 offers, p99"]["median"] > 0
    assert figures["one event: in the engine, p50"]["median"] > 0
    assert figures["the pool read anew"]["median"] > 0


@pytest.mark.skipif(gap.data_at() is None, reason="The published instances are not here.")
def test_a_tiny_run_solves_published_instances_to_their_optima(tmp_path: Path) -> None:
    page = main(["gap", "--tiny", "--into", str(tmp_path)])

    document = json.loads(page.with_suffix(".json").read_text())
    figures = {figure["name"]: figure for figure in document["rows"][0]["figures"]}
    assert figures["mean gap to the optimum, all"]["median"] == 0
    assert figures["linear assignment, assign100"]["median"] == 305
    assert figures["linear assignment, assign600"]["median"] == 1176


def test_a_figure_keeps_its_budget_by_its_median() -> None:
    fast = Figure(name="", unit="", samples=(1.0, 5.0, 6.0), budget=5.0)
    slow = Figure(name="", unit="", samples=(1.0, 5.0, 6.0), budget=4.0, bound="at most")
    free = Figure(name="", unit="", samples=(1.0,))

    assert (fast.is_met, slow.is_met, free.is_met) == (True, False, None)


def test_a_page_says_which_budget_was_missed(tmp_path: Path) -> None:
    missed = Figure(name="start", unit="s", samples=(16.0,), budget=15.0, bound="at most")
    run = Run(machine=machine.describe(), rows=[Row(name="Idle", figures=(missed,))])

    assert "| start | 16 s | 16 – 16 | ≤ 15 | **missed** |" in run.keep(tmp_path).read_text()


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(100, 0, -1)]

    assert percentile(values, 0.5) == 51.0
    assert percentile(values, 0.99) == 100.0

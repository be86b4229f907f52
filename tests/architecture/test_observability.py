"""Alerts and dashboards ask for what there is, and every alert has a page that says what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from support.described_metrics import described_metrics
from wushe.every_command import app

ROOT = Path(__file__).parents[2]
OBSERVABILITY = ROOT / "deploy" / "observability"
RUNBOOKS = ROOT / "docs" / "runbooks"
OF_PROMETHEUS = {"up": frozenset[str]()}
OF_EVERY_SERIES = {"job", "instance", "le"}
NAME = re.compile(r"\b([a-z]+_[a-z_]+|up)\b(?=\{|\[|\)| *[/<>=]|$)", re.MULTILINE)
SELECTOR = re.compile(r"\b([a-z_]+)\{([^}]*)\}")
HEADINGS = ["Symptom", "First command", "Safe action", "Escalation"]


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((OBSERVABILITY / "alerts.yaml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboards() -> dict[str, dict[str, Any]]:
    files = sorted((OBSERVABILITY / "dashboards").glob("*.json"))
    return {file.stem: json.loads(file.read_text("utf-8")) for file in files}


def questions() -> list[str]:
    panels = [panel for board in dashboards().values() for panel in board["panels"]]
    asked = [target["expr"] for panel in panels for target in panel["targets"]]
    return [*(alert["expr"] for alert in alerts()), *asked]


def page_of(alert: dict[str, Any]) -> Path:
    return ROOT / str(alert["annotations"]["runbook"])


def known() -> dict[str, frozenset[str]]:
    metrics = {metric.name: metric for metric in described_metrics()}
    series = {name: metric.labels for name, metric in metrics.items()}
    for name, metric in metrics.items():
        if metric.type == "histogram":
            series |= {f"{name}_{part}": metric.labels for part in ("bucket", "count", "sum")}
    return series | OF_PROMETHEUS


@pytest.mark.parametrize("question", questions())
def test_what_is_asked_for_exists(question: str) -> None:
    # "by (le, job)" names labels, which look like metrics.
    without_labels = re.sub(r"by \([^)]*\)|\{[^}]*\}", "", question)
    names = set(NAME.findall(without_labels)) - {"histogram_quantile"}

    assert names, "every question is about some metric"
    assert names - known().keys() == set()
    for name, selector in SELECTOR.findall(question):
        labels = set(re.findall(r"([a-z_]+)(?:=|!=|=~|!~)\"", selector))
        assert labels <= known()[name] | OF_EVERY_SERIES


def test_every_metric_of_ours_is_looked_at_by_something() -> None:
    asked = "\n".join(questions())
    unasked = {"process_virtual_memory_bytes", "process_start_time_seconds"}

    names = {metric.name for metric in described_metrics()}

    assert {name for name in names if name not in asked} == unasked


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    pages = set(RUNBOOKS.glob("*.md")) - {RUNBOOKS / "README.md"}

    assert {page_of(alert) for alert in alerts()} == pages
    assert [page_of(alert).stem.replace("-", "") for alert in alerts()] == [
        alert["alert"].lower() for alert in alerts()
    ]


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
class TestEveryAlert:
    def test_says_how_urgent_it_is_and_what_it_is_about(self, alert: dict[str, Any]) -> None:
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert {"summary", "description", "runbook"} == alert["annotations"].keys()

    def test_has_a_page_with_the_four_answers(self, alert: dict[str, Any]) -> None:
        text = page_of(alert).read_text("utf-8")

        assert text.startswith(f"# {alert['alert']}\n")
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
        index = (RUNBOOKS / "README.md").read_text("utf-8")
        line = f"[{alert['alert']}]({page_of(alert).name}) | {alert['labels']['severity']} |"
        assert line in index

    def test_has_a_first_command_that_exists(self, alert: dict[str, Any]) -> None:
        found = re.search(r"```sh\nwushe ([^\n]+)\n```", page_of(alert).read_text("utf-8"))
        assert found is not None
        words = [word for word in found[1].split() if not word.startswith("-")]
        options = [word for word in found[1].split() if word.startswith("--")]

        # A value of an option may stand among the words.
        told = CliRunner().invoke(app, [*words[:2], "--help"], env={"COLUMNS": "200"})
        if told.exit_code != 0:
            told = CliRunner().invoke(app, [words[0], "--help"], env={"COLUMNS": "200"})

        assert told.exit_code == 0, told.output
        assert [option for option in options if option not in told.output] == []


@pytest.mark.parametrize("name", sorted(dashboards()))
def test_each_panel_has_a_title_a_unit_and_a_place_of_its_own(name: str) -> None:
    panels = dashboards()[name]["panels"]

    assert all(panel["title"] and panel["fieldConfig"]["defaults"]["unit"] for panel in panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)


@pytest.mark.long
@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
@pytest.mark.parametrize(
    "command", [("check", "rules", "alerts.yaml"), ("test", "rules", "alerts_test.yaml")]
)
def test_prometheus_accepts_the_rules_and_each_fires_for_its_reason(
    command: tuple[str, ...],
) -> None:
    told = subprocess.run(  # noqa: S603
        ("promtool", *command),  # noqa: S607
        check=False,
        capture_output=True,
        text=True,
        cwd=OBSERVABILITY,
    )

    assert told.returncode == 0, told.stdout + told.stderr


def test_each_alert_is_made_to_fire_and_to_stay_quiet() -> None:
    cases = yaml.safe_load((OBSERVABILITY / "alerts_test.yaml").read_text("utf-8"))["tests"]

    assert {case["name"] for case in cases} == {
        f"{alert['alert']} {how}" for alert in alerts() for how in ("fires", "stays quiet")
    }

"""Shows a performance on a terminal, step by step, in Chinese with English beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from wushe.demo.transcript import Plan, Report, Step, Times, Transcript

_INDENT: Final = (0, 0, 0, 4)


class Narrator:
    """Prints each step when it is finished, and the outcome at the end."""

    def __init__(self, console: Console) -> None:
        self._console: Final = console

    def show(self, step: Step) -> None:
        """Print one step."""
        who = f"{step.who.zh} ({step.who.en})" if step.who.zh not in step.who.en else "provider"
        self._print(
            f"[bold cyan]{step.number:>2}[/] [bold]{escape(step.title.zh)}[/] "
            f"{escape(step.title.en)}  [dim]{escape(who)}, {_requests(step)}[/]"
        )
        for saying in step.told:
            self._print(Padding(escape(saying.zh), _INDENT))
            if saying.en != saying.zh:
                self._print(Padding(f"[dim]{escape(saying.en)}[/]", _INDENT))

    def conclude(self, transcript: Transcript) -> None:
        """Print what came of it."""
        if transcript.final_plan is not None:
            self._print(_plan_table(transcript.final_plan))
        if transcript.times is not None and transcript.report is not None:
            self._print(_report_table(transcript.times, transcript.report))
        held = sum(1 for expectation in transcript.expectations if expectation.held)
        if transcript.passed:
            self._print(
                f"[bold green]✓ 全部 {held} 项预期成立。[/] "
                f"All {held} expectations held. [dim]Figures and positions are illustrative.[/]"
            )
        else:
            self._print(f"[bold red]✗ 演示未通过。The demo failed:[/] {escape(_why(transcript))}")

    def _print(self, shown: str | Padding | Table) -> None:
        self._console.print(shown, highlight=False)


def _requests(step: Step) -> str:
    count = len(step.calls)
    return f"{count} request{'s' if count != 1 else ''}, {step.seconds:.2f} s"


def _why(transcript: Transcript) -> str:
    return transcript.failure or "unknown"


def _plan_table(plan: Plan) -> Table:
    table = Table(title="联动方案 Linkage plan", title_justify="left", box=None, pad_edge=False)
    for heading in ("需求项 line", "五社 society", "主体 party", "分 points", "状态 state"):
        table.add_column(heading)
    for line in plan.lines:
        origin = " (derived)" if line.derived else ""
        table.add_row(
            f"{line.label} {line.service}{origin}",
            line.society or "-",
            line.party or "-",
            str(line.value if line.value is not None else "-"),
            line.state or "-",
        )
    return table


def _report_table(times: Times, report: Report) -> Table:
    table = Table(title="报告 Report", title_justify="left", box=None, show_header=False)
    rows = (
        ("已满足需求 needs met", str(report.needs_met)),
        ("参与五社 societies", f"{len(report.societies)}: {', '.join(report.societies)}"),
        (
            "人/人次/场次 persons/person-times/sessions",
            f"{report.persons} / {report.person_times} / {report.sessions}",
        ),
        ("提交→提议 to proposal", f"{times.submission_to_proposal:.3f} s"),
        ("提交→首个接受 to first acceptance", f"{times.submission_to_first_acceptance:.3f} s"),
        ("提交→全部接受 to all accepted", f"{times.submission_to_all_accepted:.3f} s"),
        ("提交→全部完成 to fulfilment", f"{times.submission_to_fulfilment:.3f} s"),
        ("提交→结案 to closure", f"{times.submission_to_closure:.3f} s"),
        ("大连覆盖 coverage of Dalian", f"{report.coverage_covered} / {report.coverage_base}"),
    )
    for name, value in rows:
        table.add_row(name, value)
    return table

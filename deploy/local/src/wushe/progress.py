"""How a start is shown: live on a terminal, one line for each step elsewhere."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import Progress as RichProgress
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from typing_extensions import override


class Progress(Protocol):
    """Hears what is begun and what is done."""

    def begin(self, step: str) -> None:
        """A step begins."""
        ...

    def done(self, step: str) -> None:
        """The step is over, and went well."""
        ...

    def note(self, text: str) -> None:
        """Something happened that is not a step."""
        ...


class LineProgress(Progress):
    """One line for each finished step, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun: dict[str, float] = {}

    @override
    def begin(self, step: str) -> None:
        self._begun[step] = time.monotonic()

    @override
    def done(self, step: str) -> None:
        seconds = time.monotonic() - self._begun.pop(step, time.monotonic())
        self.note(f"{step} ({seconds:.1f} s)")

    @override
    def note(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


class LiveProgress(LineProgress):
    """A spinner for each step that is going on."""

    def __init__(self, console: Console, shown: RichProgress) -> None:
        super().__init__(console)
        self._shown = shown
        self._tasks: dict[str, TaskID] = {}

    @override
    def begin(self, step: str) -> None:
        self._tasks[step] = self._shown.add_task(step, total=None)

    @override
    def done(self, step: str) -> None:
        if (task := self._tasks.get(step)) is not None:
            self._shown.update(task, total=1, completed=1)


@contextmanager
def shown_progress(console: Console) -> Generator[Progress]:
    """Show progress as long as the block, in the way that suits the output."""
    if not console.is_terminal:
        yield LineProgress(console)
        return
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"))
    with RichProgress(*columns, TimeElapsedColumn(), console=console) as shown:
        yield LiveProgress(console, shown)

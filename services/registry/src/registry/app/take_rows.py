"""One pass over the rows of a file: to see what would become of them, or to write them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from common.clearance import cleared, of_scope
from common.errors import DomainError
from common.grants import Scope
from common.places import AreaRef
from registry.app.ports.imports import Attempts, Claimed, Imports, Prefetch
from registry.app.sheets import RowDiffers, RowIncomplete, RowNamesNothing, Sheet
from registry.domain.cells import Flaw, FlawCode, flaw_of
from registry.domain.errors.imports import RowsRefusedMeanwhile
from registry.domain.imports import Accept, Import, ImportState, Outcome
from registry.domain.rows import Parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from registry.app.sheets import Taken
    from registry.domain.rows import ParsedRow

BATCH: Final = 500
MOST_FLAWS_KEPT: Final = 5_000


@dataclass(slots=True)
class Progress:
    """How far the work is, for whoever watches."""

    rows: int = 0
    done: int = 0


class _Rehearsed(Exception):
    """Undoes what was done only to see whether it can be."""


class _Refused(Exception):
    """Undoes everything."""


@dataclass(kw_only=True)
class Taking:
    """The pass; ``found`` are the rows, and nothing is written beyond the scope."""

    work: Attempts
    imports: Imports
    prefetch: Prefetch
    claimed: Claimed
    sheet: Sheet
    scope: Scope
    found: Parsed
    progress: Progress
    _counts: Counter[Outcome] = field(default_factory=Counter[Outcome])
    _flaws: list[Flaw] = field(default_factory=list[Flaw])

    async def run(self) -> Import:
        """Do what the import waits for, and return it as it rests then."""
        wanted = self.claimed.of
        if wanted.state is ImportState.CHECKING:
            return await self._check()
        if wanted.accept is Accept.GOOD_ROWS:
            return await self._write_good_rows()
        return await self._write_all()

    async def _check(self) -> Import:
        await self._begin()
        for batch in self._batches():
            taken = await self._rehearse(batch)
            self._count(batch, taken)
            await self._tell_flaws()
        return await self._end(ImportState.CHECKED)

    async def _rehearse(self, batch: Sequence[ParsedRow]) -> Sequence[Taken]:
        taken: Sequence[Taken] = ()
        try:
            async with self.work.transaction():
                taken = await self._take(batch)
                raise _Rehearsed  # noqa: TRY301 - the way out that rolls back
        except _Rehearsed:
            return taken

    async def _write_good_rows(self) -> Import:
        written = self.claimed.of.done
        if written == 0:
            await self._begin()
        else:
            self._counts.update(self.claimed.of.counts)
        for batch in self._batches(after=written):
            async with self.work.transaction():
                self._count(batch, await self._take(batch))
                written += len(batch)
                await self._tell_flaws()
                await self.imports.progress(self.claimed, written, self._counts)
        return await self._end(ImportState.DONE)

    async def _write_all(self) -> Import:
        await self._begin()
        try:
            async with self.work.transaction():
                for batch in self._batches():
                    self._count(batch, await self._take(batch))
                    if self._counts[Outcome.REFUSED]:
                        raise _Refused  # noqa: TRY301 - the way out that rolls back
                return await self._end(ImportState.DONE)
        except _Refused:
            await self._tell_flaws()
            refused = self._counts[Outcome.REFUSED]
            return await self._settle(
                self.claimed.of.stop(RowsRefusedMeanwhile.code, flaws=refused)
            )

    async def _begin(self) -> None:
        if self.found.flawed:
            self._counts[Outcome.REFUSED] = self.found.flawed
        self.progress.done = self.found.flawed
        async with self.work.transaction():
            await self.imports.forget_flaws(self.claimed)
            await self.imports.note_flaws(self.claimed, self.found.flaws[:MOST_FLAWS_KEPT])

    def _batches(self, after: int = 0) -> Iterator[Sequence[ParsedRow]]:
        rows = self.found.rows
        return (rows[start : start + BATCH] for start in range(after, len(rows), BATCH))

    async def _take(self, batch: Sequence[ParsedRow]) -> Sequence[Taken]:
        await self.prefetch.learn(list(dict.fromkeys(_place(row) for row in batch)))
        with cleared(of_scope(self.scope)):
            return await self.sheet.take([row.values for row in batch], self.scope)

    def _count(self, batch: Sequence[ParsedRow], taken: Sequence[Taken]) -> None:
        for row, outcome in zip(batch, taken, strict=True):
            if isinstance(outcome, DomainError):
                self._counts[Outcome.REFUSED] += 1
                self._flaws += _flaws_of(row.number, outcome)
            else:
                self._counts[outcome] += 1
        self.progress.done += len(batch)

    async def _tell_flaws(self) -> None:
        flaws, self._flaws = self._flaws, []
        if flaws and self._counts[Outcome.REFUSED] <= MOST_FLAWS_KEPT:
            async with self.work.transaction():
                await self.imports.note_flaws(self.claimed, flaws)

    async def _end(self, state: ImportState) -> Import:
        flaws = self._counts[Outcome.REFUSED]
        return await self._settle(self.claimed.of.rest(state, self._counts, flaws))

    async def _settle(self, rested: Import) -> Import:
        async with self.work.transaction():
            await self.imports.settle(self.claimed, rested)
        return rested


def _place(row: ParsedRow) -> AreaRef:
    return AreaRef(row.values["scheme"], row.values["area"])


def _flaws_of(number: int, refusal: DomainError) -> Sequence[Flaw]:
    if isinstance(refusal, RowDiffers):
        return [flaw_of(FlawCode.DIFFERS, number, column) for column in refusal.columns]
    if isinstance(refusal, RowIncomplete):
        return [flaw_of(FlawCode.REQUIRED, number, column) for column in refusal.columns]
    if isinstance(refusal, RowNamesNothing):
        return [flaw_of(FlawCode.NOT_THERE, number, column) for column in refusal.columns]
    return [
        Flaw(
            row=number,
            column=None,
            code=refusal.code,
            zh=refusal.title_zh,
            en=refusal.title,
            facts=refusal.facts,
        )
    ]

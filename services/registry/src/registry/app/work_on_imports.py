"""Doing what imports wait for: checking files, and writing what was confirmed.

To be killed at any moment costs time and nothing else. A check writes nothing but its findings and
is begun again. All of a file is written in one transaction, together with the end of the import;
good rows are written batch by batch, each with how far the import has come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from common.errors import DomainError
from common.grants import OutsideYourScope, Scope
from registry.app.ports.areas import Areas
from registry.app.ports.imports import Attempts, Callers, Claimed, Imports, Names, Prefetch, Read
from registry.app.sheets import Sheet, Sheets
from registry.app.take_rows import Progress, Taking
from registry.domain.errors.imports import (
    FileTooLarge,
    FileUnreadable,
    ImportFailed,
    NoTableFound,
)
from registry.domain.imports import KEPT_DAYS
from registry.domain.mapping import SheetMapping, lines_of, proposed
from registry.domain.rows import AreaNames, are_needed, parsed

if TYPE_CHECKING:
    from collections.abc import Hashable

    from registry.app.sheets import Values
    from registry.domain.imports import Import


Pulse = Callable[[Claimed, Progress], AbstractAsyncContextManager[None]]
"""Tells of the progress, and keeps the claim, for as long as its block lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Works on imports, one at a time."""

    work: Attempts
    imports: Imports
    sheets: Sheets
    read: Read
    callers: Callers
    areas: Areas
    prefetch: Prefetch
    names: Names
    pulse: Pulse

    async def claim(self) -> Claimed | None:
        """Return the import that has waited longest, to be worked on; none when none waits."""
        with cleared(system("imports")):
            async with self.work.transaction():
                return await self.imports.claim()

    async def do(self, claimed: Claimed) -> Import:
        """Do what an import waits for, and return it as it rests then.

        Raises:
            ClaimLost: Somebody else has it now; what we had not finished was not written.
        """
        with cleared(system("imports")):
            try:
                return await self._do(claimed)
            except (FileUnreadable, FileTooLarge, NoTableFound) as refusal:
                return await self._settle(claimed, claimed.of.refuse(refusal.code))
            except DomainError as refusal:
                return await self._settle(claimed, claimed.of.stop(refusal.code))

    async def give_up(self, claimed: Claimed) -> Import:
        """Stop an import that could not be done for a reason that is ours."""
        with cleared(system("imports")):
            return await self._settle(claimed, claimed.of.stop(ImportFailed.code))

    async def forget_old(self) -> int:
        """Drop what was begun too long ago, with the files; return how many imports that were."""
        with cleared(system("imports")):
            return await self.imports.forget_old(days=KEPT_DAYS)

    async def _do(self, claimed: Claimed) -> Import:
        sheet = self.sheets.get(claimed.of.subject)
        scope = await self._scope(claimed.of, sheet)
        progress = Progress()
        async with self.pulse(claimed, progress):
            tabs = await asyncio.to_thread(self.read, await self._content(claimed), claimed.of.form)
            mapping = claimed.of.mapping or proposed(tabs, sheet.columns)
            if mapping is None:
                raise NoTableFound
            if claimed.of.mapping is None and not mapping.is_exact:
                return await self._settle(claimed, claimed.of.ask_for_mapping(mapping))
            lines = await asyncio.to_thread(lines_of, tabs, mapping)
            if lines is None:
                raise NoTableFound
            names = await self._names(claimed.of, mapping)
            found = await asyncio.to_thread(
                parsed,
                lines,
                sheet.columns,
                scheme=claimed.of.scheme,
                names=names,
                only_once=(_own_id, sheet.key, sheet.claim),
            )
            progress.rows = len(found.rows) + found.flawed
            taking = Taking(
                work=self.work,
                imports=self.imports,
                prefetch=self.prefetch,
                claimed=claimed,
                sheet=sheet,
                scope=scope,
                found=found,
                progress=progress,
            )
            return await taking.run()

    async def _scope(self, wanted: Import, sheet: Sheet) -> Scope:
        scope = sheet.write.scope_of(await self.callers.caller(wanted.authority))
        if wanted.area is None:
            if not scope.is_everywhere:
                raise OutsideYourScope(permission=sheet.write.name)
            return scope
        if not scope.covers(await self.areas.find(wanted.area)):
            raise OutsideYourScope(permission=sheet.write.name)
        # Not beyond what the import was said to be about.
        return Scope(sub=scope.sub, areas=frozenset({wanted.area}))

    async def _content(self, claimed: Claimed) -> bytes:
        async with self.work.transaction():
            return await self.imports.content(claimed.of.id)

    async def _names(self, wanted: Import, mapping: SheetMapping) -> AreaNames | None:
        if not are_needed({*mapping.columns, *mapping.constants}):
            return None
        within = wanted.area.code if wanted.area else None
        async with self.work.transaction():
            return AreaNames(await self.names.within(wanted.scheme, within))

    async def _settle(self, claimed: Claimed, rested: Import) -> Import:
        async with self.work.transaction():
            await self.imports.settle(claimed, rested)
        return rested


def _own_id(values: Values) -> Hashable | None:
    return values.get("id")

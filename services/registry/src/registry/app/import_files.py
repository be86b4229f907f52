"""What a caller does with an import: begin it, send its parts, confirm, have it written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from common.clock import Clock
from common.grants import Caller, OutsideYourScope, Scope
from common.places import AreaRef
from common.vocabulary import AreaScheme
from registry.app.permissions import MAKE_IMPORTS
from registry.app.places import area_within, is_within
from registry.app.ports.areas import Areas
from registry.app.ports.imports import Attempts, Imports, SavedMapping
from registry.app.sheets import Sheets
from registry.domain.errors.imports import (
    ImportNotFound,
    MappingNamesNoField,
    MappingNotFound,
    PartTooLarge,
)
from registry.domain.imports import (
    LARGEST_PART,
    RESTING,
    Accept,
    Authority,
    Form,
    Import,
    ImportId,
)
from registry.domain.mapping import SheetMapping

if TYPE_CHECKING:
    from common.grants import Permission
    from common.paging import Slice, Window
    from registry.app.sheets import Sheet
    from registry.domain.cells import Flaw

LOOK_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginImport:
    """Announce a file of so many parts, about one area or, for who may, about all."""

    id: UUID | None
    subject: str
    form: Form
    scheme: AreaScheme
    area: AreaRef | None
    parts: int
    mapping_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapImport:
    """Confirm how a file is to be read; with ``save_as`` the area keeps that for the next one."""

    import_id: ImportId
    mapping: SheetMapping
    save_as: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportingFiles:
    """The abilities of callers; what lies outside their scope does not exist for them."""

    work: Attempts
    imports: Imports
    sheets: Sheets
    areas: Areas
    clock: Clock
    new_id: Callable[[], UUID]

    async def begin(self, command: BeginImport, scope: Scope, caller: Caller) -> Import:
        """Announce a file.

        Raises:
            UnknownSubject: Nothing of this name can be imported.
            UnknownArea: No list in force has the area.
            OutsideYourScope: The caller's grants do not reach it.
            MappingNotFound: There is no such mapping, or none for this caller.
        """
        sheet = self.sheets.get(command.subject)
        async with self.work.transaction():
            await self._refuse_foreign(command.area, scope, MAKE_IMPORTS)
            await self._refuse_foreign(command.area, sheet.write.scope_of(caller), sheet.write)
            mapping = None
            if command.mapping_id is not None:
                mapping = (await self._mapping(command.mapping_id, sheet, scope)).mapping
            new = Import(
                id=ImportId(command.id or self.new_id()),
                subject=sheet.code,
                form=command.form,
                scheme=command.scheme,
                area=command.area,
                parts=command.parts,
                authority=_authority(caller),
                mapping=mapping,
                created_at=self.clock.now(),
            )
            await self.imports.add(new)
        return new

    async def receive(
        self, import_id: ImportId, number: int, content: bytes, scope: Scope
    ) -> Import:
        """Take a part of the file; with the last one its check begins.

        Raises:
            ImportNotFound: There is none, or none for this caller.
            PartTooLarge: It is empty, or more than a mebibyte.
            NoSuchPart: The import was announced with fewer parts.
            ImportAlreadyComplete: All parts were there.
        """
        async with self.work.transaction():
            wanted = await self.find(import_id, scope, lock=True)
            if not 0 < len(content) <= LARGEST_PART:
                raise PartTooLarge(most=LARGEST_PART)
            # Before the part is stored: what is being looked at must not change.
            wanted.receive(number, present=0)
            present = await self.imports.put_part(import_id, number, content)
            changed = wanted.receive(number, present)
            await self.imports.save(changed)
        return changed

    async def map(self, command: MapImport, scope: Scope, caller: Caller) -> Import:
        """Confirm how the file is to be read, and have it checked anew.

        Raises:
            ImportNotFound: There is none, or none for this caller.
            MappingNamesNoField: It names fields that the subject does not have.
            ImportNotToBeMapped: It does not wait for that.
        """
        async with self.work.transaction():
            wanted = await self.find(command.import_id, scope, lock=True)
            _refuse_unknown_fields(command.mapping, self.sheets.get(wanted.subject))
            changed = wanted.map(command.mapping, _authority(caller))
            await self.imports.save(changed)
            if command.save_as is not None:
                saved = SavedMapping(
                    id=self.new_id(),
                    subject=wanted.subject,
                    scheme=wanted.scheme,
                    area=wanted.area,
                    name=command.save_as,
                    mapping=command.mapping,
                )
                await self.imports.keep(saved)
        return changed

    async def commit(
        self, import_id: ImportId, accept: Accept, scope: Scope, caller: Caller
    ) -> Import:
        """Have the file written: all of it, or its good rows.

        Raises:
            ImportNotFound: There is none, or none for this caller.
            ImportNotChecked: It was not checked, or was written before.
            ImportHasFlaws: All of it is wanted, and not all rows are good.
        """
        async with self.work.transaction():
            wanted = await self.find(import_id, scope, lock=True)
            changed = wanted.commit(accept, _authority(caller))
            await self.imports.save(changed)
        return changed

    async def find(self, import_id: ImportId, scope: Scope, *, lock: bool = False) -> Import:
        """Return an import.

        Raises:
            ImportNotFound: There is none, or none for this caller.
        """
        async with self.work.transaction():
            found = await self.imports.find(import_id, lock=lock)
            if found is None or not await self._is_within(scope, found.area):
                raise ImportNotFound(import_id=import_id)
            return found

    async def list(self, scope: Scope, window: Window) -> Slice[Import]:
        """Return the imports within the scope, the oldest first."""
        async with self.work.transaction():
            return await self.imports.page(scope, window)

    async def flaws(self, import_id: ImportId, scope: Scope, window: Window) -> Slice[Flaw]:
        """Return what is wrong with the rows of an import.

        Raises:
            ImportNotFound: There is none, or none for this caller.
        """
        async with self.work.transaction():
            await self.find(import_id, scope)
            return await self.imports.flaws(import_id, window)

    async def mappings(
        self, subject: str | None, scope: Scope, window: Window
    ) -> Slice[SavedMapping]:
        """Return the mappings that areas within the scope keep."""
        async with self.work.transaction():
            return await self.imports.mappings(subject, scope, window)

    async def watch(
        self, import_id: ImportId, scope: Scope, after: int | None
    ) -> AsyncGenerator[Import]:
        """Yield an import whenever it has changed, until it rests."""
        seen = after
        while True:
            found = await self.find(import_id, scope)
            if seen is None or found.revision > seen:
                seen = found.revision
                yield found
            if found.state in RESTING:
                return
            await asyncio.sleep(LOOK_SECONDS)

    async def _mapping(self, mapping_id: UUID, sheet: Sheet, scope: Scope) -> SavedMapping:
        saved = await self.imports.mapping(mapping_id)
        if (
            saved is None
            or saved.subject != sheet.code
            or not await self._is_within(scope, saved.area)
        ):
            raise MappingNotFound(mapping_id=mapping_id)
        return saved

    async def _is_within(self, scope: Scope, area: AreaRef | None) -> bool:
        if area is None:
            return scope.is_everywhere
        return await is_within(scope, area, areas=self.areas)

    async def _refuse_foreign(
        self, area: AreaRef | None, scope: Scope, permission: Permission
    ) -> None:
        if area is not None:
            await area_within(scope, area, areas=self.areas, permission=permission)
        elif not scope.is_everywhere:
            raise OutsideYourScope(permission=permission.name)


def _authority(caller: Caller) -> Authority:
    return Authority(sub=caller.sub, grants=caller.grants)


def _refuse_unknown_fields(mapping: SheetMapping, sheet: Sheet) -> None:
    named: Sequence[str] = (
        *mapping.columns,
        *mapping.values,
        *mapping.constants,
        *mapping.filled_down,
    )
    known = {column.code for column in sheet.columns}
    if not mapping.columns or (set(named) - known):
        raise MappingNamesNoField(fields=tuple(sorted(known)))

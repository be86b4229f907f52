"""What is done with every dated record: enter it once, find it, change it as it was seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar
from uuid import UUID

from common.errors import Conflict, NotFound
from registry.app.creations import Made, create_each
from registry.app.places import is_within
from registry.app.ports.records import Record
from registry.app.versions import refuse_stale

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from common.change import Change
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.app.ports.areas import Areas
    from registry.app.ports.records import Records
    from registry.app.ports.work import UnitOfWork

R = TypeVar("R", bound=Record)
F = TypeVar("F")
W = TypeVar("W")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals(Generic[R]):
    """How a kind of record says that there is none, and that its id is another's."""

    missing: Callable[[UUID], NotFound]
    taken: Callable[[R], Conflict]


class RecordKeeping(Generic[R, F, W]):
    """The records of one kind, for callers who may see what lies within their scope."""

    def __init__(
        self,
        records: Records[R, F, W],
        refusals: Refusals[R],
        *,
        unit_of_work: UnitOfWork,
        areas: Areas,
    ) -> None:
        self._records: Final = records
        self._refusals: Final = refusals
        self._unit_of_work: Final = unit_of_work
        self._areas: Final = areas

    async def enter(self, propose: Callable[[], Awaitable[Change[R, F]]]) -> Made[R]:
        """Store what was proposed; a repetition under the same id finds it made before.

        Raises:
            DomainError: The proposal was refused, or something that exists stands against it.
        """
        async with self._unit_of_work.transaction():
            proposed = await propose()
            (outcome,) = await create_each(
                [proposed], shelf=self._records, differs=self._refusals.taken
            )
        if isinstance(outcome, Made):
            return outcome
        raise outcome

    async def find(self, record_id: UUID, scope: Scope) -> R:
        """Return a record.

        Raises:
            NotFound: There is none, or none for this caller.
        """
        async with self._unit_of_work.transaction():
            found = (await self._records.find_many([record_id])).get(record_id)
            if found is not None and await is_within(
                scope, found.area, areas=self._areas, org=found.org
            ):
                return found
        raise self._refusals.missing(record_id)

    async def find_held(self, record_id: UUID, scope: Scope) -> R:
        """Return a record that nobody changes before the open transaction ends.

        Raises:
            NotFound: There is none, or none for this caller.
        """
        await self._records.hold(record_id)
        return await self.find(record_id, scope)

    async def change_held(
        self,
        record_id: UUID,
        scope: Scope,
        decide: Callable[[R], Awaitable[Change[R, F]]],
        *,
        seen: int | None,
    ) -> R:
        """Decide on a record to which nobody adds anything meanwhile."""
        async with self._unit_of_work.transaction():
            await self._records.hold(record_id)
            return await self.change(record_id, scope, decide, seen=seen)

    async def change(
        self,
        record_id: UUID,
        scope: Scope,
        decide: Callable[[R], Awaitable[Change[R, F]]],
        *,
        seen: int | None,
    ) -> R:
        """Decide on a record as the caller has seen it, and store what follows."""
        async with self._unit_of_work.transaction():
            record = await self.find(record_id, scope)
            refuse_stale(record, seen)
            change = await decide(record)
            await self._records.save(change)
        return change.state

    async def list(self, wanted: W, scope: Scope, window: Window) -> Slice[R]:
        """Return the records that the caller may see, in the order of their ids."""
        async with self._unit_of_work.transaction():
            return await self._records.page(wanted, scope, window)

"""Taking in documents that change areas: what became of them, and who runs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from common.vocabulary import AreaScheme
from registry.app.ports.work import UnitOfWork
from registry.app.publish_areas import PublishingAreas
from registry.domain.administration import Administration
from registry.domain.area_list import Edition
from registry.domain.area_tree import AreaChange, AreaTree
from registry.domain.days import refuse_future
from registry.domain.errors.areas import NoListInForce

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from registry.app.ports.areas import AreaList
    from registry.domain.area_list import AreaUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendAreas:
    """Change areas as documents say, day by day and within a day in the order of the lines."""

    scheme: AreaScheme
    changes: Sequence[AreaChange]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministerAreas:
    """Say who runs what lies elsewhere, or until when somebody did."""

    scheme: AreaScheme
    administrations: Sequence[Administration]


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendingAreas:
    """What amendments need. All of a command is done, or nothing."""

    unit_of_work: UnitOfWork
    publishing: PublishingAreas
    new_id: Callable[[], UUID]

    async def amend(self, command: AmendAreas) -> AreaList:
        """Publish what areas are after some changes.

        Raises:
            NoListInForce: There is nothing to change yet.
            DayInTheFuture: A change has not come; what is to be is entered when it is.
            AreaChangesOutOfOrder: Something of a later day is known already.
            UnknownArea, AreaCodeTaken, AreaCycle, AreaLevelsOutOfOrder, AreaHasParts: As
                ``AreaTree.amend`` says.
        """
        scheme = command.scheme
        async with self.unit_of_work.transaction():
            await self.publishing.lists.lock()
            published = await self._current(scheme)
            days = groupby(
                sorted(command.changes, key=lambda change: change.effective_on),
                key=lambda change: change.effective_on,
            )
            for day, changes in days:
                refuse_future(day, at=self.publishing.clock.now())
                await self.publishing.refuse_disorder(scheme, day)
                published = await self._amend(published, day, list(changes))
            return published

    async def administer(self, command: AdministerAreas) -> AreaList:
        """Publish what lies within what after others run it.

        Raises:
            NoListInForce: There is nothing to administer yet.
            DayInTheFuture: A day has not come; what is to be is entered when it is.
            AdministrationDaysOutOfOrder: Somebody would cease to run an area before they began.
            UnknownArea: The list in force does not have an area, or that which is to run it.
            AreaCycle: An area would be run by itself, or by a part of it.
            AreaLevelsOutOfOrder: It would be run by one that is not above it.
        """
        scheme, publishing = command.scheme, self.publishing
        async with self.unit_of_work.transaction():
            await publishing.lists.lock()
            current = await self._current(scheme)
            units = await publishing.records.units(scheme)
            tree = AreaTree.of(scheme, units)
            for each in command.administrations:
                each.refuse_nonsense(at=publishing.clock.now())
                tree.refuse_unknown(each.area.code)
            await publishing.administrations.note(command.administrations)
            latest = await publishing.records.latest(scheme)
            days = [each.until_on or each.since_on for each in command.administrations]
            # What has been published for a day is not taken back.
            on = max([*days, *([latest] if latest is not None else [])])
            return await self._publish(current, tree.units, on=on)

    async def _amend(self, current: AreaList, day: date, changes: Sequence[AreaChange]) -> AreaList:
        scheme, publishing = current.scheme, self.publishing
        gone = await publishing.records.retired(scheme)
        units = await publishing.records.units(scheme)
        tree = AreaTree.of(scheme, units, (record.area.ref.code for record in gone))
        known = await publishing.successions.of_scheme(scheme)
        turn = max((each.turn for each in known if each.effective_on == day), default=0)
        for change in changes:
            turn += 1
            tree, successions = tree.amend(change, turn=turn)
            await publishing.successions.add(successions)
        return await self._publish(current, tree.units, on=day)

    async def _publish(
        self, current: AreaList, units: Mapping[str, AreaUnit], *, on: date
    ) -> AreaList:
        edition = Edition(scheme=current.scheme, day=current.edition)
        areas = await self.publishing.listed(edition, units.values())
        return await self.publishing.publish(edition, areas, list_id=self.new_id(), on=on)

    async def _current(self, scheme: AreaScheme) -> AreaList:
        current = await self.publishing.lists.in_force(scheme)
        if current is None:
            raise NoListInForce(scheme=scheme)
        return current

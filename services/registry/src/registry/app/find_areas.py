"""Looking at areas and the lists that they come from; both are public knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from common.clock import CHINA
from common.places import AreaRef
from registry.domain.coverage_base import CoverageBase, Rule
from registry.domain.errors.areas import AreaListNotFound, AreaNotFound, AreasNotKnownThen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from common.clock import Clock
    from common.paging import Slice, Window
    from common.vocabulary import AreaScheme
    from registry.app.ports.areas import (
        Administrations,
        AreaFilter,
        AreaList,
        AreaLists,
        AreaRecords,
        RecordedArea,
    )
    from registry.app.ports.work import UnitOfWork
    from registry.domain.administration import Administration


@dataclass(frozen=True, slots=True, kw_only=True)
class FindCoverageBase:
    """Count the townships of an area, as they were on a day or as they are."""

    area: AreaRef
    rule: Rule
    as_of: date | None = None


async def find_area(
    ref: AreaRef,
    as_of: date | None = None,
    *,
    unit_of_work: UnitOfWork,
    records: AreaRecords,
) -> RecordedArea:
    """Return an area as it was on a day, or as it is.

    Raises:
        AreaNotFound: There was no such code then.
        AreasNotKnownThen: The first list is of a later day.
    """
    async with unit_of_work.transaction():
        await _refuse_unknown_past(ref.scheme, as_of, records)
        return await _found(ref, as_of, records)


async def list_ancestors(
    ref: AreaRef,
    as_of: date | None = None,
    *,
    unit_of_work: UnitOfWork,
    records: AreaRecords,
) -> Sequence[RecordedArea]:
    """Return what an area lies in, as administered: from the province to the area itself.

    Raises:
        AreaNotFound: There was no such code then.
        AreasNotKnownThen: The first list is of a later day.
    """
    async with unit_of_work.transaction():
        found = await find_area(ref, as_of, unit_of_work=unit_of_work, records=records)
        above = await records.many(ref.scheme, found.area.ancestors, as_of)
    return [above[code] for code in found.area.ancestors]


async def list_areas(
    wanted: AreaFilter, window: Window, *, unit_of_work: UnitOfWork, records: AreaRecords
) -> Slice[RecordedArea]:
    """Return areas as they were on a day, or as they are, in the order of their codes.

    Raises:
        AreasNotKnownThen: The first list is of a later day.
    """
    async with unit_of_work.transaction():
        await _refuse_unknown_past(wanted.scheme, wanted.as_of, records)
        return await records.areas(wanted, window)


async def find_coverage_base(
    asked: FindCoverageBase, *, unit_of_work: UnitOfWork, records: AreaRecords, clock: Clock
) -> CoverageBase:
    """Return how many townships an area has by a rule, and what was counted.

    Raises:
        AreaNotFound: There was no such code then.
        AreasNotKnownThen: The first list is of a later day.
    """
    async with unit_of_work.transaction():
        await _refuse_unknown_past(asked.area.scheme, asked.as_of, records)
        found = await _found(asked.area, asked.as_of, records)
        edition = await records.edition(asked.area.scheme, asked.as_of)
        tally = await records.tally(asked.area, asked.as_of)
    assert edition is not None, "what was found is of a list"
    return CoverageBase(
        area=found.area,
        as_of=asked.as_of or clock.now().astimezone(CHINA).date(),
        edition=edition,
        rule=asked.rule,
        tally=tally,
    )


async def find_area_list(list_id: UUID, *, unit_of_work: UnitOfWork, lists: AreaLists) -> AreaList:
    """Return a list that was published, in force or not.

    Raises:
        AreaListNotFound: It never was.
    """
    async with unit_of_work.transaction():
        found = await lists.find(list_id)
    if found is None:
        raise AreaListNotFound(list_id=list_id)
    return found


async def list_area_lists(
    window: Window, *, unit_of_work: UnitOfWork, lists: AreaLists
) -> Slice[AreaList]:
    """Return all lists that were ever published, in the order of their ids."""
    async with unit_of_work.transaction():
        return await lists.page(window)


async def _found(ref: AreaRef, as_of: date | None, records: AreaRecords) -> RecordedArea:
    found = await records.area(ref, as_of)
    if found is None:
        raise AreaNotFound(scheme=ref.scheme, area=ref.code)
    return found


async def _refuse_unknown_past(
    scheme: AreaScheme, as_of: date | None, records: AreaRecords
) -> None:
    if as_of is None:
        return
    earliest = await records.earliest(scheme)
    if earliest is not None and as_of < earliest:
        raise AreasNotKnownThen(scheme=scheme, as_of=as_of, earliest=earliest)


async def list_administrations(
    scheme: AreaScheme, *, unit_of_work: UnitOfWork, administrations: Administrations
) -> Sequence[Administration]:
    """Return who runs, or once ran, what lies elsewhere."""
    async with unit_of_work.transaction():
        return await administrations.of_scheme(scheme)

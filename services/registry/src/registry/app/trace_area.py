"""What a code of one day is on another day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from common.clock import CHINA
from common.places import AreaRef
from registry.domain.area_history import Traced, trace
from registry.domain.errors.areas import AreaNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.clock import Clock
    from common.vocabulary import AreaScheme
    from registry.app.ports.areas import AreaRecords, Successions
    from registry.app.ports.work import UnitOfWork
    from registry.domain.area_history import Succession

LONG_AGO: Final = date(1949, 10, 1)
"""Before everything that any list tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceArea:
    """Find what a code of a day is on another one; today, if that is not said.

    Without ``as_of`` it is taken for what it was before anything that is known happened to it.
    """

    area: AreaRef
    as_of: date | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedArea:
    """What a code is on another day, by code and name, and what happened on the way."""

    area: AreaRef
    as_of: date | None
    on: date
    names: Mapping[str, str]
    traced: Traced


async def trace_area(
    asked: TraceArea,
    *,
    unit_of_work: UnitOfWork,
    records: AreaRecords,
    successions: Successions,
    clock: Clock,
) -> TracedArea:
    """Return what a code is on another day.

    Raises:
        AreaNotFound: No list has it, and no document that we know names it.
    """
    ref = asked.area
    today = clock.now().astimezone(CHINA).date()
    on = asked.on or today
    async with unit_of_work.transaction():
        known = await successions.of_scheme(ref.scheme)
        traced = trace([ref.code], known, since=asked.as_of or LONG_AGO, until=on)
        found = await records.many(ref.scheme, {ref.code, *traced.codes}, None)
    is_named = any(ref.code in {each.old, each.new} for each in known)
    if not (is_named or ref.code in found):
        raise AreaNotFound(scheme=ref.scheme, area=ref.code)
    now = {code: record.area.name for code, record in found.items()}
    told = _names(known, on)
    names = {**now, **told, **now} if on >= today else {**now, **told}
    return TracedArea(
        area=ref,
        as_of=asked.as_of,
        on=on,
        names={code: names.get(code, "") for code in traced.codes},
        traced=traced,
    )


async def list_successions(
    scheme: AreaScheme, *, unit_of_work: UnitOfWork, successions: Successions
) -> Sequence[Succession]:
    """Return everything that is known to have become of codes."""
    async with unit_of_work.transaction():
        return await successions.of_scheme(scheme)


def _names(known: Sequence[Succession], on: date) -> dict[str, str]:
    """Return what codes were called on a day, as far as documents say."""
    names: dict[str, str] = {}
    for each in sorted(known, key=lambda each: (each.effective_on, each.turn), reverse=True):
        # Going back from the last, what a code was called before a change replaces what it became.
        if each.effective_on > on and each.old is not None and each.old_name is not None:
            names[each.old] = each.old_name
    for each in known:
        if each.effective_on <= on and each.new is not None and each.new_name is not None:
            names[each.new] = each.new_name
    return names

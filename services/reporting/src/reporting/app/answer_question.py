"""Answer questions about an area at an instant."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from common.grants import OutsideYourScope
from common.paging import Slice, Window, cut
from common.places import Area, AreaRef
from reporting.app.permissions import READ_FIGURES
from reporting.app.ports import Edition
from reporting.domain.coverage import Coverage, coverage
from reporting.domain.indicators import Indicator, indicators
from reporting.domain.linkage import Linkage, linkage
from reporting.domain.moments import as_of, day_of
from reporting.domain.timeline import Timeline, timeline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from common.clock import Clock
    from common.grants import Scope
    from reporting.app.ports import Areas, Reports, Store
    from reporting.domain.indicators import IndicatorCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which area, and as of when: an instant, a day, or now."""

    area: AreaRef
    as_of: datetime | date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that may be answered, with the instant it comes down to."""

    area: Area
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageAnswer:
    """The coverage of an area, and the list of areas that it was counted against."""

    asked: Asked
    coverage: Coverage
    edition: Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageAnswer:
    """The linkage report of an area."""

    asked: Asked
    linkage: Linkage


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorsAnswer:
    """Every indicator of an area."""

    asked: Asked
    indicators: tuple[Indicator, ...]
    edition: Edition

    def evidence_of(self, code: IndicatorCode, window: Window) -> Slice[UUID]:
        """Return a window on the events behind the numerator of an indicator, by id."""
        indicator = next(each for each in self.indicators if each.code is code)
        events = sorted(set(indicator.evidence))
        start = 0 if window.after is None else bisect_right(events, window.after[0])
        return cut(events[start : start + window.probe], window, lambda event: (event,))


async def show_coverage(
    question: Question, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> CoverageAnswer:
    """Tell which townships of an area had a station."""
    asked = await _admitted(question, within, areas, clock)
    async with store.snapshot() as reports:
        return CoverageAnswer(
            asked=asked,
            coverage=await _coverage(asked, reports),
            edition=await reports.facts.edition_of(asked.area.ref),
        )


async def show_linkage(
    question: Question, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> LinkageAnswer:
    """Tell how the needs of an area fared."""
    asked = await _admitted(question, within, areas, clock)
    async with store.snapshot() as reports:
        stories = await _stories(asked, reports)
    return LinkageAnswer(asked=asked, linkage=linkage(stories))


async def show_indicators(
    question: Question, within: Scope, *, store: Store, areas: Areas, clock: Clock
) -> IndicatorsAnswer:
    """Tell every indicator of an area, each with the events behind it."""
    asked = await _admitted(question, within, areas, clock)
    async with store.snapshot() as reports:
        cover = await _coverage(asked, reports)
        stories = await _stories(asked, reports)
        edition = await reports.facts.edition_of(asked.area.ref)
    return IndicatorsAnswer(asked=asked, indicators=indicators(cover, stories), edition=edition)


async def _admitted(question: Question, within: Scope, areas: Areas, clock: Clock) -> Asked:
    """Return the question if the caller may ask it.

    Raises:
        UnknownArea: The list in force has no such code.
        OutsideYourScope: The area is real, and somebody else's.
        AsOfInTheFuture: Nobody knows yet.
    """
    area = await areas.find(question.area)
    if not within.covers(area):
        raise OutsideYourScope(permission=READ_FIGURES.name)
    return Asked(area=area, as_of=as_of(question.as_of, now=clock.now()))


async def _stories(asked: Asked, reports: Reports) -> Sequence[Timeline]:
    needs = reports.facts.needs_of(asked.area.ref, by=asked.as_of)
    return [timeline(need, as_of=asked.as_of) async for need in needs]


async def _coverage(asked: Asked, reports: Reports) -> Coverage:
    townships = await reports.facts.townships_of(asked.area.ref)
    stations = await reports.facts.stations_of(asked.area.ref)
    return coverage(townships, stations, on=day_of(asked.as_of))

"""A need as matching sees it: lines that wait for offers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import uuid5

from common.vocabulary import Beneficiary, Labelled, LineKind, ServiceCode, Unit, Weekday
from matching.domain.errors import LineNotKnown, NeedHasEnded
from matching.domain.identity import LineId, NeedId
from matching.domain.site import Site
from matching.domain.window import ANY_TIME, Window

CARRIER: Final = "carrier"


class LineOrigin(Labelled):
    """Whether somebody asked for a line, or the plan found that it must come with another."""

    ASKED = "asked", "提出", "Asked for"
    DERIVED = "derived", "派生", "Derived"


class NeedState(Labelled):
    """Whether a need still waits."""

    OPEN = "open", "进行中", "Open"
    ENDED = "ended", "已结束", "Ended"


class SearchArea(Labelled):
    """How far around a home offers are looked for; it widens as the need waits in vain."""

    TOWNSHIP = "township", "本乡镇（街道）", "Its township"
    COUNTY = "county", "本县（区）", "Its county"
    PREFECTURE = "prefecture", "本市（州）", "Its prefecture"

    @property
    def next(self) -> SearchArea | None:
        """The wider one, if there is any."""
        stages = list(SearchArea)
        place = stages.index(self) + 1
        return stages[place] if place < len(stages) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One kind of thing that is asked for, in a unit and a quantity.

    An approval lasts: whoever is proposed for an approved line is asked at once.
    """

    id: LineId
    kind: LineKind
    service: ServiceCode
    quantity: int
    unit: Unit
    weekdays: frozenset[Weekday] = frozenset()
    within_metres: int | None = None
    needs_vetting: bool = False
    all_or_nothing: bool = False
    """The lines of a need that say so are filled together, or not at all."""
    window: Window = ANY_TIME
    derived_from: LineId | None = None
    approved_at: datetime | None = None
    urgent_since: datetime | None = None
    """When somebody's yes for it came to nothing."""

    @property
    def origin(self) -> LineOrigin:
        """Whether somebody asked for it."""
        return LineOrigin.ASKED if self.derived_from is None else LineOrigin.DERIVED

    def is_too_late(self, *, at: datetime) -> bool:
        """Tell whether its time is over, or has none of its days left."""
        left = self.window.weekdays(at=at)
        return not (left & self.weekdays if self.weekdays else left)

    @property
    def is_approved(self) -> bool:
        """Whether a worker agreed that parties be asked."""
        return self.approved_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a person, a household, a group or a public place lacks.

    Its words belong to cases and change only as cases tells. That, and a worker's decisions
    about it, raise its ``revision``, so that a plan made before is not written after.
    """

    id: NeedId
    site: Site
    beneficiary: Beneficiary
    persons: int
    urgency: int
    submitted_at: datetime
    lines: tuple[Line, ...]
    state: NeedState = NeedState.OPEN
    revision: int = 1
    search_area: SearchArea = SearchArea.TOWNSHIP

    def approve(self, line_ids: frozenset[LineId] | None, *, at: datetime) -> Need:
        """Agree that the parties proposed for these lines, by default for all, be asked.

        Raises:
            NeedHasEnded: Nothing more may be matched to it.
            LineNotKnown: The need has no such line.
        """
        self.refuse_if_ended()
        wanted = frozenset(line.id for line in self.lines) if line_ids is None else line_ids
        self._refuse_unknown(wanted)
        lines = tuple(
            replace(line, approved_at=line.approved_at or at) if line.id in wanted else line
            for line in self.lines
        )
        return replace(self, lines=lines, revision=self.revision + 1)

    def revised(self) -> Need:
        """Return the need after a decision that a plan must not overlook.

        Raises:
            NeedHasEnded: Nothing more may be matched to it.
        """
        self.refuse_if_ended()
        return replace(self, revision=self.revision + 1)

    def reopened(self, line_id: LineId, *, at: datetime) -> Need:
        """Return the need after a yes came to nothing: its line is urgent, and stays approved.

        Raises:
            NeedHasEnded: Nothing more may be matched to it.
            LineNotKnown: The need has no such line.
        """
        self.refuse_if_ended()
        self._refuse_unknown(frozenset({line_id}))
        lines = tuple(
            replace(line, approved_at=line.approved_at or at, urgent_since=at)
            if line.id == line_id
            else line
            for line in self.lines
        )
        return replace(self, lines=lines, revision=self.revision + 1)

    def changed(self, site: Site, lines: tuple[Line, ...]) -> Need:
        """Return the need with the time and place that cases now tells of; itself if it knew them.

        What workers decided about its lines stays. In another area the search begins anew.
        """
        told = {line.id: line for line in with_carriers(lines)}
        known = tuple(_told_again(line, told.get(line.id, line)) for line in self.lines)
        if (site, known) == (self.site, self.lines):
            return self
        is_elsewhere = site.area != self.site.area
        return replace(
            self,
            site=site,
            lines=known,
            search_area=SearchArea.TOWNSHIP if is_elsewhere else self.search_area,
            revision=self.revision + 1,
        )

    def widened(self) -> Need:
        """Return the need when offers are looked for farther away; at the widest, as it is."""
        wider = self.search_area.next
        if wider is None:
            return self
        return replace(self, search_area=wider, revision=self.revision + 1)

    def ended(self) -> Need:
        """Return the need when nothing more may be matched to it."""
        return replace(self, state=NeedState.ENDED, revision=self.revision + 1)

    def refuse_if_ended(self) -> None:
        """Let decisions be made only while the need waits.

        Raises:
            NeedHasEnded: It waits no longer.
        """
        if self.state is NeedState.ENDED:
            raise NeedHasEnded(need_id=self.id)

    def _refuse_unknown(self, wanted: frozenset[LineId]) -> None:
        unknown = wanted - {line.id for line in self.lines}
        if unknown:
            raise LineNotKnown(line_id=min(unknown))


def _told_again(line: Line, told: Line) -> Line:
    return replace(told, approved_at=line.approved_at, urgent_since=line.urgent_since)


def with_carriers(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Add to each line that asks for a venue the line of whoever runs it.

    A room that stands open to people needs somebody who answers for it; communities lend rooms,
    social organisations run them. Its id follows from the venue's, so that it is derived once.
    """
    carriers = (_carrier(line) for line in lines if line.kind is LineKind.VENUE)
    return (*lines, *carriers)


def _carrier(venue: Line) -> Line:
    return Line(
        id=LineId(uuid5(venue.id, CARRIER)),
        kind=LineKind.CAPACITY,
        service=ServiceCode.VENUE_OPERATION,
        quantity=1,
        unit=Unit.ROOM,
        weekdays=venue.weekdays,
        needs_vetting=venue.needs_vetting,
        all_or_nothing=venue.all_or_nothing,
        window=venue.window,
        derived_from=venue.id,
    )

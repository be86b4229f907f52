"""Indicators: figures with a numerator, a denominator, a definition and the events behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from common.vocabulary import Labelled, Unit
from reporting.domain.ratio import Ratio
from reporting.domain.timeline import NeedState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    from reporting.domain.coverage import Coverage
    from reporting.domain.facts import Moment
    from reporting.domain.timeline import Timeline


class IndicatorCode(Labelled):
    """What is counted."""

    STATION_COVERAGE = "station_coverage", "乡镇(街道)社工站覆盖率", "Township station coverage"
    NEEDS_PROPOSED = "needs_proposed", "需求联动方案提出率", "Needs with a linkage plan"
    NEEDS_MET = "needs_met", "需求满足率", "Needs met"
    FIVE_SOCIETY_NEEDS = "five_society_needs", "五社共同参与率", "Met needs with all five societies"
    LINES_FULFILLED = "lines_fulfilled", "需求项完成率", "Need lines fulfilled"
    ASKS_ACCEPTED = "asks_accepted", "征询接受率", "Answers that were yes"
    PERSONS_SERVED = "persons_served", "服务人数", "Persons served"
    PERSON_TIMES = "person_times", "服务人次", "Person-times of service"
    HOUSEHOLDS_SERVED = "households_served", "服务户数", "Households served"
    SESSIONS = "sessions", "服务场次", "Sessions of service"


@dataclass(frozen=True, slots=True)
class Definition:
    """What exactly is counted, and of what, in both languages."""

    zh: str
    en: str
    unit: Unit | None = None


DEFINITIONS: Mapping[IndicatorCode, Definition] = {
    IndicatorCode.STATION_COVERAGE: Definition(
        "有社工站在该日开放的正式乡镇(街道)数，除以现行区划名录中该区域正式乡镇(街道)总数。",
        "Formal townships with a township station open on the day, of all formal townships of the "
        "area in the list in force.",
    ),
    IndicatorCode.NEEDS_PROPOSED: Definition(
        "已提出联动方案的需求数，除以已提交需求总数。",
        "Needs for which a linkage plan was proposed, of all needs submitted.",
    ),
    IndicatorCode.NEEDS_MET: Definition(
        "以“已满足”结案的需求数，除以已提交且未撤回的需求总数。",
        "Needs closed as met, of all needs submitted and not withdrawn.",
    ),
    IndicatorCode.FIVE_SOCIETY_NEEDS: Definition(
        "五社均有有效对接的已满足需求数，除以已满足需求总数。",
        "Met needs in which each of the five societies has a standing match, of all needs met.",
    ),
    IndicatorCode.LINES_FULFILLED: Definition(
        "已完成的需求项数，除以未撤回需求的需求项总数；系统派生的承接项不计入。",
        "Lines delivered in full, of all lines of needs not withdrawn; derived lines are left out.",
    ),
    IndicatorCode.ASKS_ACCEPTED: Definition(
        "答复为接受的征询数，除以已答复(接受或谢绝)的征询总数。",
        "Asks that were accepted, of all asks that were accepted or declined.",
    ),
    IndicatorCode.PERSONS_SERVED: Definition(
        "每项需求取单次服务记录的最多人数，各需求相加；不与人次、户、场次相加。",
        "The persons of the largest service record of each need, added over needs; never added to "
        "person-times, households or sessions.",
        Unit.PERSON,
    ),
    IndicatorCode.PERSON_TIMES: Definition(
        "各服务记录的人次之和。", "The person-times of all service records.", Unit.PERSON_TIME
    ),
    IndicatorCode.HOUSEHOLDS_SERVED: Definition(
        "获得过服务的家庭类需求数；同一家庭有两项需求则计两次。",
        "Needs of households that were given a service; a household with two needs counts twice.",
        Unit.HOUSEHOLD,
    ),
    IndicatorCode.SESSIONS: Definition(
        "各服务记录的场次之和。", "The sessions of all service records.", Unit.SESSION
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A figure; the evidence is the events that its numerator comes from.

    A plain count has no denominator.
    """

    code: IndicatorCode
    numerator: int
    denominator: int | None
    evidence: tuple[UUID, ...]

    @property
    def rate(self) -> Decimal | None:
        """The share, if it is one of something."""
        return None if self.denominator is None else Ratio(self.numerator, self.denominator).rate


def indicators(cover: Coverage, stories: Sequence[Timeline]) -> tuple[Indicator, ...]:
    """Return every indicator of an area."""
    return (_station_coverage(cover), *_shares(stories), *_counts(stories))


def _station_coverage(cover: Coverage) -> Indicator:
    return Indicator(
        code=IndicatorCode.STATION_COVERAGE,
        numerator=cover.ratio.numerator,
        denominator=cover.ratio.denominator,
        evidence=cover.evidence,
    )


def _shares(stories: Sequence[Timeline]) -> Iterable[Indicator]:
    kept = [story for story in stories if story.state is not NeedState.WITHDRAWN]
    met = [story for story in kept if story.state is NeedState.MET]
    five = [story for story in met if story.is_met_by_all_five]
    lines = [line for story in kept for line in story.lines if line.line.derived_from is None]
    matches = [match for story in stories for match in story.facts.matches]
    answers = [match.accepted or match.declined for match in matches]
    yield _share(IndicatorCode.NEEDS_PROPOSED, [s.facts.proposed for s in stories], len(stories))
    yield _share(IndicatorCode.NEEDS_MET, [_closed(story) for story in met], len(kept))
    yield _share(IndicatorCode.FIVE_SOCIETY_NEEDS, [_closed(story) for story in five], len(met))
    yield _share(IndicatorCode.LINES_FULFILLED, [line.fulfilled for line in lines], len(lines))
    yield _share(
        IndicatorCode.ASKS_ACCEPTED,
        [match.accepted for match in matches],
        sum(answer is not None for answer in answers),
    )


def _share(code: IndicatorCode, moments: Sequence[Moment | None], base: int) -> Indicator:
    """Return a share whose numerator is the number of events behind it."""
    evidence = tuple(moment.event_id for moment in moments if moment is not None)
    return Indicator(code=code, numerator=len(evidence), denominator=base, evidence=evidence)


def _counts(stories: Sequence[Timeline]) -> Iterable[Indicator]:
    counted: Mapping[IndicatorCode, Callable[[Timeline], int]] = {
        IndicatorCode.PERSONS_SERVED: lambda story: story.measures.persons,
        IndicatorCode.PERSON_TIMES: lambda story: story.measures.person_times,
        IndicatorCode.HOUSEHOLDS_SERVED: lambda story: story.measures.households,
        IndicatorCode.SESSIONS: lambda story: story.measures.sessions,
    }
    for code, count in counted.items():
        records = (s.record for story in stories if count(story) for s in story.facts.services)
        yield Indicator(
            code=code,
            numerator=sum(map(count, stories)),
            denominator=None,
            evidence=tuple(record.event_id for record in records),
        )


def _closed(story: Timeline) -> Moment | None:
    return story.facts.closure.moment if story.facts.closure else None

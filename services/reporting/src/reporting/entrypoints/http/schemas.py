"""What figures look like to callers; each says what it is made of."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from pydantic import ConfigDict

from common.http.languages import Language
from common.http.schemas import View
from common.http.words import example, label
from common.vocabulary import AreaScheme, ServicePath, Society, Unit
from reporting.app.answer_question import (
    Asked,
    CoverageAnswer,
    IndicatorsAnswer,
    LinkageAnswer,
)
from reporting.app.ports import Edition
from reporting.domain.indicators import DEFINITIONS, Indicator, IndicatorCode
from reporting.domain.linkage import Leg, SocietyPart
from reporting.domain.measures import Measures
from reporting.domain.ratio import Median
from reporting.domain.timeline import NeedState

MOST_UNCOVERED = 1000


def definition(code: IndicatorCode, language: Language) -> str:
    """Return what exactly an indicator counts, in words."""
    defined = DEFINITIONS[code]
    return defined.zh if language is Language.ZH else defined.en


_HEAD = {
    "scheme": "nbs",
    "area": "2102",
    "area_name": "大连市",
    "as_of": "2026-11-21T15:59:59.999999Z",
}
_LIST = {"scheme": "nbs", "edition": "2023-06-30"}
_MEASURES = {"records": 4, "persons": 40, "person_times": 62, "households": 0, "sessions": 3}
_COVERAGE_RULE = DEFINITIONS[IndicatorCode.STATION_COVERAGE].zh


class HeadView(View):
    """Which area an answer is about, and as of when."""

    scheme: AreaScheme
    area: str
    area_name: str
    as_of: datetime


def head(asked: Asked) -> dict[str, Any]:
    """Return the members that every answer about an area has."""
    ref = asked.area.ref
    return {
        "scheme": ref.scheme,
        "area": ref.code,
        "area_name": asked.area.name,
        "as_of": asked.as_of,
    }


class EditionView(View):
    """The list of areas that a figure was counted against."""

    scheme: AreaScheme
    edition: date | None

    @classmethod
    def of(cls, edition: Edition) -> "EditionView":
        """Show an edition."""
        return cls(scheme=edition.scheme, edition=edition.edition)


class TownshipView(View):
    """A township of the list."""

    code: str
    name: str


class CoverageView(HeadView):
    """How many formal townships had an open station, of how many, by which list.

    At most 1,000 townships without a station are named; ``uncovered_omitted`` is how many more
    there are.
    """

    model_config: ClassVar[ConfigDict] = example(
        **_HEAD,
        covered=149,
        base=149,
        rate=1.0,
        rule=_COVERAGE_RULE,
        list=_LIST,
        uncovered=[],
        uncovered_omitted=0,
    )

    covered: int
    base: int
    rate: float | None
    rule: str
    list: EditionView
    uncovered: tuple[TownshipView, ...]
    uncovered_omitted: int

    @classmethod
    def of(cls, answer: CoverageAnswer, language: Language) -> "CoverageView":
        """Show a coverage."""
        cover = answer.coverage
        shown = cover.uncovered[:MOST_UNCOVERED]
        return cls(
            **head(answer.asked),
            covered=cover.ratio.numerator,
            base=cover.ratio.denominator,
            rate=_number(cover.ratio.rate),
            rule=definition(IndicatorCode.STATION_COVERAGE, language),
            list=EditionView.of(answer.edition),
            uncovered=tuple(TownshipView(code=t.code, name=t.name) for t in shown),
            uncovered_omitted=len(cover.uncovered) - len(shown),
        )


class MeasuresView(View):
    """Four different measures and the records behind them; they are never added together."""

    records: int
    persons: int
    person_times: int
    households: int
    sessions: int

    @classmethod
    def of(cls, measures: Measures) -> "MeasuresView":
        """Show measures."""
        return cls(
            records=measures.records,
            persons=measures.persons,
            person_times=measures.person_times,
            households=measures.households,
            sessions=measures.sessions,
        )


class MedianView(View):
    """A median in seconds, and how many needs it is the median of."""

    label: str
    seconds: float | None
    base: int

    @classmethod
    def of(cls, leg: Leg, median: Median, language: Language) -> "MedianView":
        """Show a median."""
        return cls(label=label(leg, language), seconds=median.seconds, base=median.base)


class SocietyPartView(View):
    """How one of the five societies takes part."""

    society: Society
    society_label: str
    met_needs: int
    matches: int

    @classmethod
    def of(cls, part: SocietyPart, language: Language) -> "SocietyPartView":
        """Show a part."""
        return cls(
            society=part.society,
            society_label=label(part.society, language),
            met_needs=part.met_needs,
            matches=part.matches,
        )


class MetView(View):
    """How many needs were met by so many of the five societies."""

    societies: int
    needs: int


class LinkageView(HeadView):
    """How the needs of an area fared: by state, by societies, by time, by measures of service.

    A median is taken over the needs that came so far; ``base`` says how many these are.
    """

    model_config: ClassVar[ConfigDict] = example(
        **_HEAD,
        needs={"open": 12, "withdrawn": 1, "met": 31, "unmet": 2},
        met_by_societies=[{"societies": 4, "needs": 9}, {"societies": 5, "needs": 22}],
        societies=[
            {
                "society": "volunteer",
                "society_label": "社区志愿者",
                "met_needs": 28,
                "matches": 40,
            }
        ],
        medians={"to_proposal": {"label": "从提交到提出联动方案", "seconds": 0.062, "base": 46}},
        measures=_MEASURES,
        by_path={"affairs": _MEASURES, "professional": _MEASURES},
    )

    needs: dict[NeedState, int]
    met_by_societies: tuple[MetView, ...]
    societies: tuple[SocietyPartView, ...]
    medians: dict[Leg, MedianView]
    measures: MeasuresView
    by_path: dict[ServicePath, MeasuresView]

    @classmethod
    def of(cls, answer: LinkageAnswer, language: Language) -> "LinkageView":
        """Show a linkage report."""
        found = answer.linkage
        return cls(
            **head(answer.asked),
            needs=dict(found.by_state),
            met_by_societies=tuple(
                MetView(societies=societies, needs=needs)
                for societies, needs in found.met_by_societies.items()
            ),
            societies=tuple(SocietyPartView.of(part, language) for part in found.societies),
            medians={
                leg: MedianView.of(leg, median, language) for leg, median in found.medians.items()
            },
            measures=MeasuresView.of(found.measures),
            by_path={path: MeasuresView.of(each) for path, each in found.by_path.items()},
        )


class IndicatorView(View):
    """A figure with its parts and its definition.

    A share has a denominator and a rate, a count has a unit. ``events`` is where the events behind
    the numerator are listed.
    """

    code: IndicatorCode
    label: str
    definition: str
    numerator: int
    denominator: int | None
    rate: float | None
    unit: Unit | None
    unit_label: str | None
    events: str

    @classmethod
    def of(cls, indicator: Indicator, language: Language, events: str) -> "IndicatorView":
        """Show an indicator."""
        unit = DEFINITIONS[indicator.code].unit
        return cls(
            code=indicator.code,
            label=label(indicator.code, language),
            definition=definition(indicator.code, language),
            numerator=indicator.numerator,
            denominator=indicator.denominator,
            rate=_number(indicator.rate),
            unit=unit,
            unit_label=None if unit is None else label(unit, language),
            events=events,
        )


class IndicatorsView(HeadView):
    """Every indicator of an area, as of one instant."""

    model_config: ClassVar[ConfigDict] = example(
        **_HEAD,
        list=_LIST,
        indicators=[
            {
                "code": "station_coverage",
                "label": "乡镇(街道)社工站覆盖率",
                "definition": _COVERAGE_RULE,
                "numerator": 149,
                "denominator": 149,
                "rate": 1.0,
                "unit": None,
                "unit_label": None,
                "events": "/reporting/v1/indicators/station_coverage/events?scheme=nbs&area=2102"
                "&as_of=2026-11-21T15%3A59%3A59.999999Z",
            }
        ],
    )

    list: EditionView
    indicators: tuple[IndicatorView, ...]

    @classmethod
    def of(cls, answer: IndicatorsAnswer, language: Language, events: str) -> "IndicatorsView":
        """Show indicators; ``events`` is the address of evidence with the code to be put in."""
        return cls(
            **head(answer.asked),
            list=EditionView.of(answer.edition),
            indicators=tuple(
                IndicatorView.of(each, language, events.replace("{code}", each.code))
                for each in answer.indicators
            ),
        )


class EvidenceView(View):
    """One event behind a figure; the journal tells what it says."""

    model_config: ClassVar[ConfigDict] = example(
        id="0192d3c4-6c01-7bb0-9d1e-2f3a4b5c6d7e",
        url="/reporting/v1/events/0192d3c4-6c01-7bb0-9d1e-2f3a4b5c6d7e",
    )

    id: UUID
    url: str

    @classmethod
    def of(cls, event_id: UUID) -> "EvidenceView":
        """Show where an event is found."""
        return cls(id=event_id, url=f"/reporting/v1/events/{event_id}")


def _number(rate: Decimal | None) -> float | None:
    return None if rate is None else float(rate)

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from reporting_story import START, at, named

from common.places import AreaRef
from common.vocabulary import (
    AreaScheme,
    Beneficiary,
    LineKind,
    ServiceCode,
    ServicePath,
    Society,
    Unit,
)
from reporting.domain.coverage import coverage
from reporting.domain.facts import (
    Closure,
    LineFacts,
    MatchFacts,
    Moment,
    NeedFacts,
    ServiceFacts,
)
from reporting.domain.indicators import IndicatorCode, indicators
from reporting.domain.linkage import Leg, legs, linkage
from reporting.domain.ratio import Median
from reporting.domain.timeline import NeedState, Timeline, timeline

END = at(10_000)
LATER = timedelta(days=365)


def moment(minutes: float) -> Moment:
    return Moment(at(minutes), named(f"event at {minutes}"))


def a_line(name: str, *, derived_from: str | None = None) -> LineFacts:
    return LineFacts(
        line_id=named(name),
        kind=LineKind.SERVICE,
        service=ServiceCode.COUNSELLING,
        quantity=10,
        unit=Unit.PERSON_TIME,
        derived_from=named(derived_from) if derived_from else None,
        known_at=START,
    )


def a_match(
    line: str,
    society: Society,
    *,
    accepted: float | None = None,
    declined: float | None = None,
    dropped: float | None = None,
    fulfilled: float | None = None,
) -> MatchFacts:
    return MatchFacts(
        match_id=named(f"match {line} {society}"),
        line_id=named(line),
        society=society,
        proposed=moment(1),
        accepted=moment(accepted) if accepted else None,
        declined=moment(declined) if declined else None,
        dropped=moment(dropped) if dropped else None,
        fulfilled=moment(fulfilled) if fulfilled else None,
    )


def a_record(line: str, minutes: float, *, quantity: int) -> ServiceFacts:
    return ServiceFacts(
        record=moment(minutes),
        line_id=named(line),
        society=Society.SOCIAL_WORKER,
        path=ServicePath.PROFESSIONAL,
        quantity=quantity,
        persons=quantity,
        person_times=quantity,
        sessions=1,
    )


NEED = NeedFacts(
    need_id=named("need"),
    area=AreaRef(AreaScheme.NBS, "210213009"),
    beneficiary=Beneficiary.GROUP,
    persons=40,
    urgency=2,
    submitted=moment(0),
    proposed=moment(1),
    lines=(a_line("talk"), a_line("room"), a_line("carrier", derived_from="room")),
    matches=(
        a_match("talk", Society.SOCIAL_WORKER, accepted=10, fulfilled=60),
        a_match("room", Society.COMMUNITY, accepted=5, fulfilled=90),
        a_match("carrier", Society.SOCIAL_ORGANISATION, accepted=30),
    ),
    services=(a_record("talk", 50, quantity=6), a_record("talk", 60, quantity=4)),
    closure=Closure(moment=moment(100), is_met=True),
)


def told(minutes: float, facts: NeedFacts = NEED) -> Timeline:
    return timeline(facts, as_of=at(minutes))


def test_the_whole_way_of_a_need() -> None:
    story = timeline(NEED, as_of=END)

    assert story.state is NeedState.MET
    assert legs(story) == {
        Leg.TO_PROPOSAL: 60,
        Leg.TO_FIRST_ACCEPTANCE: 300,
        Leg.TO_ALL_ACCEPTED: 1800,
        Leg.TO_FULFILMENT: 5400,
        Leg.TO_CLOSURE: 6000,
    }
    assert [share.society for share in story.societies] == [
        Society.COMMUNITY,
        Society.SOCIAL_ORGANISATION,
        Society.SOCIAL_WORKER,
    ]


@pytest.mark.parametrize(
    ("minutes", "state", "reached"),
    [
        (0, NeedState.OPEN, []),
        (1, NeedState.OPEN, [Leg.TO_PROPOSAL]),
        (29, NeedState.OPEN, [Leg.TO_PROPOSAL, Leg.TO_FIRST_ACCEPTANCE]),
        (60, NeedState.OPEN, [Leg.TO_PROPOSAL, Leg.TO_FIRST_ACCEPTANCE, Leg.TO_ALL_ACCEPTED]),
        (99, NeedState.OPEN, [leg for leg in Leg if leg is not Leg.TO_CLOSURE]),
        (100, NeedState.MET, list(Leg)),
    ],
)
def test_a_question_about_the_past_is_answered_from_the_past(
    minutes: float, state: NeedState, reached: list[Leg]
) -> None:
    story = told(minutes)

    assert story.state is state
    assert [leg for leg, seconds in legs(story).items() if seconds is not None] == reached


def test_what_was_delivered_by_then_is_counted_in_the_unit_of_its_line() -> None:
    assert [line.delivered for line in told(55).lines] == [6, 0, 0]
    assert [line.delivered for line in told(100).lines] == [10, 0, 0]


def test_a_derived_line_completes_the_plan_but_does_not_hold_up_the_end() -> None:
    unfilled = replace(NEED, matches=NEED.matches[:2])

    story = timeline(unfilled, as_of=END)

    assert story.all_accepted_at is None
    assert story.fulfilled_at == at(90)


def test_an_acceptance_that_was_undone_no_longer_makes_a_society_take_part() -> None:
    undone = a_match("room", Society.COMMUNITY, accepted=5, dropped=40)
    facts = replace(NEED, matches=(undone,), closure=None)

    assert [share.society for share in told(39, facts).societies] == [Society.COMMUNITY]
    assert told(40, facts).societies == ()


def test_a_need_without_lines_was_never_accepted() -> None:
    story = timeline(replace(NEED, lines=(), matches=()), as_of=END)

    assert story.all_accepted_at is None
    assert story.fulfilled_at is None


def test_clocks_that_differ_make_no_negative_duration() -> None:
    early = replace(NEED, proposed=moment(-3))

    assert legs(timeline(early, as_of=END))[Leg.TO_PROPOSAL] == 0


def test_a_need_is_withdrawn_unmet_or_met() -> None:
    withdrawn = replace(NEED, closure=None, withdrawn=moment(50))
    unmet = replace(NEED, closure=Closure(moment=moment(100), is_met=False))
    stories = [timeline(facts, as_of=END) for facts in (NEED, withdrawn, unmet)]

    found = linkage(stories)

    assert found.by_state == {
        NeedState.OPEN: 0,
        NeedState.WITHDRAWN: 1,
        NeedState.MET: 1,
        NeedState.UNMET: 1,
    }
    assert found.met_by_societies == {3: 1}
    assert found.medians[Leg.TO_CLOSURE] == Median(seconds=6000.0, base=2)


def test_services_are_measured_by_path_and_in_all() -> None:
    found = linkage([timeline(NEED, as_of=END)])

    assert found.measures.person_times == 10
    assert found.measures.persons == 6
    assert found.by_path[ServicePath.PROFESSIONAL] == found.measures
    assert found.by_path[ServicePath.AFFAIRS].records == 0


class TestIndicators:
    def figures(
        self, *needs: NeedFacts, minutes: float = 10_000
    ) -> dict[str, tuple[int, int | None]]:
        stories = [timeline(need, as_of=at(minutes)) for need in needs]
        found = indicators(coverage([], [], on=START.date()), stories)
        return {each.code: (each.numerator, each.denominator) for each in found}

    def test_every_indicator_is_there_and_has_its_numerator_and_denominator(self) -> None:
        withdrawn = replace(NEED, closure=None, withdrawn=moment(50))

        assert self.figures(NEED, withdrawn) == {
            IndicatorCode.STATION_COVERAGE: (0, 0),
            IndicatorCode.NEEDS_PROPOSED: (2, 2),
            IndicatorCode.NEEDS_MET: (1, 1),
            IndicatorCode.FIVE_SOCIETY_NEEDS: (0, 1),
            IndicatorCode.LINES_FULFILLED: (2, 2),
            IndicatorCode.ASKS_ACCEPTED: (6, 6),
            IndicatorCode.PERSONS_SERVED: (12, None),
            IndicatorCode.PERSON_TIMES: (20, None),
            IndicatorCode.HOUSEHOLDS_SERVED: (0, None),
            IndicatorCode.SESSIONS: (4, None),
        }

    def test_a_no_is_an_answer_too(self) -> None:
        no = a_match("talk", Society.VOLUNTEER, declined=3)

        found = self.figures(replace(NEED, matches=(*NEED.matches, no)))

        assert found[IndicatorCode.ASKS_ACCEPTED] == (3, 4)

    def test_all_five_societies_have_to_stand(self) -> None:
        five = tuple(a_match("talk", society, accepted=10) for society in Society)
        met = replace(NEED, matches=five)
        four = replace(met, matches=five[:4])

        assert self.figures(met, four)[IndicatorCode.FIVE_SOCIETY_NEEDS] == (1, 2)

    def test_the_numerator_of_a_share_is_the_number_of_events_behind_it(self) -> None:
        stories = [timeline(NEED, as_of=END)]

        for each in indicators(coverage([], [], on=START.date()), stories):
            if each.denominator is not None:
                assert len(each.evidence) == each.numerator

"""Who might be near: never one too few, whatever the place, the reach and the area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_builders import (
    COUNTY,
    NEXT_TOWNSHIP,
    NOW,
    OTHER_COUNTY,
    PREFECTURE,
    TOWNSHIP,
    a_line,
    a_need,
    a_party,
    a_site,
    an_offer,
)

from common.places import Position
from matching.domain.candidates import Around, CandidateBook
from matching.domain.columns import board, every_pair
from matching.domain.need import SearchArea
from matching.domain.policy import POLICY
from matching.domain.rules import allowed
from matching.engine import Nearby, Questions

if TYPE_CHECKING:
    from matching.domain.need import Line, Need
    from matching.domain.offer import Offer

EVERYWHERE = st.builds(
    Position,
    longitude=st.floats(-180, 180, allow_subnormal=False),
    latitude=st.floats(-90, 90, allow_subnormal=False),
)
AROUND_HERE = st.builds(Position, longitude=st.floats(121.0, 122.0), latitude=st.floats(38.7, 39.3))
ACROSS_THE_DATE_LINE = st.builds(
    Position,
    longitude=st.sampled_from([-180.0, 180.0, 179.999, -179.999]),
    latitude=st.floats(-0.01, 0.01),
)
places = EVERYWHERE | AROUND_HERE | ACROSS_THE_DATE_LINE
reaches = st.integers(0, 40_000) | st.integers(0, 1_000_000)
sites = st.sampled_from(
    [
        {"area": TOWNSHIP},
        {"area": NEXT_TOWNSHIP, "township": NEXT_TOWNSHIP},
        {"area": OTHER_COUNTY, "township": None, "county": OTHER_COUNTY},
    ]
)
scopes = st.sampled_from([None, TOWNSHIP, NEXT_TOWNSHIP, COUNTY, OTHER_COUNTY, PREFECTURE])


@st.composite
def needs(draw: st.DrawFn, number: int) -> tuple[Need, Line]:
    line = a_line(f"line {number}", within_metres=draw(reaches | st.none()))
    site = a_site(**draw(sites), point=draw(places | st.none()))
    return (
        a_need(
            f"need {number}", line, site=site, search_area=draw(st.sampled_from(list(SearchArea)))
        ),
        line,
    )


@st.composite
def offers(draw: st.DrawFn, number: int) -> Offer:
    site = a_site(**draw(sites), point=draw(places))
    return an_offer(f"offer {number}", site=site, reach_metres=draw(reaches), scope=draw(scopes))


NOTHING = Around(refusals=frozenset(), matches=())
PARTIES = {a_party().id: a_party()}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_what_the_rules_allow_of_everybody_they_allow_of_those_nearby(data: st.DataObject) -> None:
    book = CandidateBook(POLICY, at=NOW)
    for _ in range(2):  # The second time everybody is somewhere else.
        waiting = [data.draw(needs(number)) for number in range(3)]
        given_ = [data.draw(offers(number)) for number in range(3)]
        offer_rows = book.put_offers(given_, PARTIES, at=NOW)
        line_rows = book.put_lines(waiting, at=NOW)

    everybody = allowed(
        every_pair(
            board(
                waiting,
                given_,
                parties=PARTIES,
                refusals=frozenset(),
                matches=(),
                offering=POLICY.offering,
                at=NOW,
            )
        )
    )

    expected = sorted(
        (waiting[line][1].id, given_[offer].id)
        for line, offer in zip(everybody.line.tolist(), everybody.offer.tolist(), strict=True)
    )
    for found in (book.for_lines(line_rows, NOTHING), book.for_offers(offer_rows, NOTHING)):
        pairs = zip(book.line_ids(found.line), book.source_ids(found.source), strict=True)
        assert sorted(pairs) == expected


def test_what_is_gone_is_found_no_more_and_its_row_is_used_again() -> None:
    book = CandidateBook(POLICY, at=NOW)
    (row,) = book.put_offers([an_offer("a")], PARTIES, at=NOW).tolist()
    lines = book.put_lines([(a_need(), a_line())], at=NOW)

    book.drop_offer(an_offer("a").id)

    assert book.for_lines(lines, NOTHING).source.tolist() == []
    assert book.put_offers([an_offer("b")], PARTIES, at=NOW).tolist() == [row]
    found = book.for_lines(lines, NOTHING)
    assert book.source_ids(found.source) == [an_offer("b").id]


def test_those_far_away_are_not_even_looked_at() -> None:
    rows, far = np.arange(100), np.full((100, 3), 1e6)
    near = Nearby(lists=1)
    near.put(rows, np.full((100, 1), 7), far, np.full(100, 5_000.0))

    ((questions, found),) = near.answers(_who_is_near(far[:1] + 5_001.0), most=1)

    assert (questions.tolist(), found.tolist()) == ([], [])


def test_answers_come_in_parts_that_do_not_divide_a_question() -> None:
    rows, here = np.arange(10), np.zeros((10, 3))
    near = Nearby(lists=1)
    near.put(rows, np.full((10, 1), 7), here, np.zeros(10))

    parts = list(near.answers(_who_is_near(here[:5]), most=15))

    assert [len(found) for _, found in parts] == [20, 20, 10]
    assert (
        np.concatenate([question for question, _ in parts]).tolist()
        == np.repeat(np.arange(5), 10).tolist()
    )


def _who_is_near(at: np.ndarray) -> Questions:
    count = len(at)
    return Questions(
        keys=np.full((count, 1), -1),
        service=np.zeros(count, np.int64),
        far=np.full(count, 7),
        at=at,
        within=np.full(count, 1e9),
        metres=np.ones(0),
        reaches=np.ones(0),
    )

"""Who might be near: never one too few, whatever the place and the reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from matching_builders import NOW, a_line, a_need, a_party, a_site, an_offer

from common.places import Position
from matching.domain.candidates import Around, CandidateBook
from matching.domain.columns import board, every_pair
from matching.domain.policy import POLICY
from matching.domain.rules import allowed

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


@given(
    st.lists(st.tuples(places | st.none(), reaches | st.none()), min_size=1, max_size=5),
    st.lists(st.tuples(places, reaches), min_size=1, max_size=5),
)
@settings(max_examples=200, deadline=None)
def test_what_the_rules_allow_of_everybody_they_allow_of_those_nearby(
    wanted: list[tuple[Position | None, int | None]], given_: list[tuple[Position, int]]
) -> None:
    waiting = [_need(n, point, within) for n, (point, within) in enumerate(wanted)]
    offers = [_offer(n, point, reach) for n, (point, reach) in enumerate(given_)]
    parties = {a_party().id: a_party()}
    nothing = Around(refusals=frozenset(), matches=())
    book = CandidateBook(POLICY, at=NOW)
    offer_rows = book.put_offers(offers, parties, at=NOW)
    line_rows = book.put_lines(waiting, at=NOW)

    everybody = allowed(
        every_pair(
            board(
                waiting,
                offers,
                parties=parties,
                refusals=frozenset(),
                matches=(),
                offering=POLICY.offering,
                at=NOW,
            )
        )
    )

    expected = {
        (waiting[line][1].id, offers[offer].id)
        for line, offer in zip(everybody.line.tolist(), everybody.offer.tolist(), strict=True)
    }
    for found in (book.for_lines(line_rows, nothing), book.for_offers(offer_rows, nothing)):
        pairs = set(zip(book.line_ids(found.line), book.offer_ids(found.offer), strict=True))
        assert pairs == expected


def test_those_far_away_are_not_even_looked_at() -> None:
    book = CandidateBook(POLICY, at=NOW)
    far = [_offer(n, Position(longitude=100 + n / 10, latitude=30), 5_000) for n in range(100)]
    book.put_offers(far, {a_party().id: a_party()}, at=NOW)
    need, line = _need(0, Position(longitude=121.6, latitude=38.9), None)

    rows = book.put_lines([(need, line)], at=NOW)

    assert len(book.looked_at(rows)) == 0


def test_what_is_gone_is_found_no_more_and_its_row_is_used_again() -> None:
    book = CandidateBook(POLICY, at=NOW)
    here = Position(longitude=121.6, latitude=38.9)
    parties = {a_party().id: a_party()}
    (row,) = book.put_offers([_offer(0, here, 5_000)], parties, at=NOW).tolist()
    lines = book.put_lines([_need(0, here, None)], at=NOW)

    book.drop_offer(_offer(0, here, 5_000).id)

    assert len(book.looked_at(lines)) == 0
    assert book.put_offers([_offer(1, here, 5_000)], parties, at=NOW).tolist() == [row]
    assert book.looked_at(lines).tolist() == [row]


def _need(number: int, point: Position | None, within: int | None) -> tuple[Need, Line]:
    line = a_line(f"line {number}", within_metres=within)
    need = a_need(f"need {number}", line, site=a_site(point=point))
    return need, line


def _offer(number: int, point: Position, reach: int) -> Offer:
    return an_offer(f"offer {number}", site=a_site(point=point), reach_metres=reach)

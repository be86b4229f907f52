"""What holds for a term: how it ends early, and what may lie within it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.places import Area, AreaRef
from common.vocabulary import AreaLevel, AreaScheme
from registry.domain.engagement import (
    EngagementHasBegun,
    EngagementId,
    EngagementKind,
    engage_expert,
)
from registry.domain.errors.experts import EngagementNeedsStation
from registry.domain.errors.references import DaysOutOfOrder
from registry.domain.errors.tenures import TermInUse, TermNotWithin, TermOver
from registry.domain.expert import Expert, ExpertField, ExpertHasLeft, ExpertId, appoint_expert
from registry.domain.tenure import Tenure
from registry.domain.term import Term

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ORIGIN = date(2026, 1, 1)
CITY = Area(
    ref=AreaRef(AreaScheme.NBS, "2102"),
    name="大连市",
    level=AreaLevel.PREFECTURE,
    is_formal=True,
    pool_id=UUID(int=7),
    ancestors=frozenset({"21", "2102"}),
)
DAYS = st.integers(0, 12).map(lambda number: ORIGIN + timedelta(days=number))
TERMS = st.tuples(DAYS, DAYS).map(lambda days: Term(begins_on=min(days), ends_on=max(days)))


def days_of(first: date, last: date) -> set[date]:
    return {ORIGIN + timedelta(days=number) for number in range(13)} & {
        first + timedelta(days=number) for number in range((last - first).days + 1)
    }


@given(TERMS, TERMS, st.none() | DAYS)
def test_what_lies_within_has_no_day_of_its_own(
    outer: Term, inner: Term, ended_on: date | None
) -> None:
    tenure = Tenure(term=outer)
    if ended_on is not None and outer.begins_on <= ended_on < outer.ends_on:
        tenure = tenure.end(ended_on=ended_on)
    has_room = days_of(inner.begins_on, inner.ends_on) <= days_of(outer.begins_on, tenure.last_on)

    if has_room:
        tenure.refuse_outside(inner)
    else:
        with pytest.raises(TermNotWithin):
            tenure.refuse_outside(inner)


@given(TERMS, DAYS, st.none() | DAYS)
def test_it_ends_early_once_and_no_earlier_than_what_is_in_it(
    term: Term, ended_on: date, used_until: date | None
) -> None:
    tenure = Tenure(term=term)
    shorter = days_of(term.begins_on, ended_on) if ended_on >= term.begins_on else set[date]()
    is_shorter = bool(shorter) and shorter < days_of(term.begins_on, term.ends_on)
    is_free = used_until is None or used_until <= ended_on

    if is_shorter and is_free:
        ended = tenure.end(ended_on=ended_on, used_until=used_until)
        assert ended == Tenure(term=term, ended_on=ended_on)
        assert (ended.last_on, ended.as_agreed) == (ended_on, tenure)
        with pytest.raises(TermOver):
            ended.end(ended_on=term.begins_on)
    else:
        with pytest.raises((TermOver, DaysOutOfOrder, TermInUse)):
            tenure.end(ended_on=ended_on, used_until=used_until)


def an_expert() -> Expert:
    return appoint_expert(
        ExpertId(UUID(int=1)),
        party=UUID(int=2),
        fields=(ExpertField.LAW, ExpertField.CASEWORK, ExpertField.LAW),
        area=CITY,
        term=Term(begins_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)),
        at=NOW,
    ).state


def test_an_expert_knows_each_thing_once_and_may_leave_early() -> None:
    expert = an_expert()
    left = expert.end(ended_on=date(2026, 6, 30), used_until=None, at=NOW)

    assert expert.fields == (ExpertField.CASEWORK, ExpertField.LAW)
    assert left.facts == (ExpertHasLeft(expert=left.state, ended_on=date(2026, 6, 30), at=NOW),)
    assert (left.state.version, left.state.has_content_of(expert)) == (2, True)


def test_supervision_is_at_a_station_and_advice_need_not_be() -> None:
    half = Term(begins_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))

    def engaged(kind: EngagementKind) -> EngagementHasBegun:
        change = engage_expert(
            EngagementId(UUID(int=3)),
            expert=an_expert(),
            kind=kind,
            station=None,
            term=half,
            at=NOW,
        )
        (fact,) = change.facts
        assert isinstance(fact, EngagementHasBegun)
        return fact

    assert engaged(EngagementKind.POLICY_ADVICE).engagement.area == CITY.ref
    with pytest.raises(EngagementNeedsStation):
        engaged(EngagementKind.SUPERVISION)

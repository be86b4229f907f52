"""Policies: ranges that keep every pair worth something, and decisions that are final."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any, get_type_hints

import pytest
from annotated_types import Interval
from hypothesis import given
from hypothesis import strategies as st
from matching_builders import NOW, a_need, a_party, a_site, an_offer, metres_north

from matching.domain.columns import board, every_pair
from matching.domain.errors import PolicyAlreadyActive, PolicyFromThePast
from matching.domain.offering import Offering
from matching.domain.policy import POLICY, Asking, Escalation, Policy, Weights
from matching.domain.policy_document import SHIPPED, PolicyDocument, PolicyState
from matching.domain.score import total

HINTS = get_type_hints(Weights, include_extras=True)


def range_of(hint: Any) -> Interval:  # noqa: ANN401 - whatever stands beside a field
    (interval,) = [each for each in hint.__metadata__ if isinstance(each, Interval)]
    return interval


def whole_numbers(hint: Any) -> st.SearchStrategy[int]:  # noqa: ANN401
    interval = range_of(hint)
    assert isinstance(interval.ge, int)
    assert isinstance(interval.le, int)
    return st.integers(interval.ge, interval.le)


WEIGHTS = st.builds(Weights, **{name: whole_numbers(hint) for name, hint in HINTS.items()})


def a_draft() -> PolicyDocument:
    return PolicyDocument(
        policy=Policy(version=2), area=None, title="草案", drafted_by="officer", drafted_at=NOW
    )


@given(
    weights=WEIGHTS,
    metres=st.integers(0, 100_000),
    days=st.integers(0, 5_000),
    quantity=st.integers(1, 30),
)
def test_by_every_policy_every_pair_is_worth_something_and_no_sum_overflows(
    weights: Weights, metres: int, days: int, quantity: int
) -> None:
    offer = an_offer(
        capacity=quantity,
        published_at=NOW - timedelta(days=days),
        site=a_site(point=metres_north(metres)),
    )
    need = a_need(submitted_at=NOW - timedelta(days=days), urgency=1 + quantity % 4)
    parties = {a_party().id: a_party()}
    pairs = every_pair(
        board(
            [(need, need.lines[0])],
            [offer],
            parties=parties,
            refusals=frozenset(),
            matches=(),
            offering=POLICY.offering,
            at=NOW,
        )
    )

    (points,) = total(pairs, Policy(version=2, weights=weights)).tolist()

    # A match keeps its points in 32 bits.
    assert 0 < points < 2**31


@pytest.mark.parametrize("section", [Weights, Asking, Escalation, Offering])
def test_every_figure_states_its_range_and_its_default_lies_within(section: type) -> None:
    hints = get_type_hints(section, include_extras=True)

    figures = [each for each in fields(section) if not each.name.startswith("moderated")]
    for each in figures:
        interval = range_of(hints[each.name])
        assert isinstance(each.default, int)
        assert interval.ge <= each.default <= interval.le  # type: ignore[operator]


def test_the_country_has_a_policy_before_anybody_decides() -> None:
    assert SHIPPED.policy == POLICY
    assert (SHIPPED.version, SHIPPED.area, SHIPPED.state) == (1, None, PolicyState.ACTIVE)


def test_an_activation_says_who_when_and_from_when() -> None:
    later = NOW + timedelta(days=3)

    active = a_draft().activate(by="chief", at=NOW, effective_from=later)

    assert active.activation is not None
    assert (active.activation.by, active.activation.at) == ("chief", NOW)
    assert active.activation.effective_from == later
    assert active.state is PolicyState.ACTIVE


def test_an_activated_policy_is_not_activated_again() -> None:
    active = a_draft().activate(by="chief", at=NOW)

    with pytest.raises(PolicyAlreadyActive):
        active.activate(by="chief", at=NOW)


def test_a_policy_does_not_begin_in_the_past() -> None:
    with pytest.raises(PolicyFromThePast):
        a_draft().activate(by="chief", at=NOW, effective_from=NOW - timedelta(seconds=1))

"""The life of an offer: approved or refused, confirmed, taken back; and who is asked to confirm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_builders import NOW, a_site, an_offer

from common.errors import DomainError
from common.vocabulary import LineKind, Society
from matching.domain.errors import OfferAlreadyModerated, OfferNoLongerStands
from matching.domain.identity import OfferId
from matching.domain.moderation import HiddenBecause, Moderation, ModerationReason
from matching.domain.offer import (
    Offer,
    OfferIsToBeConfirmed,
    OfferWasApproved,
    OfferWasConfirmed,
    OfferWasRefused,
)
from matching.domain.policy import POLICY

OFFERING = POLICY.offering
PENDING = an_offer(moderation=Moderation.PENDING)
MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)


def test_an_offer_of_money_waits_for_approval_and_others_do_not() -> None:
    begins = {kind: OFFERING.moderation_of(kind, Society.VOLUNTEER) for kind in LineKind}

    assert begins.pop(LineKind.MONEY) is Moderation.PENDING
    assert set(begins.values()) == {Moderation.APPROVED}


def test_a_pending_offer_is_hidden_until_it_is_approved() -> None:
    change = PENDING.approve(at=NOW)

    assert OFFERING.hides(PENDING, at=NOW) is HiddenBecause.NOT_APPROVED_YET
    assert OFFERING.hides(change.state, at=NOW) is None
    assert change.facts == (OfferWasApproved(change.state, NOW),)
    assert (change.state.version, change.state.revision) == (2, 2)


def test_a_refused_offer_stays_hidden_and_says_why() -> None:
    change = PENDING.refuse(ModerationReason.NOT_QUALIFIED, "缺证书", at=NOW)

    assert OFFERING.hides(change.state, at=NOW) is HiddenBecause.REFUSED
    assert change.state.refused_because is ModerationReason.NOT_QUALIFIED
    assert change.state.refused_note == "缺证书"
    assert change.facts == (OfferWasRefused(change.state, NOW),)


@pytest.mark.parametrize("offer", [an_offer(), PENDING.approve(at=NOW).state])
def test_what_was_decided_is_not_decided_again(offer: Offer) -> None:
    with pytest.raises(OfferAlreadyModerated):
        offer.approve(at=NOW)
    with pytest.raises(OfferAlreadyModerated):
        offer.refuse(ModerationReason.OTHER, None, at=NOW)


def test_a_suspended_giver_hides_whatever_else_holds() -> None:
    offer = an_offer(is_giver_active=False, moderation=Moderation.PENDING)

    assert OFFERING.hides(offer, at=NOW) is HiddenBecause.GIVER_NOT_ACTIVE


def test_an_offer_is_to_be_confirmed_after_sixty_days_and_hidden_after_ninety() -> None:
    offer = an_offer(published_at=NOW, valid_until=NOW + timedelta(days=400))
    asked = [OFFERING.is_to_be_confirmed(offer, at=NOW + timedelta(days=d)) for d in (59, 60)]
    shown = [OFFERING.hides(offer, at=NOW + timedelta(days=d)) for d in (89, 90)]

    assert asked == [False, True]
    assert shown == [None, HiddenBecause.NOT_CONFIRMED]


def test_days_end_at_midnight_in_china() -> None:
    offer = an_offer(published_at=MIDNIGHT - timedelta(minutes=1))
    at = MIDNIGHT + timedelta(days=89)

    assert OFFERING.is_fresh(offer, at=at - timedelta(minutes=1))
    assert not OFFERING.is_fresh(offer, at=at)


def test_a_confirmation_makes_an_offer_new_and_is_asked_for_again_later() -> None:
    asked = an_offer(valid_until=NOW + timedelta(days=400)).ask_to_confirm(at=NOW)
    later = NOW + timedelta(days=80)
    confirmed = asked.state.confirm(at=later)

    assert asked.facts == (OfferIsToBeConfirmed(asked.state, NOW),)
    assert confirmed.facts == (OfferWasConfirmed(confirmed.state, later),)
    assert (confirmed.state.true_at, confirmed.state.confirmation_asked_at) == (later, None)


@pytest.mark.parametrize("changes", [{"withdrawn_at": NOW}, {"valid_until": NOW}])
def test_what_no_longer_stands_is_not_confirmed(changes: dict[str, object]) -> None:
    offer = an_offer(**changes)

    assert not OFFERING.is_to_be_confirmed(offer, at=NOW + timedelta(days=70))
    with pytest.raises(OfferNoLongerStands):
        offer.confirm(at=NOW)


@given(st.lists(st.sampled_from(["approve", "refuse", "confirm", "ask", "withdraw"]), max_size=8))
def test_versions_grow_by_one_with_each_fact(steps: list[str]) -> None:
    offer = Offer.publish(
        OfferId(PENDING.id),
        PENDING.supply,
        society=PENDING.society,
        site=a_site(),
        at=NOW,
        moderation=Moderation.PENDING,
    ).state
    known = 1
    for step in steps:
        try:
            change = {
                "approve": lambda o: o.approve(at=NOW),
                "refuse": lambda o: o.refuse(ModerationReason.OTHER, None, at=NOW),
                "confirm": lambda o: o.confirm(at=NOW),
                "ask": lambda o: o.ask_to_confirm(at=NOW),
                "withdraw": lambda o: o.withdraw(at=NOW),
            }[step](offer)
        except DomainError:
            continue
        offer, known = change.state, known + len(change.facts)
        assert offer.version == known
        assert offer.revision == known

"""The life of a party: any sequence of decisions, compared with a table of what may follow what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import DomainError
from common.places import Area, AreaRef
from common.vocabulary import AreaLevel, AreaScheme, PartyStanding, Society
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.parties import PartiesNotAlike, RecertificationDueTooEarly
from registry.domain.party import Party, PartyId, register_party
from registry.domain.standing import SuspensionReason, name_of, since

if TYPE_CHECKING:
    from common.change import Change
    from registry.domain.party import PartyFact

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
TODAY = date(2026, 3, 1)
AREA = Area(
    ref=AreaRef(AreaScheme.NBS, "210213009"),
    name="先进街道",
    level=AreaLevel.TOWNSHIP,
    is_formal=True,
    pool_id=UUID(int=7),
    ancestors=frozenset({"210213009"}),
)


def a_party(
    number: int = 1, *, society: Society = Society.VOLUNTEER, invited_on: date | None = None
) -> Party:
    return register_party(
        PartyId(UUID(int=number)),
        society=society,
        public_name="先进志愿服务队",
        is_person=False,
        area=AREA,
        at=NOW,
        invited_on=invited_on,
    ).state


SURVIVOR = a_party(2)
Decide: TypeAlias = Callable[[Party], "Change[Party, PartyFact]"]
DECISIONS: Final[dict[str, Decide]] = {
    "approve": lambda party: party.approve(approved_on=TODAY, at=NOW),
    "recertify": lambda party: party.require_recertification(
        required_on=TODAY, due_on=date(2026, 4, 1), at=NOW
    ),
    "suspend": lambda party: party.suspend(
        suspended_on=TODAY, reason=SuspensionReason.COMPLAINT, at=NOW
    ),
    "vet": lambda party: party.vet(vetted_on=TODAY, valid_until=date(2027, 3, 1), at=NOW),
    "merge": lambda party: party.merge_into(SURVIVOR, merged_on=TODAY, at=NOW),
}
I, A, R, S, M = PartyStanding  # noqa: E741 - as in the table
# What follows; or the code of the refusal. Written from the partner's side, not from the code.
TABLE: Final[dict[str, dict[PartyStanding, PartyStanding | str]]] = {
    "approve": {I: A, A: "party-already-approved", R: A, S: A, M: "party-was-merged"},
    "recertify": {
        I: "party-not-approved",
        A: R,
        R: "party-not-approved",
        S: "party-not-approved",
        M: "party-was-merged",
    },
    "suspend": {
        I: "party-not-approved",
        A: S,
        R: S,
        S: "party-is-suspended",
        M: "party-was-merged",
    },
    "vet": {I: I, A: A, R: R, S: "party-is-suspended", M: "party-was-merged"},
    "merge": {I: M, A: M, R: M, S: M, M: "party-was-merged"},
}


@given(st.booleans(), st.lists(st.sampled_from(sorted(DECISIONS)), max_size=12))
def test_any_sequence_of_decisions_goes_as_the_table_says(
    was_invited: bool,  # noqa: FBT001 - hypothesis passes it
    decisions: list[str],
) -> None:
    party = a_party(invited_on=TODAY if was_invited else None)
    expected, version = (I if was_invited else A), 1

    for decision in decisions:
        follows = TABLE[decision][expected]
        if isinstance(follows, PartyStanding):
            change = DECISIONS[decision](party)
            party, expected, version = change.state, follows, version + 1
            assert len(change.facts) == 1
        else:
            with pytest.raises(DomainError) as refusal:
                DECISIONS[decision](party)
            assert refusal.value.code == follows
        assert (name_of(party.standing), party.version) == (expected, version)
        assert (party.suspension is not None) is (expected is S)
        assert (party.survivor_id == SURVIVOR.id) is (expected is M)


def test_the_table_speaks_of_every_decision_in_every_standing() -> None:
    assert {decision: set(row) for decision, row in TABLE.items()} == {
        decision: set(PartyStanding) for decision in DECISIONS
    }


def test_since_when_a_party_is_where_it_is_is_known() -> None:
    invited = a_party(invited_on=date(2026, 1, 2))
    approved = invited.approve(approved_on=date(2026, 2, 3), at=NOW).state

    assert since(invited.standing) == date(2026, 1, 2)
    assert since(approved.standing) == date(2026, 2, 3)
    assert since(a_party().standing) is None


def test_nothing_is_decided_for_tomorrow() -> None:
    tomorrow = date(2026, 3, 2)
    for decide in (
        lambda: a_party(invited_on=tomorrow),
        lambda: a_party(invited_on=TODAY).approve(approved_on=tomorrow, at=NOW),
        lambda: a_party().merge_into(SURVIVOR, merged_on=tomorrow, at=NOW),
        lambda: a_party().require_recertification(
            required_on=tomorrow, due_on=date(2026, 4, 1), at=NOW
        ),
    ):
        with pytest.raises(DayInTheFuture):
            decide()


def test_a_recertification_leaves_time() -> None:
    with pytest.raises(RecertificationDueTooEarly):
        a_party().require_recertification(required_on=TODAY, due_on=TODAY, at=NOW)


def test_only_what_is_alike_can_be_one_and_the_same() -> None:
    community = a_party(3, society=Society.COMMUNITY)
    for other in (a_party(2), community):
        with pytest.raises(PartiesNotAlike):
            other.merge_into(SURVIVOR, merged_on=TODAY, at=NOW)

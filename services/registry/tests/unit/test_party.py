"""What a party is, and what may happen to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.places import Area, AreaRef
from common.vocabulary import AreaLevel, AreaScheme, Society
from registry.domain.errors.days import DayInTheFuture
from registry.domain.errors.parties import (
    PartyIsSuspended,
    PersonNeedsPublicNumber,
    VettingDaysOutOfOrder,
)
from registry.domain.party import (
    Party,
    PartyId,
    PartyWasSuspended,
    Vetting,
    register_party,
)
from registry.domain.standing import SuspensionReason

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
ID = PartyId(UUID(int=1))
AREA = Area(
    ref=AreaRef(AreaScheme.NBS, "210213009"),
    name="先进街道",
    level=AreaLevel.TOWNSHIP,
    is_formal=True,
    pool_id=UUID(int=7),
    ancestors=frozenset({"21", "2102", "210213", "210213009"}),
)


def a_party(public_name: str = "先进志愿服务队", *, is_person: bool = False) -> Party:
    return register_party(
        ID,
        society=Society.VOLUNTEER,
        public_name=public_name,
        is_person=is_person,
        area=AREA,
        at=NOW,
    ).state


@pytest.mark.parametrize("number", ["V210-0042", "SW21", "0123456789ABCDEF0123456789ABCDEF"])
def test_a_person_is_registered_under_a_public_number(number: str) -> None:
    assert a_party(number, is_person=True).public_name == number


@pytest.mark.parametrize("name", ["张三", "V21", "-V210", "v210-0042", "V 210", "V210\n", "A" * 33])
def test_a_person_is_never_registered_under_a_name(name: str) -> None:
    with pytest.raises(PersonNeedsPublicNumber):
        a_party(name, is_person=True)


def test_a_later_vetting_takes_the_place_of_the_one_before() -> None:
    vetted = a_party().vet(vetted_on=date(2025, 3, 1), valid_until=date(2026, 2, 28), at=NOW).state

    renewed = vetted.vet(vetted_on=date(2026, 2, 20), valid_until=date(2027, 2, 19), at=NOW)

    assert renewed.state.vetting == Vetting(
        vetted_on=date(2026, 2, 20), valid_until=date(2027, 2, 19)
    )
    assert renewed.state.version == 3


def test_a_vetting_cannot_end_before_it_was_done() -> None:
    with pytest.raises(VettingDaysOutOfOrder):
        a_party().vet(vetted_on=date(2026, 2, 1), valid_until=date(2026, 1, 31), at=NOW)


def test_nobody_was_vetted_tomorrow() -> None:
    with pytest.raises(DayInTheFuture):
        a_party().vet(vetted_on=date(2026, 3, 2), valid_until=date(2027, 3, 2), at=NOW)


def test_a_suspension_is_told_with_its_day_and_refuses_what_comes_after() -> None:
    change = a_party().suspend(
        suspended_on=date(2026, 3, 1), reason=SuspensionReason.COMPLAINT, at=NOW
    )

    assert isinstance(change.facts[0], PartyWasSuspended)
    with pytest.raises(PartyIsSuspended):
        change.state.vet(vetted_on=date(2026, 3, 1), valid_until=date(2027, 3, 1), at=NOW)
    with pytest.raises(PartyIsSuspended):
        change.state.suspend(suspended_on=date(2026, 3, 1), reason=SuspensionReason.OTHER, at=NOW)


@given(st.text(max_size=40))
def test_whatever_a_person_is_called_no_letter_of_a_name_gets_through(name: str) -> None:
    try:
        party = a_party(name, is_person=True)
    except PersonNeedsPublicNumber:
        return
    assert party.public_name.isascii()
    assert not any(letter.islower() for letter in party.public_name)

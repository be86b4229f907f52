"""Service contracts: what may be signed, renewed and ended, and when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from common.places import Area, AreaRef
from common.vocabulary import AreaLevel, AreaScheme
from registry.domain.contract import (
    Contract,
    ContractId,
    ContractWasSigned,
    ContractWasTerminated,
    Termination,
    TerminationReason,
    sign_contract,
)
from registry.domain.errors.contracts import ContractEndsEarlier, ContractTerminated
from registry.domain.errors.references import DaysOutOfOrder
from registry.domain.term import Term

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CITY = Area(
    ref=AreaRef(AreaScheme.NBS, "3713"),
    name="临沂市",
    level=AreaLevel.PREFECTURE,
    is_formal=True,
    pool_id=UUID(int=7),
    ancestors=frozenset({"37", "3713"}),
)
YEAR = Term(begins_on=date(2023, 1, 1), ends_on=date(2023, 12, 31))
FIRST, SECOND = UUID(int=21), UUID(int=22)


def a_contract() -> Contract:
    signed = sign_contract(
        ContractId(UUID(int=1)),
        buyer="临沂市民政局",
        agency=UUID(int=2),
        area=CITY,
        stations=(SECOND, FIRST, SECOND),
        amount_fen=60_750_000,
        term=YEAR,
        at=NOW,
    )
    assert signed.facts == (ContractWasSigned(contract=signed.state, at=NOW),)
    return signed.state


def test_each_station_of_a_contract_is_named_once() -> None:
    assert a_contract().stations == (FIRST, SECOND)


def test_a_term_does_not_end_before_it_begins() -> None:
    with pytest.raises(DaysOutOfOrder):
        Term(begins_on=date(2023, 1, 2), ends_on=date(2023, 1, 1))


def test_a_renewal_begins_on_the_day_after_and_changes_nothing_of_the_first() -> None:
    first = a_contract()

    renewed = first.renewed(
        ContractId(UUID(int=3)), amount_fen=65_000_000, ends_on=date(2024, 12, 31), at=NOW
    )

    following = renewed.state
    assert following.term == Term(begins_on=date(2024, 1, 1), ends_on=date(2024, 12, 31))
    assert (following.version, following.renews, following.amount_fen) == (1, first.id, 65_000_000)
    assert (following.agency, following.stations) == (first.agency, first.stations)
    assert renewed.facts == (ContractWasSigned(contract=following, at=NOW),)


def test_a_renewal_cannot_end_before_it_begins() -> None:
    with pytest.raises(DaysOutOfOrder):
        a_contract().renewed(
            ContractId(UUID(int=3)), amount_fen=0, ends_on=date(2023, 12, 31), at=NOW
        )


def test_a_contract_ends_early_once_and_is_not_renewed_then() -> None:
    change = a_contract().terminate(
        ended_on=date(2023, 9, 30), reason=TerminationReason.AGREED, at=NOW
    )
    ended = change.state

    termination = Termination(ended_on=date(2023, 9, 30), reason=TerminationReason.AGREED)
    assert change.facts == (ContractWasTerminated(contract=ended, termination=termination, at=NOW),)
    assert (ended.version, ended.last_on) == (2, date(2023, 9, 30))
    with pytest.raises(ContractTerminated):
        ended.terminate(ended_on=date(2023, 9, 30), reason=TerminationReason.AGREED, at=NOW)
    with pytest.raises(ContractTerminated):
        ended.renewed(ContractId(UUID(int=3)), amount_fen=1, ends_on=date(2024, 1, 1), at=NOW)


@pytest.mark.parametrize(
    ("day", "refusal"),
    [(date(2022, 12, 31), DaysOutOfOrder), (date(2023, 12, 31), ContractEndsEarlier)],
)
def test_a_contract_ends_early_within_its_term(day: date, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        a_contract().terminate(ended_on=day, reason=TerminationReason.OTHER, at=NOW)


def test_what_happened_since_does_not_matter_to_a_repetition() -> None:
    first = a_contract()
    ended = first.terminate(ended_on=date(2023, 9, 30), reason=TerminationReason.AGREED, at=NOW)

    assert ended.state.has_content_of(first)
    assert not first.has_content_of(
        first.renewed(first.id, amount_fen=1, ends_on=date(2024, 1, 1), at=NOW).state
    )

from __future__ import annotations

from dataclasses import dataclass

import pytest
from aiokafka.errors import KafkaConnectionError
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from common.errors import Conflict, NotFound
from common.messaging.fates import Patience, Reason, State, fate_of, is_infrastructure

PATIENCE = Patience(park=60, attempts=5)


@dataclass(eq=False)
class PartyMissing(NotFound, code="party-missing"):
    """There is no such party."""


@dataclass(eq=False)
class PartyGone(Conflict, code="party-gone"):
    """The party is gone."""


class DriverError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def wrapped(sqlstate: str) -> DBAPIError:
    return DBAPIError("select", {}, DriverError(sqlstate))


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(),
        OSError(),
        TimeoutError(),
        KafkaConnectionError(),
        PoolTimeout(),
        wrapped("08006"),
        wrapped("57P01"),
        wrapped("40001"),
        wrapped("40P01"),
        wrapped("55P03"),
        wrapped("53300"),
    ],
)
def test_trouble_that_passes_is_waited_out(error: Exception) -> None:
    assert is_infrastructure(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError(),
        PartyGone(),
        KeyError(),
        wrapped("23505"),
        wrapped("25P02"),
        wrapped("22P02"),
        IntegrityError("insert", {}, DriverError("23505")),
    ],
)
def test_what_will_not_pass_is_not(error: Exception) -> None:
    assert not is_infrastructure(error)


def test_what_is_not_there_yet_may_come() -> None:
    fate = fate_of(PartyMissing(), attempts=1, patience=PATIENCE)

    assert (fate.state, fate.reason, fate.deadline_in) == (State.PARKED, Reason.NOT_FOUND, 60)
    assert not fate.is_bad


def test_what_a_rule_refuses_is_dead_at_once() -> None:
    fate = fate_of(PartyGone(), attempts=1, patience=PATIENCE)

    assert (fate.state, fate.reason) == (State.DEAD, Reason.REFUSED)
    assert fate.detail.startswith("party-gone: PartyGone: The party is gone.")


def test_a_defect_has_five_attempts() -> None:
    states = [fate_of(ValueError("x\0y"), attempts=n, patience=PATIENCE).state for n in range(1, 6)]

    assert states == [State.RETRYING] * 4 + [State.DEAD]


def test_what_is_kept_of_an_error_can_be_stored() -> None:
    fate = fate_of(ValueError("a\0b\udc80"), attempts=5, patience=PATIENCE)

    assert "\0" not in fate.detail + fate.stack
    assert fate.detail.encode()

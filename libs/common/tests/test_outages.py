from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from common.outages import is_lock_timeout, is_outage


def wrapped(error: Exception, *, is_broken: bool = False) -> DBAPIError:
    return DBAPIError("select 1", {}, error, connection_invalidated=is_broken)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        wrapped(asyncpg.DeadlockDetectedError()),
        wrapped(asyncpg.SerializationError()),
        wrapped(asyncpg.LockNotAvailableError()),
        wrapped(asyncpg.QueryCanceledError()),
        wrapped(asyncpg.AdminShutdownError()),
        wrapped(asyncpg.TooManyConnectionsError()),
        wrapped(asyncpg.InterfaceError("connection is closed"), is_broken=True),
        asyncpg.CannotConnectNowError(),
        asyncpg.ConnectionDoesNotExistError(),
        asyncpg.ReadOnlySQLTransactionError(),
        PoolTimeoutError(),
        ConnectionRefusedError(),
        TimeoutError(),
        caused(RuntimeError(), ConnectionResetError()),
        ExceptionGroup("of a stream", [PoolTimeoutError(), TimeoutError()]),
    ],
)
def test_what_passes_by_itself_is_an_outage(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        IntegrityError("insert", {}, asyncpg.UniqueViolationError()),
        wrapped(asyncpg.UndefinedTableError()),
        wrapped(asyncpg.InterfaceError("wrong number of arguments")),
        ValueError(),
        FileNotFoundError(),
        ExceptionGroup("of a stream", [PoolTimeoutError(), ValueError()]),
    ],
)
def test_our_own_mistakes_are_none(error: Exception) -> None:
    assert not is_outage(error)


def test_a_lock_that_was_waited_for_in_vain_is_told_from_other_outages() -> None:
    assert is_lock_timeout(wrapped(asyncpg.LockNotAvailableError()))
    assert not is_lock_timeout(wrapped(asyncpg.DeadlockDetectedError()))

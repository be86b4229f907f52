"""Which exceptions mean that something we depend on is away for a while, and not that we erred."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

# Classes and codes of SQLSTATE: connection exception, insufficient resources, operator
# intervention (shutdown, cancelled statements), deadlock and serialization, lock not available,
# a transaction that idled too long, a server that is read-only because it is not the primary.
_TEMPORARY: Final = ("08", "53", "57", "40001", "40P01", "55P03", "25P03", "25006")
_LOCK_NOT_AVAILABLE: Final = "55P03"


def is_outage(error: BaseException) -> bool:
    """Tell whether the same request may well succeed a little later."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_outage(each) for each in error.exceptions)
    return any(_is_temporary(cause) for cause in _causes(error))


def is_lock_timeout(error: BaseException) -> bool:
    """Tell whether a statement gave up waiting for another transaction."""
    return any(sqlstate_of(cause) == _LOCK_NOT_AVAILABLE for cause in _causes(error))


def sqlstate_of(error: BaseException) -> str:
    """Return the five characters by which PostgreSQL names an error, or nothing."""
    return str(getattr(error, "sqlstate", None) or "")


def _is_temporary(error: BaseException) -> bool:
    if isinstance(error, PoolTimeoutError | ConnectionError | TimeoutError | asyncio.TimeoutError):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return sqlstate_of(error).startswith(_TEMPORARY)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        if isinstance(cause, DBAPIError) and cause.orig is not None:
            yield cause.orig
        cause = cause.__cause__

"""What becomes of an event that a handler did not accept: four fates, and none is silence."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from aiokafka.errors import KafkaError

from common.errors import DomainError, NotFound
from common.outages import is_outage

INFRASTRUCTURE: Final = (OSError, TimeoutError, KafkaError)
"""Beside what ``is_outage`` knows of the database: trouble that passes by itself."""

_DETAIL: Final = 4_000
_STACK: Final = 20_000


class State(StrEnum):
    """Where a held record stands."""

    PARKED = "parked"
    """It waits for something to come, until its deadline."""
    RETRYING = "retrying"
    """It failed for no good reason and is tried again, a few times."""
    QUEUED = "queued"
    """It waits behind an earlier event of its subject."""
    WAITING = "waiting"
    """Somebody asked to try it again."""
    DEAD = "dead"
    """It waits for somebody's decision: replay or discard."""
    DISCARDED = "discarded"
    """Somebody decided that it shall have no effect."""


class Reason(StrEnum):
    """Why a record is held."""

    GAP = "gap"
    NOT_FOUND = "not-found"
    QUEUED = "queued"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    DEFECT = "defect"
    EXPIRED = "expired"
    REPLAYED = "replayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for what, in seconds."""

    park: float = 600.0
    attempts: int = 5
    first_retry: float = 0.1
    longest_retry: float = 30.0
    idle_in_transaction: float | None = None
    """How long a handler may do something else than talk to the database; if it is not said, as
    long as everybody (``common.persistence.engine``)."""

    def retry_in(self, attempts: int) -> float:
        """Return the pause after so many attempts."""
        return min(self.longest_retry, self.first_retry * 2.0 ** min(attempts, 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How a record is held."""

    state: State
    reason: Reason
    detail: str = ""
    stack: str = ""
    attempts: int = 0
    next_try_in: float = 0.0
    deadline_in: float | None = None

    @property
    def is_bad(self) -> bool:
        """Whether it counts for the breaker: somebody will have to look, or may have to."""
        return self.state in (State.DEAD, State.RETRYING)


def is_infrastructure(error: BaseException) -> bool:
    """Tell whether to wait until things are better, rather than hold the record against it."""
    return isinstance(error, INFRASTRUCTURE) or is_outage(error)


def missing_predecessor(patience: Patience) -> Fate:
    """Hold an event whose predecessor has not come."""
    return Fate(state=State.PARKED, reason=Reason.GAP, deadline_in=patience.park)


def behind_another() -> Fate:
    """Hold an event because an earlier one of its subject is held."""
    return Fate(state=State.QUEUED, reason=Reason.QUEUED)


def unreadable(why: str) -> Fate:
    """Hold a record that is no event."""
    return Fate(state=State.DEAD, reason=Reason.UNREADABLE, detail=clean(why, _DETAIL))


def fate_of(error: BaseException, *, attempts: int, patience: Patience) -> Fate:
    """Decide what becomes of an event whose handler raised this."""
    detail = clean(_said(error), _DETAIL)
    if isinstance(error, NotFound):
        return Fate(
            state=State.PARKED,
            reason=Reason.NOT_FOUND,
            detail=detail,
            attempts=attempts,
            next_try_in=patience.retry_in(attempts),
            deadline_in=patience.park,
        )
    if isinstance(error, DomainError):
        return Fate(
            state=State.DEAD,
            reason=Reason.REFUSED,
            detail=detail,
            stack=_stack(error),
            attempts=attempts,
        )
    return Fate(
        state=State.DEAD if attempts >= patience.attempts else State.RETRYING,
        reason=Reason.DEFECT,
        detail=detail,
        stack=_stack(error),
        attempts=attempts,
        next_try_in=patience.retry_in(attempts),
    )


def clean(text: str, most: int) -> str:
    """Return what PostgreSQL can store of a text."""
    storable = text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
    return storable[:most]


def _said(error: BaseException) -> str:
    code = f"{error.code}: " if isinstance(error, DomainError) else ""
    return f"{code}{type(error).__name__}: {error}"


def _stack(error: BaseException) -> str:
    lines = "".join(traceback.format_exception(error))
    # Its end says what happened.
    return clean(lines[-_STACK:], _STACK)

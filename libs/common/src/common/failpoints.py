"""The places where a death would matter most, by name, so that tests can die at each of them.

A process dies there only if its program armed the place before. The services' programs never do:
no setting, no variable of the environment and no request can make them. What never ships
(``testing.crashing``) arms; everywhere else passing such a place costs one comparison.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Step(StrEnum):
    """A step of delivery that has just been done; each is passed at one place in the code."""

    REQUEST_CLAIMED = "request-claimed"
    REQUEST_DONE = "request-done"
    """Its effect and its answer are written, and not committed."""
    REQUEST_COMMITTED = "request-committed"
    """The caller has not been answered."""
    ADDITIONS_WRITTEN = "additions-written"
    """In one go, and not committed."""
    ADDITIONS_COMMITTED = "additions-committed"
    """The caller has not been answered."""
    KEYS_FORGOTTEN = "keys-forgotten"
    EVENTS_STAGED = "events-staged"

    SLOT_LOCKED = "slot-locked"
    SLOT_UNLOCKED = "slot-unlocked"
    ROWS_READ = "rows-read"
    ROWS_SENT = "rows-sent"
    ROWS_MARKED = "rows-marked"
    ROWS_OF_OTHER_LOG_UNMARKED = "rows-of-other-log-unmarked"
    ROWS_OF_PARTITION_UNMARKED = "rows-of-partition-unmarked"
    ROWS_CONFIRMED = "rows-confirmed"
    ROWS_PRUNED = "rows-pruned"

    RECORDS_POLLED = "records-polled"
    INBOX_TAKEN = "inbox-taken"
    RECORD_SETTLED = "record-settled"
    """Others of the batch may follow."""
    RECORD_HELD = "record-held"
    BATCH_DONE = "batch-done"
    """Nothing is committed."""
    BATCH_COMMITTED = "batch-committed"
    """The offset is not."""
    OFFSET_COMMITTED = "offset-committed"

    LETTERS_EXPIRED = "letters-expired"
    LETTER_IDENTIFIED = "letter-identified"
    LETTER_TAKEN_IN = "letter-taken-in"
    """Not committed."""
    LETTER_COMMITTED = "letter-committed"
    LETTER_JUDGED = "letter-judged"
    INBOX_FORGOTTEN = "inbox-forgotten"
    LETTERS_REPLAYED = "letters-replayed"
    LETTERS_DISCARDED = "letters-discarded"

    AREAS_FETCHED = "areas-fetched"
    AREAS_REPLACED = "areas-replaced"
    """Not committed."""
    MIGRATION_APPLIED = "migration-applied"
    """Not committed."""


_passing: Callable[[Step], None] | None = None


def failpoint(step: Step) -> None:
    """Say that a step has just been done; tests may let the process die of it."""
    if _passing is not None:
        _passing(step)


def arm(passing: Callable[[Step], None]) -> None:
    """Let something be done at every step from now on; for programs that never ship."""
    global _passing  # noqa: PLW0603 - one per process, and the hot path asks it
    _passing = passing

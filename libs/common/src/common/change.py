"""What a decision returns: the next state, and the facts that explain it."""

from dataclasses import dataclass
from typing import Generic, TypeVar

State = TypeVar("State", covariant=True)  # noqa: PLC0105
Fact = TypeVar("Fact", covariant=True)  # noqa: PLC0105


@dataclass(frozen=True, slots=True)
class Change(Generic[State, Fact]):
    """The state after a decision and what happened, in order.

    The version of the state grows by one with every fact, so that readers of the events of one
    subject can tell a gap from the end: the last fact carries the version of ``state``.
    """

    state: State
    facts: tuple[Fact, ...]

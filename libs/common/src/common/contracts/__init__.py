"""The published language, one module per producing service."""

from collections.abc import Mapping

from common.contracts import (
    cases,
    experts,
    matching,
    profession,
    registry,
    services,
    stations,
    talents,
    trainings,
)
from common.messaging.event import Event, published_events

__all__ = [
    "cases",
    "experts",
    "matching",
    "profession",
    "promised_events",
    "registry",
    "services",
    "stations",
    "talents",
    "trainings",
]


def promised_events() -> Mapping[str, type[Event]]:
    """Return the events that are promises of the house, by wire name.

    A process may know more events, such as those that a test makes up for itself.
    """
    return {
        name: event
        for name, event in published_events().items()
        if event.__module__.startswith(f"{__name__}.")
    }

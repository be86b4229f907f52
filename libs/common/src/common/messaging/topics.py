"""The topics of the platform, as ``topics.yaml`` lists them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A stream of events about one kind of aggregate.

    ``groups`` are the consumer groups that must have read a record before its outbox row may go. To
    those among ``signals`` an event is no more than a sign to look at what the database says: it
    may be heard again, and in any order, so they do not note what they have had.
    """

    name: str
    partitions: int
    retention: timedelta
    groups: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()

    @property
    def service(self) -> str:
        """The only service that writes to it."""
        return self.name.partition(".")[0]


@cache
def known_topics() -> Mapping[str, Topic]:
    """Return every listed topic by name."""
    return {name: _topic(name, described) for name, described in _listing()["topics"].items()}


def topic_named(name: str) -> Topic:
    """Return a topic; one that is not listed has the defaults and no group to wait for."""
    return known_topics().get(name) or _topic(name, {})


def topics_of(service: str) -> frozenset[str]:
    """Return the names of the topics that a service writes to."""
    return frozenset(topic.name for topic in known_topics().values() if topic.service == service)


@cache
def _listing() -> Mapping[str, Any]:
    text = resources.files("common.messaging").joinpath("topics.yaml").read_text(encoding="utf-8")
    listing: Mapping[str, Any] = yaml.safe_load(text)
    return listing


def _topic(name: str, described: Mapping[str, Any]) -> Topic:
    values: Mapping[str, Any] = {**_listing()["defaults"], **described}
    return Topic(
        name=name,
        partitions=values["partitions"],
        retention=timedelta(days=values["retention_days"]),
        groups=frozenset(values.get("groups", ())),
        signals=frozenset(values.get("signals", ())),
    )

"""The published language: one event is one promise to other services.

An event's data is a frozen model; its envelope carries the CloudEvents attributes. ``version`` is
the version of the subject after the event, one more than that of the event before it, so that a
reader can tell a gap from the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping


class Event(BaseModel):
    """The data of an event; a subclass with a name is a promise.

    The wire name is ``<service>.<aggregate>.<past participle>.v<n>``, its first two parts are the
    topic. Readers ignore fields they do not know; a new field always has a default.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore")

    name: ClassVar[str] = ""

    @override
    def __init_subclass__(cls, *, name: str | None = None) -> None:
        """Enter a concrete event into the registry of names."""
        super().__init_subclass__()
        if name is None:
            return
        if name in _EVENTS:
            message = f"two events are named {name}"
            raise TypeError(message)
        cls.name = name
        _EVENTS[name] = cls

    @classmethod
    def topic(cls) -> str:
        """Return the topic that carries this event."""
        return topic_of(cls.name)

    @property
    def subject(self) -> str:
        """The id of the aggregate that the event is about."""
        raise NotImplementedError


_EVENTS: Final[dict[str, type[Event]]] = {}


def topic_of(name: str) -> str:
    """Return the topic of an event's wire name: its first two parts."""
    return ".".join(name.split(".")[:2])


def published_events() -> Mapping[str, type[Event]]:
    """Return every event that this process has imported, by wire name."""
    return dict(_EVENTS)


E = TypeVar("E", bound=Event, covariant=True)  # noqa: PLC0105


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where in the log an event lay, and its data as it lay there."""

    partition: int
    offset: int
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope(Generic[E]):
    """An event on its way: the CloudEvents 1.0 attributes around the data."""

    id: UUID
    source: str
    type: str
    subject: str
    version: int
    time: datetime
    partition_key: str
    data: E
    traceparent: str | None = None
    found: Found | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """An event about to be staged in the outbox, with the change that it belongs to."""

    event: Event
    version: int
    partition_key: str
    occurred_at: datetime

"""Who reacts to which event, and who wants to know what this process is responsible for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from common.messaging.event import Envelope, Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Handled = TypeVar("Handled", bound=Event)
Handler: TypeAlias = Callable[[Envelope[Handled], AsyncSession], Awaitable[None]]
BatchHandler: TypeAlias = Callable[[Sequence[Envelope[Event]], AsyncSession], Awaitable[None]]


class Handlers:
    """The reactions of one service, by type of event.

    A handler is given an event and the open transaction. It does not commit, retry, or look for
    duplicates: the consumer does so for all of them. What it raises decides the event's fate:
    ``NotFound`` parks the subject until the missing thing comes, any other ``DomainError`` is a
    refusal, trouble with the database or the log is waited out, and the rest is a defect.

    A batch handler is given all events of a transaction that are for it, in their order, after the
    other handlers had each of them, and before any other handler is given a later event of one of
    their subjects. When it raises, it is called again with fewer and fewer of them, until the event
    is found that it does not accept.
    """

    def __init__(self) -> None:
        self._handlers: Final[dict[type[Event], list[Handler[Any]]]] = defaultdict(list)
        self._batch_handlers: Final[dict[BatchHandler, set[type[Event]]]] = defaultdict(set)

    def on(self, event_type: type[Handled]) -> Callable[[Handler[Handled]], Handler[Handled]]:
        """Bind the decorated function to one type of event."""

        def bind(handler: Handler[Handled]) -> Handler[Handled]:
            self._bind(event_type, handler)
            return handler

        return bind

    def on_any(self, *event_types: type[Event]) -> Callable[[Handler[Event]], Handler[Event]]:
        """Bind the decorated function to several types of events."""

        def bind(handler: Handler[Event]) -> Handler[Event]:
            for event_type in event_types:
                self._bind(event_type, handler)
            return handler

        return bind

    def on_batch(self, *event_types: type[Event]) -> Callable[[BatchHandler], BatchHandler]:
        """Bind the decorated function to several types of events that it is given together."""

        def bind(handler: BatchHandler) -> BatchHandler:
            self._batch_handlers[handler] |= set(map(_named, event_types))
            return handler

        return bind

    def join(self, others: Handlers) -> None:
        """Add the reactions of somebody else, after one's own."""
        for event_type, handlers in others._handlers.items():
            self._handlers[event_type].extend(handlers)
        for handler, event_types in others._batch_handlers.items():
            self._batch_handlers[handler] |= event_types

    def of(self, event_type: type[Event]) -> Sequence[Handler[Any]]:
        """Return the handlers of a type, in the order in which they were bound."""
        return self._handlers.get(event_type, ())

    def concern(self, event_type: type[Event]) -> bool:
        """Tell whether anybody reacts to a type, one by one or in batches."""
        in_batches = any(event_type in types for types in self._batch_handlers.values())
        return in_batches or event_type in self._handlers

    def batches(
        self, events: Sequence[Envelope[Event]]
    ) -> Iterator[tuple[BatchHandler, Sequence[Envelope[Event]]]]:
        """Yield each batch handler with the events that are for it, if there are any."""
        for handler, event_types in self._batch_handlers.items():
            if found := [event for event in events if type(event.data) in event_types]:
                yield handler, found

    @property
    def topics(self) -> frozenset[str]:
        """The topics that carry the events that somebody reacts to."""
        event_types = set(self._handlers).union(*self._batch_handlers.values())
        return frozenset(event_type.topic() for event_type in event_types)

    def _bind(self, event_type: type[Event], handler: Handler[Any]) -> None:
        self._handlers[_named(event_type)].append(handler)


def _named(event_type: type[Event]) -> type[Event]:
    if not event_type.name:
        message = f"{event_type.__name__} has no wire name"
        raise TypeError(message)
    return event_type


def data_of(event_type: type[Handled], envelopes: Iterable[Envelope[Event]]) -> Sequence[Handled]:
    """Return what the events of one type say, in their order."""
    return [event.data for event in envelopes if isinstance(event.data, event_type)]


class PartitionListener(Protocol):
    """Told which partitions this process is responsible for.

    It is called from several tasks, also while another call is still running, and never within
    a transaction. What it raises is logged and changes nothing.
    """

    async def assigned(self, partitions: frozenset[tuple[str, int]]) -> None:
        """Begin to be responsible for partitions, before any of their records is handled.

        The set is complete: what is not in it belongs to others now.
        """
        ...

    async def revoked(self, partitions: frozenset[tuple[str, int]]) -> None:
        """Stop being responsible; no handler runs for these partitions any more."""
        ...

    async def handled(self, topic: str, partition: int) -> None:
        """Continue after a transaction with effects was committed.

        The partition waits for the answer; others go on.
        """
        ...

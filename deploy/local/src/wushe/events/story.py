"""The way of an event, told for a person or a program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table

from common.messaging.kafka import Partition
from common.messaging.topics import topic_named
from wushe.events.log import LogUnreachable, reading
from wushe.events.seen import Seen, when
from wushe.events.trails import Trail, Trails, groups_waiting, trails_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wushe.state import Status


HERE: Final = "the log has it there"
GONE: Final = "the log no longer has it there"
SILENT: Final = "the broker does not answer"


async def show_story(status: Status, sought: str, *, as_json: bool) -> bool:
    """Print what is known of an event or of a subject; tell whether anything is."""
    trails = await trails_of(status.databases, sought)
    console = Console(highlight=False)
    _tell_silence(trails)
    if not trails.events:
        return False
    lies = await _in_log(status.kafka, trails)
    if as_json:
        documents = [document(trail, lies) for trail in trails.events]
        console.print_json(json.dumps(documents, ensure_ascii=False, default=str))
    elif len(trails.events) == 1:
        _show_one(console, trails.events[0], lies)
    else:
        _show_all(console, trails, lies)
    return True


def _tell_silence(trails: Trails) -> None:
    told = Console(stderr=True, highlight=False, soft_wrap=True)
    for name, reason in trails.silent.items():
        told.print(f"database {name} does not answer ({reason}), so what it knows is missing here")
    if trails.silent:
        told.print("see `wushe doctor`")


async def _in_log(bootstrap: str, trails: Trails) -> dict[int, str]:
    """Return, for each event, whether the log has it where it was written."""
    told: dict[int, str] = {}
    try:
        async with reading(bootstrap) as reader:
            for trail in trails.events:
                if trail.partition is None or trail.offset is None:
                    continue
                place = Partition(trail.topic, trail.partition)
                record = await reader.record_at(place, trail.offset)
                found = None if record is None else Seen.of(record).attributes.get("id")
                told[id(trail)] = HERE if found == str(trail.id) else GONE
    except LogUnreachable:
        return {id(trail): SILENT for trail in trails.events}
    return told


def document(trail: Trail, lies: dict[int, str]) -> dict[str, Any]:
    """Return everything about an event for a program."""
    return {
        "id": trail.id,
        "source": trail.source,
        "type": trail.type,
        "subject": trail.subject,
        "version": trail.version,
        "time": _iso(trail.time),
        "partitionkey": trail.key,
        "traceparent": trail.traceparent,
        "data": json.loads(trail.data) if trail.data else None,
        "outbox": trail.outbox,
        "sent_at": _iso(trail.sent_at),
        "confirmed_at": _iso(trail.confirmed_at),
        "topic": trail.topic,
        "partition": trail.partition,
        "offset": trail.offset,
        "in_log": lies.get(id(trail)),
        "taken_in": {group: _iso(at) for group, at in sorted(trail.taken.items())},
        "not_yet": list(_missing(trail)),
        "held": [
            {
                "service": held.service,
                "number": held.number,
                "group": held.group,
                "state": held.state,
                "reason": held.reason,
                "detail": held.detail,
                "attempts": held.attempts,
                "held_at": _iso(held.held_at),
            }
            for held in trail.held
        ],
    }


def _show_one(console: Console, trail: Trail, lies: dict[int, str]) -> None:
    version = "?" if trail.version is None else trail.version
    console.print(f"{trail.type}  [bold]v{version}[/] of {trail.subject}")
    for name, told in _facts(trail, lies):
        console.print(f"  [cyan]{name:<10}[/] {told}", soft_wrap=True)
    if trail.data:
        console.print("  [cyan]data[/]")
        console.print_json(trail.data, indent=2)


def _facts(trail: Trail, lies: dict[int, str]) -> Iterator[tuple[str, str]]:
    yield "event", f"{trail.id or 'has no readable id'}"
    yield "source", trail.source
    if trail.key and trail.key != trail.subject:
        yield "pool", trail.key
    if trail.traceparent:
        yield "trace", trail.traceparent.split("-")[1]
    yield "staged", _staged(trail)
    yield "in the log", _place(trail, lies)
    if trail.outbox:
        yield "confirmed", _confirmed(trail)
    for group, at in sorted(trail.taken.items()):
        yield "taken in", f"{group} at {when(at)}"
    for held in trail.held:
        yield "[red]held[/]      ", f"{held.group}: {held.state} since {when(held.held_at)}"
        yield "", f"because of {held.reason}: {held.detail or 'no more is known'}"
        yield "", f"look: wushe dead-letters show {held.service} {held.number}"
    for group in _missing(trail):
        yield "not yet", f"{group} has not taken it in"


def _show_all(console: Console, trails: Trails, lies: dict[int, str]) -> None:
    table = Table("version", "type", "event", "staged", "where", "taken in by", box=None)
    for trail in trails.events:
        held = [f"[red]{each.group}: {each.state} ({each.reason})[/]" for each in trail.held]
        missing = [f"[yellow]not {group}[/]" for group in _missing(trail)]
        table.add_row(
            f"v{trail.version}",
            trail.type,
            str(trail.id),
            "-" if trail.time is None else when(trail.time),
            _short_place(trail, lies),
            ", ".join([*sorted(trail.taken), *held, *missing]),
        )
    console.print(table)
    if trails.reached:
        reached = ", ".join(f"{group} v{version}" for group, version in trails.reached.items())
        console.print(f"\nHow far each group has come with it: {reached}")
    console.print("One event whole: wushe events show EVENT")


def _staged(trail: Trail) -> str:
    if trail.time is None:
        return "no outbox knows it: whatever wrote it, no service staged it"
    at = when(trail.time)
    if trail.outbox is None:
        return f"{at}; its outbox row is gone, as it goes some days after all have read it"
    return f"{at} in the outbox of {trail.outbox}"


def _place(trail: Trail, lies: dict[int, str]) -> str:
    if trail.partition is None:
        return "[yellow]not sent yet[/]: the relay has still to write it"
    where = f"{trail.topic} partition {trail.partition} offset {trail.offset}"
    sent = f", sent {when(trail.sent_at)}" if trail.sent_at else ""
    return f"{where}{sent}; {lies.get(id(trail), 'not looked at')}"


def _short_place(trail: Trail, lies: dict[int, str]) -> str:
    if trail.partition is None:
        return "[yellow]not sent yet[/]"
    there = "" if lies.get(id(trail)) == HERE else f" ({lies.get(id(trail), '?')})"
    return f"{trail.partition}@{trail.offset}{there}"


def _confirmed(trail: Trail) -> str:
    if trail.confirmed_at is None:
        return "not yet by every group that has to read it"
    return f"{when(trail.confirmed_at)}: every group that has to has read it"


def _missing(trail: Trail) -> Iterator[str]:
    topic = topic_named(trail.topic)
    return groups_waiting(trail, sorted(topic.groups - topic.signals))


def _iso(at: Any) -> str | None:  # noqa: ANN401
    return None if at is None else at.isoformat()

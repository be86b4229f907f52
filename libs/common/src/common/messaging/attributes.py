"""The CloudEvents attributes of a record, read from whatever its headers hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, NoReturn
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from common.messaging.kafka import Record

PREFIX: Final = "ce_"

_MAX_ATTRIBUTE: Final = 1_000
_MAX_VERSION: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What can be said of a record even if the rest of it makes no sense."""

    source: str | None = None
    id: UUID | None = None
    type: str | None = None
    subject: str | None = None
    version: int | None = None

    @property
    def key(self) -> tuple[str, UUID] | None:
        """What tells an event apart from all others."""
        return None if self.source is None or self.id is None else (self.source, self.id)


class Senseless(Exception):
    """A record is no event, for this reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason: Final = reason


def read_attributes(record: Record) -> Mapping[str, str]:
    """Return all attributes of a record that is an event.

    Raises:
        Senseless: One of them is no text, or comes twice.
    """
    found: dict[str, str] = {}
    for name, value in record.headers:
        if name != "content-type" and not name.startswith(PREFIX):
            continue
        attribute = name.removeprefix(PREFIX)
        if attribute in found:
            refuse(f"header {attribute} comes twice")
        found[attribute] = _text(attribute, value)
    return found


def _text(attribute: str, value: bytes | None) -> str:
    if value is None:
        refuse(f"header {attribute} has no value")
    try:
        text = value.decode()
    except UnicodeDecodeError:
        refuse(f"header {attribute} is not UTF-8")
    if not text.isprintable() or len(text) > _MAX_ATTRIBUTE:
        refuse(f"header {attribute} is not a short printable text")
    return text


def legible_attributes(record: Record) -> Mapping[str, str]:
    """Return the attributes that make sense; one that comes twice makes none."""
    found: dict[str, str] = {}
    unclear: set[str] = set()
    for name, value in record.headers:
        attribute = name.removeprefix(PREFIX)
        try:
            text = _text(attribute, value)
        except Senseless:
            unclear.add(attribute)
            continue
        if found.setdefault(attribute, text) != text:
            unclear.add(attribute)
    return {name: text for name, text in found.items() if name not in unclear}


def identity_of(attributes: Mapping[str, str]) -> Identity:
    """Return what the attributes say about which event it is."""
    return Identity(
        source=attributes.get("source") or None,
        id=_uuid(attributes.get("id", "")),
        type=attributes.get("type"),
        subject=attributes.get("subject") or None,
        version=_version(attributes.get("subjectversion", "")),
    )


def refuse(reason: str) -> NoReturn:
    """Say that a record is no event."""
    raise Senseless(reason) from None


def require(holds: bool, reason: str) -> None:  # noqa: FBT001
    """Say that a record is no event unless something holds."""
    if not holds:
        refuse(reason)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _version(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= 19):  # noqa: PLR2004
        return None
    number = int(text)
    return number if 0 < number <= _MAX_VERSION else None


def time_of(text: str) -> datetime | None:
    """Return the aware instant that a text stands for, if any."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if time.tzinfo is None else time

"""A record of the log as somebody wants to see it: in one line, or as a document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, Self

from rich.text import Text

from common.messaging.attributes import legible_attributes
from common.messaging.codec import Unreadable, decode
from common.messaging.kafka import Record

_SHORT_KEY = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """A record, read as far as it can be."""

    record: Record
    attributes: Mapping[str, str]
    text: str
    flaw: str = ""
    """Why no consumer could read it; empty for an event."""

    @classmethod
    def of(cls, record: Record) -> Self:
        """Read a record, whatever it holds."""
        read = decode(record, now=datetime.now(UTC))
        return cls(
            record=record,
            attributes=legible_attributes(record),
            text=(record.value or b"").decode("utf-8", errors="backslashreplace"),
            flaw=read.reason if isinstance(read, Unreadable) else "",
        )

    def fits(self, *, subject: str | None, kind: str | None) -> bool:
        """Tell whether it is about a subject and of a type such as ``cases.need.*``."""
        of_kind = kind is None or fnmatchcase(self.attributes.get("type", ""), kind)
        return of_kind and (subject is None or self.attributes.get("subject") == subject)

    def line(self) -> tuple[Text, Text]:
        """Return what it is, and what it says."""
        return self._head(), Text(self._body(), style="red" if self.flaw else "dim")

    def document(self) -> dict[str, Any]:
        """Return it as a CloudEvent in JSON, with its place in the log."""
        return {
            **self.attributes,
            "data": self._data(),
            "topic": self.record.partition.topic,
            "partition": self.record.partition.number,
            "offset": self.record.offset,
            "logged_at": self.record.logged_at.isoformat(),
            **({"unreadable": self.flaw} if self.flaw else {}),
        }

    def _head(self) -> Text:
        subject = self.attributes.get("subject", "-")
        head = Text(when(self.record.logged_at), style="cyan")
        head.append(f"  {self._kind():<38}", style="bold red" if self.flaw else "bold")
        head.append(f"  {subject:<36}", style="")
        head.append(f"  v{self.attributes.get('subjectversion', '?'):<3}")
        head.append(f"  {self._key():<8}", style="magenta")
        return head

    def _kind(self) -> str:
        topic, number = self.record.partition
        unnamed = f"? in {topic} {number}@{self.record.offset}"
        return self.attributes.get("type", unnamed)

    def _key(self) -> str:
        key = self.attributes.get("partitionkey", "")
        return "-" if key in ("", self.attributes.get("subject")) else key[:_SHORT_KEY]

    def _body(self) -> str:
        said = " ".join(self.text.split())
        place = f"{self.record.partition.topic} {self.record.partition.number}@{self.record.offset}"
        return f"UNREADABLE ({self.flaw}) at {place}: {said}" if self.flaw else said

    def _data(self) -> object:
        try:
            return json.loads(self.text)
        except ValueError:
            return self.text


def when(instant: datetime) -> str:
    """Return an instant as a person here reads it; the day only where it is not today."""
    here = instant.astimezone()
    is_today = here.date() == datetime.now().astimezone().date()
    return here.strftime("%H:%M:%S.%f" if is_today else "%Y-%m-%d %H:%M:%S.%f")[:-3]

"""The lines of a need: each asks for one kind of thing, in a unit and a quantity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType
from uuid import UUID, uuid5

from common.vocabulary import KIND_OF_SERVICE, LineKind, ServiceCode, Unit, Weekday

LineId = NewType("LineId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedLine:
    """What one line asks for.

    No weekday means that any day will do; no distance means that distance is no obstacle in itself.
    """

    id: LineId
    service: ServiceCode
    quantity: int
    unit: Unit
    weekdays: frozenset[Weekday] = frozenset()
    within_metres: int | None = None
    needs_vetting: bool = False
    all_or_nothing: bool = False
    """The lines of a need that say so are filled together, or not at all."""
    not_before: datetime | None = None
    """What is asked for begins no earlier, if that matters."""
    not_after: datetime | None = None
    """What is asked for is over by then, if that matters."""

    @property
    def kind(self) -> LineKind:
        """The kind of thing that the service belongs to."""
        return KIND_OF_SERVICE[self.service]


def line_id_at(need_id: UUID, position: int) -> LineId:
    """Return the id of a line that its client did not name.

    It follows from the need and the position, so that the same words said twice, as phones with
    bad reception do, are the same need.
    """
    return LineId(uuid5(need_id, f"line/{position}"))

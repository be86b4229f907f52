"""Needs that are expected to be new: noted, to be written on the driver with key and answer.

The statements are those of ``PostgresNeeds.add``, in the driver's words. A taken id of a need or a
line shows in the number of rows; then all of it is undone and done again with care.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from cases.adapters.postgres.need_mapping import line_values, need_values
from cases.adapters.postgres.needs import ADD_LINES, ADD_NEEDS, PostgresNeeds
from cases.adapters.postgres.tables import NeedLineRow, NeedRow
from cases.adapters.published import messages_of
from common.persistence.additions import NO_SESSION, Addition
from common.persistence.bulk import as_columns, on_driver

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cases.domain.line import LineId
    from cases.domain.need import Need, NeedId, NeedWasSubmitted
    from common.areas import Areas
    from common.change import Change
    from common.persistence.outbox import Outbox

_ADD_NEEDS: Final = on_driver(ADD_NEEDS)
_ADD_LINES: Final = on_driver(ADD_LINES)


class NewNeeds(PostgresNeeds):
    """The needs of a request that only adds some; whatever else it asks is not answered here."""

    def __init__(self, additions: list[Addition], outbox: Outbox, areas: Areas) -> None:
        super().__init__(NO_SESSION, outbox, areas)
        self._additions: Final = additions
        self._events: Final = outbox

    @override
    async def add(self, changes: Sequence[Change[Need, NeedWasSubmitted]]) -> Mapping[NeedId, Need]:
        if not changes:
            return {}
        # Two batches with needs in common take them in the same order and so never in a circle.
        changes = sorted(changes, key=lambda change: change.state.id)
        needs = [need_values(change.state) for change in changes]
        lines = sorted(
            chain.from_iterable(line_values(change.state) for change in changes),
            key=lambda row: row["id"],
        )
        messages = list(chain.from_iterable(map(messages_of, changes)))
        self._additions.extend(
            (
                _ADD_NEEDS.addition(as_columns(NeedRow, needs), rows=len(needs)),
                _ADD_LINES.addition(as_columns(NeedLineRow, lines), rows=len(lines), after=True),
                self._events.addition(messages),
            )
        )
        return {}

    @override
    async def owners_of(self, line_ids: Collection[LineId]) -> Mapping[LineId, NeedId]:
        # Whoever has one of them shows when the lines are written.
        return {}

"""What is known of matches, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlmodel import col, delete, select, update
from typing_extensions import override

from cases.adapters.postgres.tables import MatchRow
from cases.app.ports import Matches
from cases.domain.errors import MatchNotFound
from cases.domain.line import LineId
from cases.domain.match import Match, MatchId
from cases.domain.need import NeedId
from common.persistence.bulk import as_columns, insertion_of_many
from common.vocabulary import MatchState, Society, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel.ext.asyncio.session import AsyncSession

_ADD: Final = insertion_of_many(MatchRow).on_conflict_do_nothing()


class PostgresMatches(Matches):
    """What is known of matches as of one transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session: Final = session

    @override
    async def get(self, match_id: MatchId) -> Match:
        query = select(MatchRow).where(MatchRow.id == match_id)
        row = (await self._session.exec(query.execution_options(populate_existing=True))).first()
        if row is None:
            raise MatchNotFound(match_id=match_id)
        return _to_match(row)

    @override
    async def put(self, matches: Sequence[Match]) -> None:
        # Two who tell of the same ones take them in the same order and so never in a circle.
        rows = [_values(match) for match in sorted(matches, key=lambda match: match.id)]
        await self._session.exec(_ADD, params=as_columns(MatchRow, rows))

    @override
    async def move(self, match_id: MatchId, state: MatchState) -> None:
        moved = await self._session.exec(
            update(MatchRow).where(col(MatchRow.id) == match_id).values(state=state.value)
        )
        if moved.rowcount == 0:
            raise MatchNotFound(match_id=match_id)

    @override
    async def forget(self, match_id: MatchId) -> None:
        await self._session.exec(delete(MatchRow).where(col(MatchRow.id) == match_id))


def _to_match(row: MatchRow) -> Match:
    return Match(
        id=MatchId(row.id),
        need_id=NeedId(row.need_id),
        line_id=LineId(row.line_id),
        society=Society(row.society),
        unit=Unit(row.unit),
        state=MatchState(row.state),
    )


def _values(match: Match) -> dict[str, Any]:
    return {
        "id": match.id,
        "need_id": match.need_id,
        "line_id": match.line_id,
        "society": match.society.value,
        "unit": match.unit.value,
        "state": match.state.value,
    }

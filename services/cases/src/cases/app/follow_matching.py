"""Following what matching decides, as far as recording services and closing needs depends on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.domain.match import Match, MatchId
from cases.domain.need import NeedId
from cases.domain.progress import DerivedLine
from common.vocabulary import MatchState

if TYPE_CHECKING:
    from cases.app.ports import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMatch:
    """Note that a match has come to a state."""

    match_id: MatchId
    state: MatchState


@dataclass(frozen=True, slots=True, kw_only=True)
class DeriveLines:
    """Note which lines came along with those that were asked for."""

    need_id: NeedId
    lines: tuple[DerivedLine, ...]


async def note_match(match: Match, *, store: Store) -> None:
    """Remember a match that was proposed; services may be recorded for it later."""
    async with store.transaction() as cases:
        await cases.matches.put(match)


async def move_match(command: MoveMatch, *, store: Store) -> None:
    """Note that a match was accepted, is being served or is fulfilled.

    Raises:
        MatchNotFound: Its proposal has not been heard of yet.
    """
    async with store.transaction() as cases:
        await cases.matches.move(command.match_id, command.state)


async def forget_match(match_id: MatchId, *, store: Store) -> None:
    """Drop a match that came to nothing; what was recorded for it stays on record."""
    async with store.transaction() as cases:
        await cases.matches.forget(match_id)


async def derive_lines(command: DeriveLines, *, store: Store) -> None:
    """Show the lines that the linkage plan derived, instead of those it derived before."""
    async with store.transaction() as cases:
        await cases.needs.derive(command.need_id, command.lines)

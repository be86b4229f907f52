"""Following what matching decides, as far as recording services and closing needs depends on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases.domain.match import Match, MatchId
from common.vocabulary import MatchState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cases.app.ports import Store
    from cases.domain.need import NeedId
    from cases.domain.progress import DerivedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMatch:
    """Note that a match has come to a state."""

    match_id: MatchId
    state: MatchState


async def note_matches(matches: Sequence[Match], *, store: Store) -> None:
    """Remember matches that were proposed; services may be recorded for them later."""
    async with store.transaction() as cases:
        await cases.matches.put(matches)


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


async def derive_lines(lines: Mapping[NeedId, Sequence[DerivedLine]], *, store: Store) -> None:
    """Show the lines that came along in each linkage plan, instead of those that did before."""
    async with store.transaction() as cases:
        await cases.needs.derive(lines)

"""Matches that no longer fit since the time or the place of their need has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from matching.domain.explanation import explain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from matching.domain.explanation import Circumstances
    from matching.domain.identity import LineId, MatchId, OfferId
    from matching.domain.need import Need
    from matching.domain.policy import Policy

Failed: TypeAlias = "Mapping[tuple[LineId, OfferId], Sequence[str]]"


def broken_by_change(
    before: Need, after: Need, around: Circumstances, policy: Policy, *, at: datetime
) -> Mapping[MatchId, tuple[str, ...]]:
    """Return, for each match of a need that its change makes unfit, the rules that now forbid it.

    What was forbidden before the change already is none of the change's doing.
    """
    failed_before = _failed(before, around, policy, at=at)
    failed_after = _failed(after, around, policy, at=at)
    broken: dict[MatchId, tuple[str, ...]] = {}
    for match in around.matches:
        pair = (match.pairing.line_id, match.pairing.offer_id)
        new = [code for code in failed_after[pair] if code not in failed_before[pair]]
        if new:
            broken[match.id] = tuple(new)
    return broken


def _failed(need: Need, around: Circumstances, policy: Policy, *, at: datetime) -> Failed:
    return {
        (each.line.id, each.offer.id): [check.rule.code for check in each.failed]
        for each in explain(need, around, policy, at=at)
    }

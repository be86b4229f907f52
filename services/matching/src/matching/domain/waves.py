"""Whom to ask now: waves of asks, in which whoever was asked longest ago comes first.

An ask holds nothing, so several parties may be asked for one line. A wave asks the plan's choice
and others that are nearly as good at the plan's prices; the first yes counts. Nobody has more than
so many asks open, and nobody is asked twice for one line at a time. Where the choice itself cannot
be asked any more, others are, rather than nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from matching.domain.identity import LineId, OfferId, PartyId

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matching.domain.policy import Asking

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveRules:
    """How many are asked at once, how much worse they may be, and when others are asked too."""

    size: int
    urgent_size: int
    """Of a line for which somebody's yes came to nothing."""
    within: int
    """Points that another may lose against the plan's choice, at the plan's prices."""
    pause: timedelta
    """Time between two waves for one line, as long as somebody may still answer."""
    open_asks: int
    """Asks that one party may have open."""

    @classmethod
    def of(cls, asking: Asking) -> WaveRules:
        """Take the figures of a policy."""
        return cls(
            size=asking.wave,
            urgent_size=max(asking.wave, asking.urgent_wave),
            within=asking.wave_points,
            pause=timedelta(seconds=asking.wave_seconds),
            open_asks=asking.open_asks,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An offer that may be asked for a line; ``loss`` is 0 where it is as good as the choice."""

    offer_id: OfferId
    party_id: PartyId
    loss: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLoad:
    """How many asks a party has open, and when it was asked last."""

    open: int = 0
    last: datetime | None = None

    def asked(self, at: datetime) -> AskLoad:
        """Return the load after one more ask."""
        return AskLoad(open=self.open + 1, last=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLine:
    """A line for which parties may be asked, whom the plan chose for it, and who else could.

    ``asked`` is who has an open ask for it, and since when; ``rules`` are those of its area.
    """

    line_id: LineId
    choice: Candidate
    rules: WaveRules
    others: tuple[Candidate, ...] = ()
    asked: Mapping[PartyId, datetime] = field(default_factory=dict)
    approved_at: datetime | None = None
    urgent_since: datetime | None = None

    @property
    def is_begun(self) -> bool:
        """Whether the approval itself asked the first of a wave, whose others are still to come."""
        return bool(self.asked) and max(self.asked.values()) == self.approved_at

    def after(self, wave: tuple[Candidate, ...], *, at: datetime) -> WaitingLine:
        """Return the line when a wave has gone out."""
        return replace(self, asked={**self.asked, **{each.party_id: at for each in wave}})

    def begins(self) -> datetime | None:
        """Return when the next wave goes out; nothing if it may at once."""
        if not self.asked:
            return None
        last = max(self.asked.values())
        is_called_for = self.urgent_since is not None and self.urgent_since > last
        return None if is_called_for else last + self.rules.pause


def waves(
    lines: Iterable[WaitingLine],
    loads: Mapping[PartyId, AskLoad],
    *,
    at: datetime,
) -> Mapping[LineId, tuple[Candidate, ...]]:
    """Return whom to ask now for each line whose wave is due, the plan's choice first.

    Lines are served in the order given; what is asked for one counts for those after it.
    """
    known = dict(loads)
    sent: dict[LineId, tuple[Candidate, ...]] = {}
    for line in lines:
        begins = line.begins()
        is_early = begins is not None and begins > at
        if is_early and not line.is_begun:
            continue
        sent_already = len(line.asked) if is_early else 0
        wave = _wave(line, known)[: max(0, _size(line) - sent_already)]
        for candidate in wave:
            known[candidate.party_id] = _load(known, candidate).asked(at)
        if wave:
            sent[line.line_id] = wave
    return sent


def next_wave(line: WaitingLine, *, at: datetime) -> datetime | None:
    """Return when a line is to be looked at again though nothing happens, if anybody is left."""
    begins = line.begins()
    left = any(
        candidate.party_id not in line.asked
        for candidate in (line.choice, *line.others)
        if candidate.loss <= line.rules.within
    )
    return begins if left and begins is not None and begins > at else None


def _wave(line: WaitingLine, loads: Mapping[PartyId, AskLoad]) -> tuple[Candidate, ...]:
    chosen = [line.choice] if _may_be_asked(line.choice, line, loads) else []
    others = _least_recently_asked(line, loads)
    return (*chosen, *others[: _size(line) - len(chosen)])


def _size(line: WaitingLine) -> int:
    return line.rules.size if line.urgent_since is None else line.rules.urgent_size


def _least_recently_asked(
    line: WaitingLine, loads: Mapping[PartyId, AskLoad]
) -> Sequence[Candidate]:
    best: dict[PartyId, Candidate] = {}
    for candidate in sorted(line.others, key=lambda each: (each.loss, each.offer_id)):
        is_near = candidate.loss <= line.rules.within
        is_other = candidate.party_id != line.choice.party_id
        if is_near and is_other and _may_be_asked(candidate, line, loads):
            best.setdefault(candidate.party_id, candidate)
    return sorted(best.values(), key=lambda each: (_in_turn(_load(loads, each)), each.party_id))


def _may_be_asked(
    candidate: Candidate, line: WaitingLine, loads: Mapping[PartyId, AskLoad]
) -> bool:
    is_asked = candidate.party_id in line.asked
    return not is_asked and _load(loads, candidate).open < line.rules.open_asks


def _in_turn(load: AskLoad) -> tuple[bool, datetime]:
    """Return the key by which whoever was asked longest ago, or never, comes first."""
    return (load.last is not None, load.last or _LONG_AGO)


def _load(loads: Mapping[PartyId, AskLoad], candidate: Candidate) -> AskLoad:
    return loads.get(candidate.party_id, AskLoad())

"""The shortage ledger: what stands in the way of lines that nobody fills, added up.

A line counts under every rule that forbids one of the offers which come nearest to it, that is, of
those that the fewest rules forbid. Where no offer names its service it counts as offered by nobody,
and where an offer would do that is planned for others, as taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from common.places import AreaRef
from common.vocabulary import ServiceCode, Unit
from matching.domain.columns import board, of_one_service
from matching.domain.identity import PartyId
from matching.domain.need import Line, Need
from matching.domain.offer import Offer
from matching.domain.party import Party
from matching.domain.rules import RULE_BY_CODE, RULES
from matching.domain.saying import Saying
from matching.domain.standing import Refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matching.domain.columns import Integers, Mask
    from matching.domain.offering import Offering

NOBODY_OFFERS: Final = "nobody_offers"
TAKEN: Final = "taken"

_TITLES: Final = {
    NOBODY_OFFERS: Saying("无人提供", "Nobody offers it"),
    TAKEN: Saying("符合条件的余量已安排给别处", "What would do is planned for others"),
}
_PAIRS_AT_ONCE: Final = 1_000_000
"""What is looked at together must fit into memory, however many lines and offers there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """Lines of a pool that nobody fills, and everything that is offered there."""

    lines: Sequence[tuple[Need, Line]]
    offers: Sequence[Offer]
    parties: Mapping[PartyId, Party]
    refusals: Refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """How much of a service is lacking in an area for one reason.

    A line may lack for several reasons, so shortages of different reasons are not added up.
    """

    area: AreaRef
    service: ServiceCode
    unit: Unit
    reason: str
    lines: int
    quantity: int
    waiting_since: datetime


def title_of(reason: str) -> Saying:
    """Return what people call a reason: the title of its rule, mostly.

    A rule that a later release has dropped is called by its code.
    """
    if reason in _TITLES:
        return _TITLES[reason]
    rule = RULE_BY_CODE.get(reason)
    return Saying(reason, reason) if rule is None else rule.title


def shortages(unmet: Unmet, offering: Offering, *, at: datetime) -> tuple[Shortage, ...]:
    """Add up what stands in the way, by area, service, unit and reason."""
    counted: defaultdict[_Key, list[tuple[Need, Line]]] = defaultdict(list)
    for asked, reasons in _reasons(unmet, offering, at):
        need, line = asked
        area = need.site.township or need.site.area
        for reason in reasons:
            counted[area, line.service, line.unit, reason].append(asked)
    return tuple(_added_up(key, counted[key]) for key in sorted(counted))


_Key = tuple[AreaRef, ServiceCode, Unit, str]


def _added_up(key: _Key, asked: Sequence[tuple[Need, Line]]) -> Shortage:
    area, service, unit, reason = key
    return Shortage(
        area=area,
        service=service,
        unit=unit,
        reason=reason,
        lines=len(asked),
        quantity=sum(line.quantity for _, line in asked),
        waiting_since=min(need.submitted_at for need, _ in asked),
    )


def _reasons(
    unmet: Unmet, offering: Offering, at: datetime
) -> Iterator[tuple[tuple[Need, Line], list[str]]]:
    at_once = max(1, _PAIRS_AT_ONCE // max(1, len(unmet.offers)))
    for begin in range(0, len(unmet.lines), at_once):
        some = unmet.lines[begin : begin + at_once]
        in_the_way = _in_the_way(some, unmet, offering, at)
        for row, asked in enumerate(some):
            yield asked, [code for code, lines in in_the_way.items() if lines[row]]


def _in_the_way(
    some: Sequence[tuple[Need, Line]], unmet: Unmet, offering: Offering, at: datetime
) -> Mapping[str, Mask]:
    """Tell for each reason which of the lines it concerns."""
    pairs = of_one_service(
        board(
            some,
            unmet.offers,
            parties=unmet.parties,
            refusals=unmet.refusals,
            matches=(),
            offering=offering,
            at=at,
        )
    )
    fails = {rule.code: ~rule.holds(pairs) for rule in RULES}
    failing = np.sum(list(fails.values()), axis=0, dtype=np.int64)
    fewest = np.full(len(some), len(RULES) + 1, dtype=np.int64)
    np.minimum.at(fewest, pairs.line, failing)
    is_nearest = failing == fewest[pairs.line]
    return {
        NOBODY_OFFERS: fewest > len(RULES),
        TAKEN: fewest == 0,
        **{code: _any_of(pairs.line, mask & is_nearest, len(some)) for code, mask in fails.items()},
    }


def _any_of(line: Integers, mask: Mask, lines: int) -> Mask:
    return np.bincount(line[mask], minlength=lines) > 0

"""What there was to give at each instant of a past that is played: offers, less what is taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from common.clock import CHINA
from matching.domain.session import clashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from matching.domain.allotment import Allotment
    from matching.domain.identity import OfferId, PartyId
    from matching.domain.offer import Offer
    from matching.domain.session import Opening, Openings


class Stock:
    """Offers as nobody had taken anything of them, but for what other pools really had.

    ``openings`` are all sessions of an offer with a calendar, with all of their seats.
    """

    def __init__(
        self,
        offers: Iterable[Offer],
        allotments: Iterable[Allotment],
        openings: Mapping[OfferId, Openings],
    ) -> None:
        self._offers: Final = {offer.id: _untouched(offer, openings) for offer in offers}
        self._away: Final[defaultdict[OfferId, list[Allotment]]] = defaultdict(list)
        for allotment in allotments:
            self._away[allotment.offer_id].append(allotment)
        self._taken: Final[Counter[UUID]] = Counter()
        self._clashing: Final = dict(_clashing(self._offers.values()))

    def at(self, at: datetime) -> tuple[Offer, ...]:
        """Return what had been offered until an instant, with what is left of it then."""
        return tuple(
            self._as_of(offer, at) for offer in self._offers.values() if offer.published_at < at
        )

    def take(self, offer_id: OfferId, source: UUID, quantity: int, *, at: datetime) -> None:
        """Take so much of an offer: of its lots what expires first, or of one of its sessions."""
        offer = self._offers[offer_id]
        self._taken[source] += quantity
        if offer.openings is None:
            on = at.astimezone(CHINA).date()
            self._offers[offer_id], _ = offer.hold(quantity, on=on)

    def _as_of(self, offer: Offer, at: datetime) -> Offer:
        is_withdrawn = offer.withdrawn_at is not None and offer.withdrawn_at <= at
        as_of = replace(offer, withdrawn_at=offer.withdrawn_at if is_withdrawn else None)
        if offer.openings is not None:
            return replace(as_of, openings=tuple(map(self._left, offer.openings)))
        on = at.astimezone(CHINA).date()
        away = sum(each.away_at(at) for each in self._away.get(offer.id, ()))
        # What was really allotted may have been taken in the play before.
        away = min(away, as_of.free_on(on))
        return as_of.allot(away, on=on)[0] if away else as_of

    def _left(self, opening: Opening) -> Opening:
        is_blocked = any(self._taken[each] for each in self._clashing.get(opening.session_id, ()))
        free = 0 if is_blocked else opening.free - self._taken[opening.session_id]
        return replace(opening, free=free)


def _untouched(offer: Offer, openings: Mapping[OfferId, Openings]) -> Offer:
    return replace(
        offer,
        held=0,
        delivered=0,
        allotted=0,
        lots_held=tuple(0 for _ in offer.supply.lots),
        openings=None if offer.openings is None else openings.get(offer.id, ()),
    )


def _clashing(offers: Iterable[Offer]) -> Iterable[tuple[UUID, Sequence[UUID]]]:
    """Yield sessions of one giver with those that exclude them."""
    of_giver: defaultdict[PartyId, list[Opening]] = defaultdict(list)
    for offer in offers:
        of_giver[offer.supply.party_id].extend(offer.openings or ())
    for theirs in of_giver.values():
        for source, others in clashes(theirs).items():
            yield source, tuple(others)

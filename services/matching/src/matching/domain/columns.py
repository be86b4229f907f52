"""Lines and offers as columns of numbers, and pairs of them as two columns of indices.

What a rule or a score term needs is turned into numbers once, here, so that every one of them is
a single expression over whole columns. A pair to be explained is a column of length one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from common.clock import CHINA, days_between
from common.places import EARTH_RADIUS_M, AreaRef
from common.vocabulary import Beneficiary, MatchState, ServiceCode, Unit
from matching.domain.identity import LineId, NeedId, OfferId, PartyId, PoolId
from matching.domain.match import STANDING
from matching.domain.moderation import Moderation
from matching.domain.need import SearchArea
from matching.domain.opens import EVERY_DAY, NO_OPENINGS, days_of, opening_table
from matching.domain.window import microseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from matching.domain.match import Match
    from matching.domain.need import Line, Need
    from matching.domain.offer import Offer
    from matching.domain.offering import Offering
    from matching.domain.party import Party
    from matching.domain.standing import Refusals

Integers: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Tables: TypeAlias = NDArray[np.object_]

T = TypeVar("T")

UNKNOWN: Final = -1
NO_LIMIT: Final = np.iinfo(np.int64).max
_STRIDE: Final = 2**31
"""More than there will ever be of anything that is numbered, so that two numbers make one key."""

_SERVICE: Final = {code: number for number, code in enumerate(ServiceCode)}
_SERVICE_BIT: Final = {code: 1 << number for code, number in _SERVICE.items()}
_BENEFICIARY: Final = {code: 1 << number for number, code in enumerate(Beneficiary)}
_UNIT: Final = {code: number for number, code in enumerate(Unit)}
_WIDTH: Final = {search_area: number for number, search_area in enumerate(SearchArea)}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LineColumns:
    """One row a line. ``weekdays`` is a set of bits, empty when any day will do.

    ``not_before`` and ``not_after`` are microseconds, without limit when it does not matter;
    ``window_days`` is the set of weekdays in between. A line ``is_late`` when its time is over or
    has none of its days left; nothing is then said of when it ends.

    ``search_area`` counts how often the search was widened: township, county, prefecture.
    ``beneficiary`` and ``needed_services`` are sets of bits too, those of the whole need.
    """

    ids: tuple[LineId, ...]
    pool: Integers
    need: Integers
    service: Integers
    unit: Integers
    quantity: Integers
    weekdays: Integers
    not_before: Integers
    not_after: Integers
    window_days: Integers
    is_late: Mask
    within_metres: Integers
    needs_vetting: Mask
    longitude: Floats
    latitude: Floats
    area: Integers
    township: Integers
    county: Integers
    search_area: Integers
    prefecture: Integers
    beneficiary: Integers
    needed_services: Integers
    urgency: Integers
    waiting_days: Integers


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class OfferColumns:
    """One row an offer. ``weekdays`` is a set of bits, and so is what it is earmarked to.

    ``openings`` has a table for each offer that ``is_scheduled``, with a row for each session that
    is to come and the columns of ``Opens``. ``source`` is the number of the offer itself, where it
    is had at any time.

    ``age_days`` counts from when its owner last said that it holds.
    """

    ids: tuple[OfferId, ...]
    pool: Integers
    party: Integers
    service: Integers
    unit: Integers
    free: Integers
    weekdays: Integers
    reach_metres: Integers
    longitude: Floats
    latitude: Floats
    township: Integers
    county: Integers
    is_scheduled: Mask
    openings: Tables
    source: Integers
    scope: Integers
    beneficiaries: Integers
    earmarked_services: Integers
    stands: Mask
    valid_until: Integers
    is_approved: Mask
    is_fresh: Mask
    is_active: Mask
    is_vetted: Mask
    age_days: Integers
    kept_words: Integers
    broken_words: Integers


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Board:
    """All lines and offers side by side, with what is known of single pairs.

    ``refused`` has keys of (need, party); ``proposed`` and ``asked`` have keys of (line, offer);
    ``named`` has keys of (line, source) for the sessions that those are for.
    ``source_ids`` are by the numbers that offers and their sessions have.
    """

    lines: LineColumns
    offers: OfferColumns
    refused: Integers
    proposed: Integers
    asked: Integers
    named: Integers
    source_ids: Sequence[UUID]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of a board: row ``k`` joins line ``line[k]`` with offer ``offer[k]``."""

    board: Board
    line: Integers
    offer: Integers

    def only(self, mask: Mask) -> Pairs:
        """Return the pairs that a mask lets through."""
        return Pairs(self.board, self.line[mask], self.offer[mask])

    def metres(self) -> Integers:
        """Return the distance of each pair in whole metres, ``UNKNOWN`` where a home has no point.

        The haversine formula, as in ``common.places.Position.metres_to``.
        """
        lines, offers = self.board.lines, self.board.offers
        lat_a = np.radians(lines.latitude[self.line])
        lat_b = np.radians(offers.latitude[self.offer])
        across = np.radians(offers.longitude[self.offer] - lines.longitude[self.line])
        half = (
            np.sin((lat_b - lat_a) / 2) ** 2
            + np.cos(lat_a) * np.cos(lat_b) * np.sin(across / 2) ** 2
        )
        metres = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(half)))
        return np.where(np.isnan(metres), UNKNOWN, np.rint(metres)).astype(np.int64)

    def keys(self) -> Integers:
        """Return one number for each pair of line and offer."""
        return self.line * len(self.board.offers.ids) + self.offer

    def keys_of_sources(self, pair: Integers, source: Integers) -> Integers:
        """Return one number for each line with a source, of pairs that are told by their places."""
        return self.line[pair] * _STRIDE + source

    def parties_of_needs(self) -> Integers:
        """Return one number for each pair of need and party."""
        lines, offers = self.board.lines, self.board.offers
        return lines.need[self.line] * _STRIDE + offers.party[self.offer]


def board(
    asked_for: Sequence[tuple[Need, Line]],
    offers: Sequence[Offer],
    *,
    parties: Mapping[PartyId, Party],
    refusals: Refusals,
    matches: Iterable[Match],
    offering: Offering,
    at: datetime,
) -> Board:
    """Lay out lines and offers; ``at`` is the instant that validity and waiting are judged by.

    ``offering`` says how long an offer that nobody confirms is fresh.
    """
    numbers = Numbering()
    lines = line_columns(asked_for, numbers, at)
    columns = offer_columns(offers, parties, numbers, offering, at=at)
    return laid_out(lines, columns, numbers, refusals=refusals, matches=matches)


def laid_out(
    lines: LineColumns,
    offers: OfferColumns,
    numbers: Numbering,
    *,
    refusals: Refusals,
    matches: Iterable[Match],
) -> Board:
    """Put columns side by side that were numbered together."""
    live = tuple(matches)
    return Board(
        lines=lines,
        offers=offers,
        refused=_refused(refusals, numbers),
        proposed=_pairs_of(live, MatchState.PROPOSED, lines, offers),
        asked=_pairs_of(live, MatchState.ASKED, lines, offers),
        named=_named(live, lines, numbers),
        source_ids=numbers.source_ids,
    )


def of_one_service(whole: Board, rows: slice = slice(None)) -> Pairs:
    """Return every pair that speaks of the same service, ordered by line and offer.

    The loop is over services, of which there are a handful. ``rows`` limits the lines.
    """
    offers, first = whole.offers, rows.indices(len(whole.lines.ids))[0]
    wanted = whole.lines.service[rows]
    found: list[tuple[Integers, Integers]] = []
    for service in np.intersect1d(wanted, offers.service):
        line = first + np.flatnonzero(wanted == service)
        offer = np.flatnonzero(offers.service == service)
        found.append((np.repeat(line, len(offer)), np.tile(offer, len(line))))
    nothing = np.empty(0, dtype=np.int64)
    line = np.concatenate([nothing, *(pair[0] for pair in found)])
    offer = np.concatenate([nothing, *(pair[1] for pair in found)])
    order = np.lexsort((offer, line))
    return Pairs(whole, line[order], offer[order])


def every_pair(whole: Board) -> Pairs:
    """Return all pairs, ordered by line and offer; for explanations."""
    lines, offers = len(whole.lines.ids), len(whole.offers.ids)
    return Pairs(whole, np.repeat(np.arange(lines), offers), np.tile(np.arange(offers), lines))


class Numbering:
    """Small numbers for things that are only compared: equal things, equal numbers."""

    def __init__(self) -> None:
        self.needs: Final[dict[NeedId, int]] = {}
        self.parties: Final[dict[PartyId, int]] = {}
        self.sources: Final[dict[UUID, int]] = {}
        self.source_ids: Final[list[UUID]] = []
        self._areas: Final[dict[AreaRef, int]] = {}
        self._pools: Final[dict[PoolId, int]] = {}

    def need(self, need_id: NeedId) -> int:
        """Return the number of a need."""
        return self.needs.setdefault(need_id, len(self.needs))

    def party(self, party_id: PartyId) -> int:
        """Return the number of a party."""
        return self.parties.setdefault(party_id, len(self.parties))

    def source(self, source_id: UUID) -> int:
        """Return the number of an offer, or of one of its sessions."""
        number = self.sources.setdefault(source_id, len(self.sources))
        if number == len(self.source_ids):
            self.source_ids.append(source_id)
        return number

    def pool(self, pool_id: PoolId) -> int:
        """Return the number of a pool."""
        return self._pools.setdefault(pool_id, len(self._pools))

    def area(self, ref: AreaRef | None) -> int:
        """Return the number of an area, ``UNKNOWN`` of none."""
        return UNKNOWN if ref is None else self._areas.setdefault(ref, len(self._areas))


def _end(line: Line, at: datetime) -> int:
    end = line.window.not_after
    return NO_LIMIT if end is None or line.is_too_late(at=at) else microseconds(end)


def _integers(values: Iterable[int]) -> Integers:
    return np.fromiter(values, dtype=np.int64)


def _floats(values: Iterable[float]) -> Floats:
    return np.fromiter(values, dtype=np.float64)


def _mask(values: Iterable[bool]) -> Mask:
    return np.fromiter(values, dtype=np.bool_)


def _openings(offers: Sequence[Offer], numbers: Numbering, at: datetime) -> Tables:
    tables = np.empty(len(offers), dtype=object)
    for place, offer in enumerate(offers):
        tables[place] = (
            opening_table(offer.coming(at=at), numbers.source) if offer.openings else NO_OPENINGS
        )
    return tables


def _bits(of: Mapping[T, int], members: Iterable[T]) -> int:
    return sum(of[each] for each in set(members))


def line_columns(
    asked_for: Sequence[tuple[Need, Line]], numbers: Numbering, at: datetime
) -> LineColumns:
    """Turn lines into numbers."""
    needs = [need for need, _ in asked_for]
    lines = [line for _, line in asked_for]
    points = [need.site.point for need in needs]
    return LineColumns(
        ids=tuple(line.id for line in lines),
        pool=_integers(numbers.pool(need.site.pool_id) for need in needs),
        need=_integers(numbers.need(need.id) for need in needs),
        service=_integers(_SERVICE[line.service] for line in lines),
        unit=_integers(_UNIT[line.unit] for line in lines),
        quantity=_integers(line.quantity for line in lines),
        weekdays=_integers(days_of(line.weekdays) for line in lines),
        not_before=_integers(microseconds(line.window.begins(at=at)) for line in lines),
        not_after=_integers(_end(line, at) for line in lines),
        window_days=_integers(days_of(line.window.weekdays(at=at)) for line in lines),
        is_late=_mask(line.is_too_late(at=at) for line in lines),
        within_metres=_integers(
            NO_LIMIT if line.within_metres is None else line.within_metres for line in lines
        ),
        needs_vetting=_mask(line.needs_vetting for line in lines),
        longitude=_floats(np.nan if point is None else point.longitude for point in points),
        latitude=_floats(np.nan if point is None else point.latitude for point in points),
        area=_integers(numbers.area(need.site.area) for need in needs),
        township=_integers(numbers.area(need.site.township) for need in needs),
        county=_integers(numbers.area(need.site.county) for need in needs),
        search_area=_integers(_WIDTH[need.search_area] for need in needs),
        prefecture=_integers(numbers.area(need.site.prefecture) for need in needs),
        beneficiary=_integers(_BENEFICIARY[need.beneficiary] for need in needs),
        needed_services=_integers(
            _bits(_SERVICE_BIT, (line.service for line in need.lines)) for need in needs
        ),
        urgency=_integers(need.urgency for need in needs),
        waiting_days=_integers(days_between(need.submitted_at, at) for need in needs),
    )


def offer_columns(
    offers: Sequence[Offer],
    parties: Mapping[PartyId, Party],
    numbers: Numbering,
    offering: Offering,
    *,
    at: datetime,
) -> OfferColumns:
    """Turn offers into numbers."""
    today = at.astimezone(CHINA).date()
    givers = [parties[offer.supply.party_id] for offer in offers]
    points = [offer.site.point for offer in offers]
    return OfferColumns(
        ids=tuple(offer.id for offer in offers),
        pool=_integers(numbers.pool(offer.site.pool_id) for offer in offers),
        party=_integers(numbers.party(offer.supply.party_id) for offer in offers),
        service=_integers(_SERVICE[offer.supply.service] for offer in offers),
        unit=_integers(_UNIT[offer.supply.unit] for offer in offers),
        free=_integers(offer.free_on(today) for offer in offers),
        weekdays=_integers(days_of(offer.supply.weekdays) or EVERY_DAY for offer in offers),
        reach_metres=_integers(offer.supply.reach_metres for offer in offers),
        longitude=_floats(np.nan if point is None else point.longitude for point in points),
        latitude=_floats(np.nan if point is None else point.latitude for point in points),
        township=_integers(numbers.area(offer.site.township) for offer in offers),
        county=_integers(numbers.area(offer.site.county) for offer in offers),
        is_scheduled=_mask(offer.openings is not None for offer in offers),
        openings=_openings(offers, numbers, at),
        source=_integers(numbers.source(offer.id) for offer in offers),
        scope=_integers(numbers.area(offer.supply.scope) for offer in offers),
        beneficiaries=_integers(
            _bits(_BENEFICIARY, offer.supply.earmark.beneficiaries) for offer in offers
        ),
        earmarked_services=_integers(
            _bits(_SERVICE_BIT, offer.supply.earmark.services) for offer in offers
        ),
        stands=_mask(offer.stands(at=at) for offer in offers),
        valid_until=_integers(microseconds(offer.supply.valid_until) for offer in offers),
        is_approved=_mask(offer.moderation is Moderation.APPROVED for offer in offers),
        is_fresh=_mask(offering.is_fresh(offer, at=at) for offer in offers),
        is_active=_mask(party.is_active for party in givers),
        is_vetted=_mask(party.is_vetted(on=today) for party in givers),
        age_days=_integers(days_between(offer.true_at, at) for offer in offers),
        kept_words=_integers(party.reliability.completed for party in givers),
        broken_words=_integers(party.reliability.broken for party in givers),
    )


def _refused(refusals: Refusals, numbers: Numbering) -> Integers:
    return _integers(
        numbers.needs[need_id] * _STRIDE + numbers.parties[party_id]
        for need_id, party_id in refusals
        if need_id in numbers.needs and party_id in numbers.parties
    )


def _pairs_of(
    matches: Iterable[Match], state: MatchState, lines: LineColumns, offers: OfferColumns
) -> Integers:
    of_state = [match for match in matches if match.state is state]
    if not of_state:
        return _integers(())
    line_at = {line_id: index for index, line_id in enumerate(lines.ids)}
    offer_at = {offer_id: index for index, offer_id in enumerate(offers.ids)}
    return _integers(
        line_at[match.pairing.line_id] * len(offers.ids) + offer_at[match.pairing.offer_id]
        for match in of_state
        if match.pairing.line_id in line_at and match.pairing.offer_id in offer_at
    )


def _named(matches: Iterable[Match], lines: LineColumns, numbers: Numbering) -> Integers:
    """Return the sessions that lines were told, while they may have another."""
    told = [
        (match.pairing.line_id, match.appointment.session_id)
        for match in matches
        if match.appointment is not None and match.state in STANDING
    ]
    if not told:
        return _integers(())
    line_at = {line_id: index for index, line_id in enumerate(lines.ids)}
    return _integers(
        line_at[line_id] * _STRIDE + numbers.sources[session_id]
        for line_id, session_id in told
        if line_id in line_at and session_id in numbers.sources
    )

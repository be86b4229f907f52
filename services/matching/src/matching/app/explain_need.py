"""Explaining a need: why this party, why not that one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from common.clearance import cleared, system
from matching.app.price_pairs import MOST_PRICED, Prices
from matching.app.territory import reaches
from matching.domain.errors import NeedNotKnown, OfferNotFound
from matching.domain.explanation import Circumstances, Explanation, Verdict, explain
from matching.domain.match import HOLDING, STANDING
from matching.domain.reliability import UNTRIED, counted_since

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from common.clock import Clock
    from common.grants import Scope
    from matching.app.policy_ports import Policies
    from matching.app.ports import Areas, Matching, Store
    from matching.domain.identity import NeedId, OfferId, PartyId
    from matching.domain.match import SaidNo
    from matching.domain.need import Need
    from matching.domain.offer import Offer


async def explain_offer(
    need_id: NeedId,
    offer_id: OfferId,
    within: Scope,
    *,
    store: Store,
    areas: Areas,
    policies: Policies,
    prices: Prices,
    clock: Clock,
) -> Sequence[Explanation]:
    """Explain every line of a need with one offer.

    Raises:
        NeedNotKnown: There is no such need, or none for this caller.
        OfferNotFound: There is no such offer, or it is neither in the need's pool nor this
            caller's to see.
    """
    need = await _visible(need_id, within, store=store, areas=areas)
    # A need is met from its whole pool, which is wider than what its worker may look through.
    with cleared(system("offer for a need")):
        at, pool_id = clock.now(), need.site.pool_id
        around = await _with_offer(need, offer_id, within, store=store, areas=areas, at=at)
        policy = await policies.of_pool(pool_id, at=at)
        found = explain(need, around, policy, at=at)
        return await prices.of(found, pool_id, policy, at=at)


async def _with_offer(
    need: Need, offer_id: OfferId, within: Scope, *, store: Store, areas: Areas, at: datetime
) -> Circumstances:
    async with store.transaction() as matching:
        offer = await matching.offers.get(offer_id)
        is_in_pool = offer.site.pool_id == need.site.pool_id
        if not is_in_pool and not await reaches(within, offer.site.area, areas=areas):
            raise OfferNotFound(offer_id=offer_id)
        return await _around(need, [offer], matching=matching, at=at)


async def find_candidates(
    need_id: NeedId,
    within: Scope,
    *,
    store: Store,
    areas: Areas,
    policies: Policies,
    prices: Prices,
    clock: Clock,
) -> tuple[Need, Sequence[Explanation]]:
    """Explain every line of a need with every offer of its pool that names a service it asks for.

    Raises:
        NeedNotKnown: There is no such need, or none for this caller.
    """
    need = await _visible(need_id, within, store=store, areas=areas)
    services = {line.service for line in need.lines}
    with cleared(system("offers for a need")):
        at, pool_id = clock.now(), need.site.pool_id
        async with store.transaction() as matching:
            offers = await matching.offers.in_pool(need.site.pool_id, services)
            around = await _around(need, offers, matching=matching, at=at)
        policy = await policies.of_pool(pool_id, at=at)
        explained = explain(need, around, policy, at=at)
        of_service = [each for each in explained if each.offer.supply.service is each.line.service]
        found = sorted(of_service, key=_place_of)
        return need, await prices.of(found, pool_id, policy, at=at, most=MOST_PRICED)


def _place_of(explanation: Explanation) -> tuple[object, ...]:
    """Put what was chosen first, then the best, then what fewest rules forbid."""
    total = 0 if explanation.worth is None else explanation.worth.total
    return (
        explanation.line.id,
        explanation.verdict is not Verdict.CHOSEN,
        len(explanation.failed),
        -total,
        explanation.offer.id,
    )


async def _visible(need_id: NeedId, within: Scope, *, store: Store, areas: Areas) -> Need:
    async with store.transaction() as matching:
        need = await matching.needs.find(need_id)
    if need is None or not await reaches(within, need.site.area, areas=areas):
        raise NeedNotKnown(need_id=need_id)
    return need


async def _around(
    need: Need, offers: Sequence[Offer], *, matching: Matching, at: datetime
) -> Circumstances:
    givers = {offer.supply.party_id for offer in offers}
    records = await matching.reliabilities.of_parties(givers, since=counted_since(at))
    parties = {
        party_id: replace(party, reliability=records.get(party_id, UNTRIED))
        for party_id, party in (await matching.parties.find_many(givers)).items()
    }
    said_no: defaultdict[PartyId, list[SaidNo]] = defaultdict(list)
    for party_id, said in await matching.needs.said_no(need.id):
        said_no[party_id].append(said)
    matches = await matching.matches.of_need(need.id)
    return Circumstances(
        offers=tuple(offers),
        parties=parties,
        refusals={
            party_id: each.reason
            for party_id, said in said_no.items()
            for each in said
            if each.lifted_at is None
        },
        said_no={party_id: tuple(said) for party_id, said in said_no.items()},
        matches=tuple(match for match in matches if match.state in STANDING | HOLDING),
    )

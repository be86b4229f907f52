"""Following what the registry tells of parties, and waking whoever plans with their offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from matching.domain.identity import PartyId, PoolId

if TYPE_CHECKING:
    from common.clock import Clock
    from matching.app.ports import Matching, Store
    from matching.domain.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class VetParty:
    """A party was vetted, until a day."""

    party_id: PartyId
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendParty:
    """A party may not be matched."""

    party_id: PartyId
    suspended_on: date


async def remember_party(party: Party, *, store: Store) -> None:
    """Know a party, so that it may publish offers."""
    async with store.transaction() as matching:
        await matching.parties.put(party)


async def vet_party(command: VetParty, *, store: Store, clock: Clock) -> None:
    """Let a party be matched where a vetting is needed.

    Raises:
        PartyNotKnown: Its registration has not been heard of yet.
    """
    async with store.transaction() as matching:
        party = await matching.parties.get(command.party_id)
        await _put(party.vetted(until=command.valid_until), matching=matching, clock=clock)


async def suspend_party(command: SuspendParty, *, store: Store, clock: Clock) -> None:
    """Let a party be matched no more, from this transaction on; what it accepted stays.

    Raises:
        PartyNotKnown: Its registration has not been heard of yet.
    """
    async with store.transaction() as matching:
        party = await matching.parties.get(command.party_id)
        await _put(party.suspended(on=command.suspended_on), matching=matching, clock=clock)
        # Whoever is asked at this moment is not to find the party among the answers.
        standing = await matching.matches.lock_standing(command.party_id)
        await matching.matches.save([match.withdraw(at=clock.now()) for match in standing])
        await matching.offers.set_giver_active(command.party_id, is_active=False)


async def approve_party(party_id: PartyId, *, store: Store, clock: Clock) -> None:
    """Let a party be matched, or again.

    Raises:
        PartyNotKnown: Its registration has not been heard of yet.
    """
    async with store.transaction() as matching:
        party = await matching.parties.get(party_id)
        await _put(party.approved(), matching=matching, clock=clock)
        await matching.offers.set_giver_active(party_id, is_active=True)


async def mark_pool(pool_id: PoolId, *, store: Store) -> None:
    """Note that something happened in a pool which its plan must hear of."""
    async with store.transaction() as matching:
        await matching.pools.mark(pool_id)


async def _put(party: Party, *, matching: Matching, clock: Clock) -> None:
    await matching.parties.put(party)
    # The topic of parties is not divided by pools; this one is, so each pool's owner hears.
    pools = await matching.pools.of_party(party.id)
    await matching.pools.tell(pools, at=clock.now())

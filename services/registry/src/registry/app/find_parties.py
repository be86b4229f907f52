"""Looking at parties; what is neither in the caller's area nor the caller's own does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.app.places import is_within
from registry.domain.errors.parties import PartyNotFound

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Slice, Window
    from registry.app.ports.areas import Areas
    from registry.app.ports.parties import Parties, PartyFilter
    from registry.app.ports.work import UnitOfWork
    from registry.domain.party import Party, PartyId


async def find_party(
    party_id: PartyId,
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    parties: Parties,
    areas: Areas,
) -> Party:
    """Return one party; one that was merged lives on as another, which is returned for it.

    Raises:
        PartyNotFound: There is none, or none for this caller.
    """
    async with unit_of_work.transaction():
        party = await parties.get(party_id)
        if party.survivor_id is not None:
            party = await parties.get(party.survivor_id)
        if not await is_within(scope, party.area, areas=areas, org=party.id):
            raise PartyNotFound(party_id=party_id)
        return party


async def list_parties(
    wanted: PartyFilter,
    scope: Scope,
    window: Window,
    *,
    unit_of_work: UnitOfWork,
    parties: Parties,
) -> Slice[Party]:
    """Return the parties that the caller may see, in the order of their ids."""
    async with unit_of_work.transaction():
        return await parties.page(wanted, scope, window)

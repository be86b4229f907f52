"""Finding who was entered twice, by what the records have in common and not by what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.app.find_parties import find_party
from registry.domain.duplicates import Candidate
from registry.domain.party import Party

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.grants import Scope
    from registry.app.ports.areas import Areas
    from registry.app.ports.duplicates import Duplicates
    from registry.app.ports.parties import Parties
    from registry.app.ports.work import UnitOfWork
    from registry.domain.party import PartyId


@dataclass(frozen=True, slots=True)
class Likeness:
    """A party that may be the same, and what speaks for it."""

    party: Party
    candidate: Candidate


async def find_duplicates(
    party_id: PartyId,
    scope: Scope,
    *,
    unit_of_work: UnitOfWork,
    duplicates: Duplicates,
    parties: Parties,
    areas: Areas,
) -> Sequence[Likeness]:
    """Return the parties within the scope that may be this one, the likeliest first."""
    async with unit_of_work.transaction():
        party = await find_party(
            party_id, scope, unit_of_work=unit_of_work, parties=parties, areas=areas
        )
        found = [each for each in await duplicates.of(party, scope) if each.is_likely]
        known = await parties.find_many([each.party_id for each in found])
    ordered = sorted(found, key=lambda each: (-each.points, each.party_id))
    return [Likeness(known[each.party_id], each) for each in ordered]

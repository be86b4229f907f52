"""Parties with what is said about them, page by page, for whoever makes a file of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from common.paging import Slice
from registry.domain.organisation import Organisation
from registry.domain.social_worker import SocialWorker
from registry.domain.volunteer import Volunteer

if TYPE_CHECKING:
    from common.grants import Scope
    from common.paging import Window
    from registry.app.ports.parties import Parties, PartyFilter
    from registry.app.ports.profiles import Shelf
    from registry.app.ports.work import UnitOfWork
    from registry.domain.party import Party

P = TypeVar("P", SocialWorker, Volunteer, Organisation)


async def list_profiles(
    wanted: PartyFilter,
    scope: Scope,
    window: Window,
    *,
    unit_of_work: UnitOfWork,
    parties: Parties,
    profiles: Shelf[P],
) -> Slice[tuple[Party, P]]:
    """Return the parties that the caller may see and that somebody has described.

    The window is one of parties, so a page may hold fewer, and one that holds none may have a next.
    """
    async with unit_of_work.transaction():
        found = await parties.page(wanted, scope, window)
        said = await profiles.find_many([party.id for party in found.items])
    described = ((party, said[party.id]) for party in found.items if party.id in said)
    return Slice(items=tuple(described), next=found.next)

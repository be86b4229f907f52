"""Parties that a record names: they have to exist, and to be what the record takes them for.

They may stand outside the caller's area, as a city's expert does who supervises in a county. So the
service looks by itself, and tells no more than whether the id is one of the wanted kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from common.clearance import cleared, system
from registry.domain.errors.references import PartyOfWrongKind, UnknownParty

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from uuid import UUID

    from registry.app.ports.parties import Parties
    from registry.app.ports.work import UnitOfWork
    from registry.domain.party import Party


class References:
    """The parties that others may name by id."""

    def __init__(self, *, unit_of_work: UnitOfWork, parties: Parties) -> None:
        self._unit_of_work: Final = unit_of_work
        self._parties: Final = parties

    async def check(
        self, ids: Collection[UUID], fits: Callable[[Party], bool], *, wanted: str
    ) -> None:
        """Accept parties that fit; ``wanted`` says in one word of what kind they have to be.

        Raises:
            UnknownParty: There is none with one of the ids.
            PartyOfWrongKind: One is of another kind.
        """
        with cleared(system("looks at parties that a record names")):
            async with self._unit_of_work.transaction():
                known = await self._parties.find_many(ids)
        for party_id in ids:
            if (party := known.get(party_id)) is None:
                raise UnknownParty(party_id=party_id)
            if not fits(party):
                raise PartyOfWrongKind(party_id=party_id, wanted=wanted)

"""Which parties are wanted, asked alike of the list and of its export."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Query

from common.http.places import OfScheme, Within
from common.vocabulary import PartyStanding, Society
from registry.app.ports.parties import PartyFilter


async def _wanted(
    within: Within,
    scheme: OfScheme = None,
    society: Annotated[Society | None, Query(description="Only of this society.")] = None,
    standing: Annotated[PartyStanding | None, Query(description="Only in this standing.")] = None,
) -> PartyFilter:
    return PartyFilter(within=within, scheme=scheme, society=society, standing=standing)


PartiesWanted: TypeAlias = Annotated[PartyFilter, Depends(_wanted)]
"""What the query asks for."""


async def _people(
    within: Within,
    scheme: OfScheme = None,
    standing: Annotated[PartyStanding | None, Query(description="Only in this standing.")] = None,
) -> PartyFilter:
    return PartyFilter(within=within, scheme=scheme, standing=standing)


PeopleWanted: TypeAlias = Annotated[PartyFilter, Depends(_people)]
"""What the query asks for where the society goes without saying."""

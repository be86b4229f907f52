"""Which stations are wanted, asked alike of the list and of its export."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Query

from common.http.places import OfScheme, Within
from common.vocabulary import StationTier
from registry.app.ports.stations import StationFilter
from registry.domain.station import StationStatus


async def _wanted(
    within: Within,
    scheme: OfScheme = None,
    tier: Annotated[StationTier | None, Query(description="Only this tier.")] = None,
    status: Annotated[StationStatus | None, Query(description="Only in this state.")] = None,
) -> StationFilter:
    return StationFilter(within=within, scheme=scheme, tier=tier, status=status)


StationsWanted: TypeAlias = Annotated[StationFilter, Depends(_wanted)]
"""What the query asks for."""

"""Which stations are wanted, asked alike of the list and of its export."""

from dataclasses import replace
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Query

from common.http.places import OfScheme, Within
from common.stations import OperatingMode, StationKind
from common.vocabulary import StationTier
from registry.app.ports.stations import StationFilter
from registry.domain.station import StationId, StationStatus


async def _kin(
    parent_id: Annotated[UUID | None, Query(description="Only right below this one.")] = None,
    merged_into: Annotated[UUID | None, Query(description="Only what went into it.")] = None,
    split_from: Annotated[UUID | None, Query(description="Only what came out of it.")] = None,
) -> StationFilter:
    def known(given: UUID | None) -> StationId | None:
        return None if given is None else StationId(given)

    return StationFilter(
        parent=known(parent_id), merged_into=known(merged_into), split_from=known(split_from)
    )


async def _run(
    operating_mode: Annotated[OperatingMode | None, Query(description="Only run so.")] = None,
    operator_id: Annotated[UUID | None, Query(description="Only run by this agency.")] = None,
) -> StationFilter:
    return StationFilter(mode=operating_mode, operator=operator_id)


async def _wanted(
    within: Within,
    kin: Annotated[StationFilter, Depends(_kin)],
    run: Annotated[StationFilter, Depends(_run)],
    scheme: OfScheme = None,
    tier: Annotated[StationTier | None, Query(description="Only this tier.")] = None,
    status: Annotated[StationStatus | None, Query(description="Only in this state.")] = None,
    kind: Annotated[StationKind | None, Query(description="Only of this kind.")] = None,
) -> StationFilter:
    return replace(
        kin,
        within=within,
        scheme=scheme,
        tier=tier,
        status=status,
        kind=kind,
        mode=run.mode,
        operator=run.operator,
    )


StationsWanted: TypeAlias = Annotated[StationFilter, Depends(_wanted)]
"""What the query asks for."""

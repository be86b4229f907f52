"""All routes of matching."""

from collections.abc import Sequence

from fastapi import APIRouter

from matching.entrypoints.http import (
    allotments,
    calendars,
    fairness,
    hours,
    matches,
    needs,
    offers,
    outcomes,
    policies,
    replays,
    shortages,
    what_ifs,
)


def routers() -> Sequence[APIRouter]:
    """Return the routers of this service."""
    return (
        offers.routes,
        calendars.routes,
        allotments.routes,
        needs.routes,
        matches.routes,
        hours.routes,
        outcomes.routes,
        policies.routes,
        shortages.routes,
        what_ifs.routes,
        fairness.routes,
        replays.routes,
    )

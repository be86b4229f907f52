"""Which of several things of one name a file means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.domain.station import StationStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.domain.party import Party
    from registry.domain.station import Station

_OVER: Final = {StationStatus.CLOSED, StationStatus.MERGED}


def one_serving(alike: Sequence[Station]) -> Station | None:
    """Return the station that is not over, or else one that is: it left its name to the next."""
    return next((each for each in alike if each.status not in _OVER), next(iter(alike), None))


def one_living(alike: Sequence[Party]) -> Party | None:
    """Return the party that was not merged into another: that left its name to it."""
    return next((each for each in alike if each.survivor_id is None), None)

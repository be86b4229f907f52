"""Who may ask, and how far: one table for routes, use cases and tests."""

from typing import Final

from common.grants import Permission, Reach, Role

_READERS: Final = {
    Role.PLATFORM_ADMIN: Reach.EVERYWHERE,
    Role.OFFICER: Reach.AREA,
    Role.COUNTY_SUPERVISOR: Reach.AREA,
    Role.STATION_WORKER: Reach.AREA,
    Role.ANALYST: Reach.AREA,
}

READ_FIGURES: Final = Permission("figures:read", _READERS)
READ_NEEDS: Final = Permission("needs:read", _READERS)
READ_EVENTS: Final = Permission("events:read", _READERS)

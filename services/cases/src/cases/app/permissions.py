"""Who may do what, and how far it reaches: one table for routes, use cases and tests."""

from typing import Final

from common.grants import Permission, Reach, Role

_OVERSIGHT: Final = {
    Role.PLATFORM_ADMIN: Reach.EVERYWHERE,
    Role.OFFICER: Reach.AREA,
    Role.COUNTY_SUPERVISOR: Reach.AREA,
    Role.ANALYST: Reach.AREA,
}
_STATION: Final = {Role.PLATFORM_ADMIN: Reach.EVERYWHERE, Role.STATION_WORKER: Reach.AREA}
_COMMUNITY: Final = {**_STATION, Role.COMMUNITY_WORKER: Reach.AREA}

READ_MEETINGS: Final = Permission("meetings:read", {**_COMMUNITY, **_OVERSIGHT})
RECORD_MEETINGS: Final = Permission("meetings:record", _COMMUNITY)

READ_NEEDS: Final = Permission("needs:read", {**_COMMUNITY, **_OVERSIGHT})
SUBMIT_NEEDS: Final = Permission("needs:submit", _COMMUNITY)
CHANGE_NEEDS: Final = Permission("needs:change", _COMMUNITY)
WITHDRAW_NEEDS: Final = Permission("needs:withdraw", _COMMUNITY)
CLOSE_NEEDS: Final = Permission("needs:close", _STATION)

READ_SERVICE_RECORDS: Final = Permission("service_records:read", {**_STATION, **_OVERSIGHT})
RECORD_SERVICES: Final = Permission("service_records:record", _STATION)

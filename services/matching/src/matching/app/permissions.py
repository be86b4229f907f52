"""Who may use which ability, and how far; routes declare these, use cases judge by them."""

from __future__ import annotations

from typing import Final

from common.grants import Permission, Reach, Role

_ADMIN: Final = {Role.PLATFORM_ADMIN: Reach.EVERYWHERE}
_STATION: Final = _ADMIN | {Role.STATION_WORKER: Reach.AREA}
_OVERSIGHT: Final = _STATION | {
    Role.OFFICER: Reach.AREA,
    Role.COUNTY_SUPERVISOR: Reach.AREA,
    Role.ANALYST: Reach.AREA,
}
_READERS: Final = _OVERSIGHT | {Role.COMMUNITY_WORKER: Reach.AREA}
_RECEIVERS: Final = _STATION | {Role.COMMUNITY_WORKER: Reach.AREA}
_OWN: Final = {Role.PARTNER: Reach.ORGANISATION, Role.VOLUNTEER: Reach.ORGANISATION}

PUBLISH_OFFERS: Final = Permission("offers:publish", _ADMIN | _OWN)
WITHDRAW_OFFERS: Final = Permission("offers:withdraw", _ADMIN | _OWN)
CONFIRM_OFFERS: Final = Permission("offers:confirm", _ADMIN | _OWN)
SCHEDULE_OFFERS: Final = Permission("offers:schedule", _ADMIN | _OWN)
MODERATE_OFFERS: Final = Permission("offers:moderate", _STATION)
ALLOT_OFFERS: Final = Permission("offers:allot", _STATION | _OWN)
READ_OFFERS: Final = Permission("offers:read", _OVERSIGHT | _OWN)

READ_NEEDS: Final = Permission("needs:read", _OVERSIGHT)
READ_PLANS: Final = Permission("plans:read", _READERS)
DECIDE_PLANS: Final = Permission("plans:decide", _STATION)

READ_MATCHES: Final = Permission("matches:read", _READERS | _OWN)
STATE_HOURS: Final = Permission("hours:state", _ADMIN | _OWN)
CONFIRM_HOURS: Final = Permission("hours:confirm", _RECEIVERS)
DROP_OUT: Final = Permission("matches:withdraw", _STATION | _OWN)
TELL_AS_GIVER: Final = Permission("outcomes:tell_as_giver", _ADMIN | _OWN)
TELL_AS_RECEIVER: Final = Permission("outcomes:tell_as_receiver", _RECEIVERS)
READ_OUTCOMES: Final = Permission("outcomes:read", _READERS)
READ_RELIABILITY: Final = Permission("reliability:read", _OVERSIGHT | _OWN)
ANSWER_MATCHES: Final = Permission("matches:answer", _STATION | _OWN)
"""Workers answer for the stations of their area, and for nobody else."""
WATCH_PROPOSALS: Final = Permission("proposals:watch", _READERS | _OWN)

READ_POLICIES: Final = Permission("policies:read", dict.fromkeys(_READERS, Reach.EVERYWHERE))
"""By which figures plans are made is no secret from those who work with them."""
MANAGE_POLICIES: Final = Permission("policies:manage", _ADMIN | {Role.OFFICER: Reach.AREA})
REPLAY_DECISIONS: Final = Permission("decisions:replay", _OVERSIGHT)
READ_FAIRNESS: Final = Permission("fairness:read", _OVERSIGHT)
TRY_POLICIES: Final = Permission(
    "policies:try",
    _ADMIN | dict.fromkeys((Role.OFFICER, Role.COUNTY_SUPERVISOR, Role.ANALYST), Reach.AREA),
)
READ_SHORTAGES: Final = Permission("shortages:read", _OVERSIGHT)

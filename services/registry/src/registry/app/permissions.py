"""Who may use which ability, and how far; routes declare these, use cases judge by them."""

from __future__ import annotations

from typing import Final

from common.grants import Permission, Reach, Role

_GOVERNMENT: Final = {
    Role.PLATFORM_ADMIN: Reach.EVERYWHERE,
    Role.OFFICER: Reach.AREA,
    Role.COUNTY_SUPERVISOR: Reach.AREA,
}
_STATION: Final = _GOVERNMENT | {Role.STATION_WORKER: Reach.AREA}
_READERS: Final = _STATION | {Role.COMMUNITY_WORKER: Reach.AREA, Role.ANALYST: Reach.AREA}
_OWN: Final = {Role.PARTNER: Reach.ORGANISATION, Role.VOLUNTEER: Reach.ORGANISATION}

WRITE_STATIONS: Final = Permission("stations:write", _GOVERNMENT)
READ_STATIONS: Final = Permission("stations:read", _READERS)
WRITE_PARTIES: Final = Permission("parties:write", _STATION)
READ_PARTIES: Final = Permission("parties:read", _READERS | _OWN)
READ_AREAS: Final = Permission("areas:read", dict.fromkeys(Role, Reach.EVERYWHERE))
WRITE_ACCOUNTS: Final = Permission("accounts:write", {Role.PLATFORM_ADMIN: Reach.EVERYWHERE})
READ_ACCOUNTS: Final = Permission("accounts:read", {Role.PLATFORM_ADMIN: Reach.EVERYWHERE})
WRITE_INVITATIONS: Final = Permission("invitations:write", _GOVERNMENT)
READ_INVITATIONS: Final = Permission("invitations:read", _GOVERNMENT)
WRITE_CONTACTS: Final = Permission("contacts:write", _STATION | _OWN)
READ_CONTACTS: Final = Permission("contacts:read", _STATION | _OWN)
READ_IDENTITIES: Final = Permission("identities:read", _STATION | _OWN)
SEARCH_IDENTITIES: Final = Permission("identities:search", _STATION)
ERASE_IDENTITIES: Final = Permission("identities:erase", _GOVERNMENT | _OWN)
WRITE_SUBSTITUTIONS: Final = Permission("substitutions:write", _GOVERNMENT)
READ_SUBSTITUTIONS: Final = Permission("substitutions:read", _GOVERNMENT)
DECIDE_APPLICATIONS: Final = Permission(
    "applications:decide",
    {Role.PLATFORM_ADMIN: Reach.EVERYWHERE, Role.OFFICER: Reach.AREA},
)
READ_APPLICATIONS: Final = Permission("applications:read", _GOVERNMENT)
WRITE_LINKS: Final = Permission("links:write", _STATION)
READ_LINKS: Final = Permission("links:read", _STATION)
_EXPERTS: Final = {Role.EXPERT: Reach.AREA}

WRITE_CONTRACTS: Final = Permission("contracts:write", _GOVERNMENT)
READ_CONTRACTS: Final = Permission("contracts:read", _READERS | {Role.PARTNER: Reach.ORGANISATION})
WRITE_SUPERVISIONS: Final = Permission("supervisions:write", _GOVERNMENT)
READ_SUPERVISIONS: Final = Permission("supervisions:read", _READERS | _EXPERTS)
WRITE_TRAININGS: Final = Permission("trainings:write", _GOVERNMENT)
READ_TRAININGS: Final = Permission("trainings:read", _READERS | _EXPERTS)
WRITE_EXPERTS: Final = Permission("experts:write", _GOVERNMENT)
READ_EXPERTS: Final = Permission("experts:read", _READERS | _EXPERTS)
WRITE_TALENTS: Final = Permission("talents:write", _GOVERNMENT)
READ_TALENTS: Final = Permission("talents:read", _READERS | _EXPERTS)
APPROVE_PARTIES: Final = Permission("parties:approve", _GOVERNMENT)
MAKE_IMPORTS: Final = Permission("imports:make", _STATION)

# What is done about a station from inside it: rooms, hours, projects, how many people there are.
KEEP_STATIONS: Final = Permission("stations:keep", _STATION)
WRITE_STAFFING_RULES: Final = Permission(
    "staffing_rules:write",
    {Role.PLATFORM_ADMIN: Reach.EVERYWHERE, Role.OFFICER: Reach.AREA},
)
READ_STAFFING_RULES: Final = Permission(
    "staffing_rules:read", dict.fromkeys(_READERS, Reach.EVERYWHERE)
)
_LISTERS: Final = _STATION | {Role.PARTNER: Reach.ORGANISATION}
WRITE_SERVICE_ENTRIES: Final = Permission("service_entries:write", _LISTERS)
# Those who keep an entry see where it is, even where that is confidential; nobody else does.
READ_SERVICE_ENTRIES: Final = Permission("service_entries:read", _LISTERS)
READ_SERVICES: Final = Permission("services:read", dict.fromkeys(Role, Reach.EVERYWHERE))
WRITE_POSTINGS: Final = Permission("postings:write", _GOVERNMENT)
READ_POSTINGS: Final = Permission("postings:read", _READERS)
FIND_DUPLICATES: Final = Permission("duplicates:find", _STATION)
READ_HOURS: Final = Permission("hours:read", _STATION | _OWN)
READ_CERTIFICATES: Final = Permission("certificates:read", _STATION | _OWN)
WRITE_CERTIFICATES: Final = Permission("certificates:write", _STATION)
READ_CHANGES: Final = Permission("changes:read", _READERS)

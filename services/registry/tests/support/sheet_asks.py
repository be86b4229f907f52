"""Requests for files of what hangs on stations and parties, for the matrix of who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from people_asks import AGENCY, HELPS, IS, V1, VOLUNTEER, WORKER, WORKS, a_posting, profile
from service_asks import an_entry

from testing.matrix import THING_ORG, Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from testing.api import Api


def _of_profiles(subject: str, arrange: Arrange) -> Arrange:
    async def export(api: Api) -> Ask:
        await arrange(api)
        path = f"{V1}/exports/{subject}.csv"
        return Ask(path=path, sort=Sort.LISTING, mentions=str(THING_ORG))

    return export


async def export_postings(api: Api) -> Ask:
    posting = await a_posting(api)
    return Ask(path=f"{V1}/exports/postings.csv", sort=Sort.LISTING, mentions=posting)


async def export_services(api: Api) -> Ask:
    entry = str(await an_entry(api))
    return Ask(path=f"{V1}/exports/service_entries.csv", sort=Sort.LISTING, mentions=entry)


_WORKER: Final = profile("social_worker", WORKER, WORKS, is_there=True)
_VOLUNTEER: Final = profile("volunteer", VOLUNTEER, HELPS, is_there=True)
_ORGANISATION: Final = profile("organisation", AGENCY, IS, is_there=True)
EXPORTS: Final[Mapping[str, Arrange]] = {
    f"GET {V1}/exports/social_workers.{{form}}": _of_profiles("social_workers", _WORKER),
    f"GET {V1}/exports/volunteers.{{form}}": _of_profiles("volunteers", _VOLUNTEER),
    f"GET {V1}/exports/organisations.{{form}}": _of_profiles("organisations", _ORGANISATION),
    f"GET {V1}/exports/postings.{{form}}": export_postings,
    f"GET {V1}/exports/service_entries.{{form}}": export_services,
}

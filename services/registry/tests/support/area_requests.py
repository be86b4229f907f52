"""Requests about areas, one for each route, for the authorisation matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from sqlalchemy import text

from testing.api import STREET
from testing.matrix import Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from testing.api import Api

V1: Final = "/registry/v1"


async def record_small_tree(api: Api) -> None:
    """Make the small tree of areas known since the middle of 2023, as an import would have."""
    async with api.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        await connection.execute(
            text("""
                insert into area_list
                select distinct list_id, scheme, date '2023-06-30', 11, '', '/', now(), now()
                from area on conflict do nothing
            """)
        )
        await connection.execute(
            text("""
                insert into area_record (
                    scheme, code, valid_from, name, kind, level, is_formal, located_in, parent,
                    ancestors, pool_id, pinyin, initials, grams
                )
                select scheme, code, date '2023-06-30', name, level, level, is_formal, parent,
                    parent, ancestors, pool_id, 'x', 'x', '{}'
                from area on conflict do nothing
            """)
        )


async def list_areas(api: Api) -> Ask:
    await record_small_tree(api)
    return Ask(path=f"{V1}/areas", sort=Sort.LISTING, mentions=STREET)


async def show_area(api: Api) -> Ask:
    await record_small_tree(api)
    return Ask(path=f"{V1}/areas/nbs/{STREET}", sort=Sort.EXISTING)


async def list_ancestors(api: Api) -> Ask:
    await record_small_tree(api)
    path = f"{V1}/areas/nbs/{STREET}/ancestors"
    return Ask(path=path, sort=Sort.LISTING, mentions=STREET)


async def trace_area(api: Api) -> Ask:
    await record_small_tree(api)
    path = f"{V1}/areas/nbs/{STREET}/successors"
    return Ask(path=path, sort=Sort.LISTING, mentions=STREET)


async def locate_area(api: Api) -> Ask:
    await record_small_tree(api)
    path = f"{V1}/areas/at?longitude=121.718&latitude=39.062"
    return Ask(path=path, sort=Sort.LISTING, mentions="2102")


async def list_successions(_api: Api) -> Ask:
    return Ask(path=f"{V1}/area_successions", sort=Sort.LISTING, mentions="items")


async def list_administrations(_api: Api) -> Ask:
    return Ask(path=f"{V1}/area_administrations", sort=Sort.LISTING, mentions="items")


async def find_coverage_base(api: Api) -> Ask:
    await record_small_tree(api)
    path = f"{V1}/coverage_bases?within=2102"
    return Ask(path=path, sort=Sort.LISTING, mentions='"count":3')


async def list_area_lists(_api: Api) -> Ask:
    return Ask(path=f"{V1}/area_lists", sort=Sort.EXISTING)


async def show_area_list(api: Api) -> Ask:
    list_id = uuid4()
    async with api.frame.unit_of_work.transaction() as session:
        await (await session.connection()).execute(
            text(
                "insert into area_list values (:id, 'nbs', '2023-06-30', 0, '', '/', now(), now())"
            ),
            {"id": list_id},
        )
    return Ask(path=f"{V1}/area_lists/{list_id}", sort=Sort.EXISTING)


ABOUT_AREAS: Final[Mapping[str, Arrange]] = {
    f"GET {V1}/area_lists": list_area_lists,
    f"GET {V1}/area_lists/{{list_id}}": show_area_list,
    f"GET {V1}/areas": list_areas,
    f"GET {V1}/areas/{{scheme}}/{{code}}": show_area,
    f"GET {V1}/areas/{{scheme}}/{{code}}/ancestors": list_ancestors,
    f"GET {V1}/areas/{{scheme}}/{{code}}/successors": trace_area,
    f"GET {V1}/areas/at": locate_area,
    f"GET {V1}/area_successions": list_successions,
    f"GET {V1}/area_administrations": list_administrations,
    f"GET {V1}/coverage_bases": find_coverage_base,
}

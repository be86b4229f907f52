"""The public directory on a real database: what its walls hide, and how it takes to being large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

import pytest
from sqlalchemy import text

from common.clearance import cleared, public
from registry.adapters.postgres.directory import PostgresDirectory
from registry.app.browse_directory import AT_ONCE, BrowsingDirectory
from registry.app.ports.directory import ProviderFilter, ServiceFilter, Stretch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.frame import Frame

pytestmark = pytest.mark.usefixtures("small_tree_of_areas")

OPEN, CLOSED, PLANNED = (UUID(int=number) for number in (1, 2, 3))
AGENCY, SUSPENDED, PERSON, INVITED = (UUID(int=number) for number in (4, 5, 6, 7))
EVERYTHING: Final = Stretch(limit=10_000)


@pytest.fixture
async def everyone(frame: Frame) -> None:
    async with frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        await connection.execute(_STATIONS)
        await connection.execute(_PARTIES)


_STATIONS: Final = text(f"""
    insert into station (id, version, tier, name, scheme, area, planned_on, opened_on, closed_on,
        closure_reason)
    values
        ('{OPEN}', 2, 'station', '一', 'nbs', '210213009', '2024-01-01', '2024-02-01', null, null),
        ('{CLOSED}', 3, 'station', '二', 'nbs', '210213008', '2024-01-01', '2024-02-01',
            '2025-01-31', 'merged'),
        ('{PLANNED}', 1, 'station', '三', 'nbs', '210204008', '2024-01-01', null, null, null)
""")  # noqa: S608 - our own ids
_PARTIES: Final = text(f"""
    insert into party (id, version, society, public_name, is_person, scheme, area, suspended_on,
        suspension_reason, standing)
    values
        ('{AGENCY}', 1, 'social_organisation', '四', false, 'nbs', '210213', null, null, 'approved'),
        ('{INVITED}', 1, 'social_organisation', '六', false, 'nbs', '210213', null, null, 'invited'),
        ('{SUSPENDED}', 2, 'social_organisation', '五', false, 'nbs', '210213', '2025-01-01', 'other',
            'suspended'),
        ('{PERSON}', 1, 'volunteer', 'V-0006', true, 'nbs', '210213', null, null, 'approved')
""")  # noqa: E501, S608


@pytest.mark.usefixtures("everyone")
async def test_s4_the_walls_alone_hide_plans_persons_and_who_is_no_partner(frame: Frame) -> None:
    async def seen(table: str) -> Sequence[UUID]:
        async with frame.unit_of_work.transaction() as session:
            connection = await session.connection()
            found = await connection.execute(text(f"select id from {table} order by id"))  # noqa: S608
            return found.scalars().all()

    with cleared(public()):
        assert await seen("station") == [OPEN, CLOSED]
        assert await seen("party") == [AGENCY]


@pytest.mark.usefixtures("everyone")
async def test_who_sees_everything_is_shown_the_same_directory(frame: Frame) -> None:
    directory = PostgresDirectory(frame.unit_of_work, frame.areas)
    browsing = BrowsingDirectory(unit_of_work=frame.unit_of_work, directory=directory)

    services = await browsing.services(ServiceFilter(), EVERYTHING)
    providers = await browsing.providers(ProviderFilter(), EVERYTHING)

    assert ([each.id for each in services.items], services.total) == ([OPEN], 1)
    assert ([each.id for each in providers.items], providers.total) == ([OPEN, AGENCY], 2)


@pytest.mark.usefixtures("everyone")
async def test_a_change_is_stamped_by_whatever_way_it_comes(frame: Frame) -> None:
    directory = PostgresDirectory(frame.unit_of_work, frame.areas)
    before = await directory.service(OPEN)
    async with frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        await connection.execute(text(f"update station set name = '新' where id = '{OPEN}'"))  # noqa: S608
    after = await directory.service(OPEN)

    assert before is not None
    assert after is not None
    assert after.modified_at > before.modified_at


async def test_a_long_list_is_read_to_its_end_part_by_part(frame: Frame) -> None:
    wanted = 2 * AT_ONCE + 1
    async with frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        await connection.execute(_MANY, {"many": wanted})
    directory = PostgresDirectory(frame.unit_of_work, frame.areas)
    browsing = BrowsingDirectory(unit_of_work=frame.unit_of_work, directory=directory)

    parts = [part async for part in browsing.every_provider(ProviderFilter())]

    assert [len(part) for part in parts] == [AT_ONCE, AT_ONCE, 1]
    assert len({each.id for part in parts for each in part}) == wanted


_MANY: Final = text("""
    insert into party (id, version, society, public_name, is_person, scheme, area)
    select gen_random_uuid(), 1, 'community', '社区', false, 'nbs', '210213'
    from generate_series(1, :many)
""")

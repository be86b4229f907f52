"""The whole list of the country, in and out again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from typing_extensions import override

from common.places import AreaRef, UnknownArea
from common.vocabulary import AreaLevel, AreaScheme
from registry.adapters.ndjson import digest_of, line_of
from registry.adapters.packaged_areas import FileOfAreas, PackagedAreas
from registry.adapters.postgres.area_lists import PostgresAreaLists
from registry.app.fetch_area_list import fetch_area_list
from registry.app.import_areas import ImportAreas, ImportingAreas
from registry.bootstrap import build_application
from registry.domain.area_list import Edition, areas_of
from registry.domain.errors.areas import AreaListSuperseded, AreasWouldBeLost

if TYPE_CHECKING:
    from uuid import UUID

    from common.frame import Frame
    from registry.app.ports.areas import AreaList, AreaSource, AreaSources


class Later(PackagedAreas):
    """The same list again, of a later day."""

    @override
    def packaged(self, scheme: AreaScheme, /) -> AreaSource:
        source = super().packaged(scheme)
        assert isinstance(source, FileOfAreas)
        return replace(source, day=date(2024, 6, 30))


async def imported(
    frame: Frame,
    within: str | None = None,
    sources: AreaSources | None = None,
    scheme: AreaScheme = AreaScheme.NBS,
) -> AreaList:
    bound = build_application(frame).import_areas
    assert isinstance(bound, ImportingAreas)
    importing = replace(bound, sources=sources or bound.sources)
    return await importing(ImportAreas(scheme=scheme, within=within))


async def fetched(frame: Frame, list_id: UUID) -> bytes:
    lists = PostgresAreaLists(frame.unit_of_work, frame.outbox)
    found = await fetch_area_list(list_id, unit_of_work=frame.unit_of_work, lists=lists)
    return b"".join([line_of(area) async for areas in found.areas for area in areas])


async def counted(frame: Frame, condition: str) -> int:
    async with frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        found = await connection.execute(text(f"select count(*) from area where {condition}"))  # noqa: S608
        return int(found.scalar_one())


async def test_the_whole_list_is_in_force(frame: Frame) -> None:
    published = await imported(frame)

    assert await counted(frame, "level = 'township'") == 41_352
    assert await counted(frame, "level = 'township' and is_formal") == 41_352 - 2_710
    assert await counted(frame, "level = 'county'") == 2_978
    assert await counted(frame, "level = 'prefecture'") == 342
    assert await counted(frame, "level = 'province'") == 31
    assert published.count == 41_352 + 2_978 + 342 + 31
    await odd_prefectures_are_kept_as_they_are_in_use(frame)
    await a_subtree_is_looked_up_and_not_searched_for(frame)


async def odd_prefectures_are_kept_as_they_are_in_use(frame: Frame) -> None:
    for code, name in [("1101", "市辖区"), ("5002", "县"), ("4290", "省直辖县级行政区划")]:
        area = await frame.areas.find(AreaRef(AreaScheme.NBS, code))
        assert (area.name, area.level, area.is_formal) == (name, AreaLevel.PREFECTURE, True)
    dongguan = await frame.areas.find(AreaRef(AreaScheme.NBS, "441900"))
    assert dongguan.ancestors == frozenset({"44", "4419", "441900"})


async def a_subtree_is_looked_up_and_not_searched_for(frame: Frame) -> None:
    explained = "explain select code from {} where scheme = 'nbs' and ancestors @> array['2102']"
    async with frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        for table in ("area", "area_record"):
            await connection.execute(text(f"analyze {table}"))
            plan = (await connection.execute(text(explained.format(table)))).scalars().all()
            assert any(f"Bitmap Index Scan on {table}_ancestors" in step for step in plan)


async def test_what_is_fetched_has_the_digest_and_count_that_were_announced(frame: Frame) -> None:
    published = await imported(frame, within="21")

    content = await fetched(frame, published.list_id)

    assert sha256(content).hexdigest() == published.sha256
    assert len(content.splitlines()) == published.count
    async with frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        told = await connection.execute(text("select type, version, payload from outbox"))
        (event,) = told.all()
    assert (event.type, event.version) == ("registry.area_list.published.v1", 1)
    assert (event.payload["sha256"], event.payload["count"]) == (published.sha256, published.count)
    assert event.payload["path"] == published.path


async def test_dalian_has_149_formal_townships_and_three_more_codes(frame: Frame) -> None:
    await imported(frame, within="2102")

    in_dalian = "'2102' = any(ancestors) and level = 'township'"
    assert await counted(frame, in_dalian) == 152
    assert await counted(frame, f"{in_dalian} and is_formal") == 149


async def test_a_list_in_force_is_not_imported_again(frame: Frame) -> None:
    first = await imported(frame, within="2102")
    second = await imported(frame, within="2102")

    assert second == first
    async with frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        assert (await connection.execute(text("select count(*) from outbox"))).scalar_one() == 1


async def test_a_wider_list_takes_the_place_of_a_narrower_one(frame: Frame) -> None:
    narrow = await imported(frame, within="2102")
    wide = await imported(frame, within="21")

    lists = PostgresAreaLists(frame.unit_of_work, frame.outbox)
    assert await lists.in_force(AreaScheme.NBS) == wide
    assert await counted(frame, "true") == wide.count
    with pytest.raises(AreaListSuperseded) as refusal:
        await fetched(frame, narrow.list_id)
    assert refusal.value.in_force == wide.list_id


async def test_an_import_of_the_same_day_takes_no_area_away(frame: Frame) -> None:
    await imported(frame, within="2102")

    with pytest.raises(AreasWouldBeLost) as refusal:
        await imported(frame, within="2103")

    assert refusal.value.lost == 163
    assert await counted(frame, "'2102' = any(ancestors)") == 163


async def test_an_older_list_does_not_come_back(frame: Frame) -> None:
    await imported(frame, within="2102", sources=Later())

    with pytest.raises(AreaListSuperseded):
        await imported(frame, within="2102")


async def test_an_import_of_nowhere_changes_nothing(frame: Frame) -> None:
    with pytest.raises(UnknownArea):
        await imported(frame, within="9999")

    assert await counted(frame, "true") == 0


def test_the_same_rows_give_the_same_digest_every_time() -> None:
    source = PackagedAreas().packaged(AreaScheme.NBS)
    edition = Edition(scheme=source.scheme, day=source.day, within="2102")

    digests = {digest_of(areas_of(edition, source.units())) for _ in range(2)}

    assert len(digests) == 1

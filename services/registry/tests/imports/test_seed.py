"""An area filled with things that nobody has, the same for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from common.vocabulary import AreaLevel, AreaScheme, Society
from registry.domain.rows import NamedArea
from registry.domain.synthetic import synthesis
from registry.domain.synthetic_profiles import volunteer_of, worker_of
from registry.entrypoints.commands import COMMANDS
from testing.api import small_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from testing.api import Api


def small() -> Sequence[NamedArea]:
    return [
        NamedArea(code=area.code, name=area.name, level=area.level, ancestors=tuple(area.ancestors))
        for area in small_tree()
    ]


def guizhou() -> Sequence[NamedArea]:
    levels = ((AreaLevel.PREFECTURE, 9), (AreaLevel.COUNTY, 88), (AreaLevel.TOWNSHIP, 1510))
    return [
        NamedArea(code=f"52{level.value[0]}{n}", name=f"{level}{n}", level=level, ancestors=())
        for level, count in levels
        for n in range(count)
    ]


def test_a_province_like_guizhou_gets_as_much_as_guizhou_has() -> None:
    made = synthesis(guizhou(), scheme=AreaScheme.NBS, scale=1, seed=1)

    workers = [each for each in made.people if each.society is Society.SOCIAL_WORKER]
    assert (len(made.stations), len(workers), len(made.people)) == (1_094, 5_000, 55_000)
    assert len({each.id for each in (*made.stations, *made.people)}) == 56_094


def test_the_same_seed_makes_the_same_things_and_another_one_others() -> None:
    again, other = (
        synthesis(small(), scheme=AreaScheme.NBS, scale=1, seed=seed) for seed in (7, 8)
    )

    assert synthesis(small(), scheme=AreaScheme.NBS, scale=1, seed=7) == again
    assert {each.id for each in again.stations}.isdisjoint(each.id for each in other.stations)


async def test_a_seed_fills_an_area_and_refuses_to_do_it_twice(
    client: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    await COMMANDS["seed"](client.service, ["--area", "21"])

    said = capsys.readouterr().out
    assert "8 stations and 403 parties in" in said
    assert said.endswith("37 of them posted\n")
    with pytest.raises(SystemExit) as end:
        await COMMANDS["seed"](client.service, ["--area", "2102"])
    assert str(end.value).startswith("area-not-empty: ")


async def test_everybody_who_is_made_up_is_described_and_workers_work_somewhere(
    client: Api,
) -> None:
    await COMMANDS["seed"](client.service, ["--area", "21"])
    caller = await client.signed_in("platform_admin")

    posted = (await caller.get("/registry/v1/postings?limit=100")).json()["items"]
    parties = (await caller.get("/registry/v1/parties?limit=100&society=volunteer")).json()["items"]
    worker = await caller.get(f"/registry/v1/parties/{posted[0]['worker_id']}/social_worker")
    volunteer = await caller.get(f"/registry/v1/parties/{parties[0]['id']}/volunteer")

    assert len({posting["worker_id"] for posting in posted}) == 37
    assert len({posting["station_id"] for posting in posted}) == 8
    assert worker.json()["education_hours"].keys() == {"2024", "2025"}
    assert volunteer.json()["number"].startswith("V")
    assert volunteer.json()["skills"]


def test_what_is_said_of_made_up_people_is_the_same_again() -> None:
    people = synthesis(small(), scheme=AreaScheme.NBS, scale=1, seed=7).people

    def said() -> list[object]:
        return [
            *(worker_of(each) for each in people if each.society is Society.SOCIAL_WORKER),
            *(volunteer_of(each) for each in people if each.society is Society.VOLUNTEER),
        ]

    assert said() == said()


async def test_an_unknown_area_is_refused_in_a_sentence(client: Api) -> None:
    with pytest.raises(SystemExit) as end:
        await COMMANDS["seed"](client.service, ["--area", "99"])

    assert str(end.value).startswith("unknown-area: ")

from __future__ import annotations

from typing import TYPE_CHECKING

from testing.api import STREET

if TYPE_CHECKING:
    from testing.api import Api

NOTES = "/desk/v1/notes"


async def a_note(worker: Api) -> str:
    body = {"title": "雨棚", "scheme": "nbs", "area": STREET}
    return str((await worker.post(NOTES, json=body)).headers["location"])


async def test_the_version_that_was_seen_may_be_changed(worker: Api) -> None:
    note = await a_note(worker)
    tag = (await worker.get(note)).headers["etag"]

    answer = await worker.post(f"{note}/closure", headers={"if-match": tag})

    assert answer.status_code == 200
    assert (await worker.get(note)).headers["etag"] == '"2"'


async def test_another_version_is_not_overwritten(worker: Api) -> None:
    note = await a_note(worker)

    answer = await worker.post(f"{note}/closure", headers={"if-match": '"7"'})

    assert answer.status_code == 412
    assert answer.json()["type"] == "/problems/precondition-failed"
    assert answer.json()["version"] == 1


async def test_a_tag_that_is_none_of_ours_is_refused(worker: Api) -> None:
    note = await a_note(worker)

    for tag in ("7", 'W/"1"', '"1", "2"', '"x"', '"' + "9" * 30 + '"'):
        answer = await worker.post(f"{note}/closure", headers={"if-match": tag})

        assert answer.status_code == 422, tag
        assert answer.json()["errors"][0]["pointer"] == "/header/if-match"


async def test_whoever_says_nothing_takes_what_is_there(worker: Api) -> None:
    note = await a_note(worker)

    assert (await worker.post(f"{note}/closure", headers={"if-match": "*"})).status_code == 200
    again = await worker.post(f"{note}/closure")
    assert again.json()["type"] == "/problems/note-already-closed"

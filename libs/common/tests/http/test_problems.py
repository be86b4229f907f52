from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from pydantic import SecretStr

import common.http.edge
import common.persistence.engine
from common.http.server import create_app
from testing.api import STREET, Api, api, running
from testing.desk.service import Settings, build

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx
    from starlette.types import Message

NOTE: dict[str, Any] = {"title": "雨棚", "scheme": "nbs", "area": STREET}
NOTES = "/desk/v1/notes"


def a_problem(answer: httpx.Response, status: int, code: str | None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == (f"/problems/{code}" if code else "about:blank")
    assert problem["status"] == status
    assert UUID(problem["instance"].removeprefix("urn:uuid:")).variant
    assert problem["instance"].endswith(answer.headers["x-request-id"])
    return problem


async def test_the_title_is_chinese_unless_english_is_preferred(worker: Api) -> None:
    path = f"{NOTES}/{uuid4()}"

    plain = await worker.get(path)
    english = await worker.get(path, headers={"accept-language": "en-GB,zh;q=0.5"})
    chinese = await worker.get(path, headers={"accept-language": "en;q=0.1, zh-CN"})

    assert a_problem(plain, 404, "note-not-found")["title"] == "没有这张便条。"
    assert a_problem(english, 404, "note-not-found")["title"] == "There is no such note."
    assert english.headers["content-language"] == "en"
    assert a_problem(chinese, 404, "note-not-found")["title"] == "没有这张便条。"
    assert chinese.headers["content-language"] == "zh-CN"


async def test_the_facts_of_an_error_are_members(worker: Api) -> None:
    unknown = uuid4()

    answer = await worker.get(f"{NOTES}/{unknown}")

    assert a_problem(answer, 404, "note-not-found")["note_id"] == str(unknown)


async def test_the_instance_is_the_request_id_of_the_gateway(worker: Api) -> None:
    request_id = str(uuid4())

    answer = await worker.get(f"{NOTES}/{uuid4()}", headers={"x-request-id": request_id})

    assert answer.json()["instance"] == f"urn:uuid:{request_id}"


async def test_a_request_id_that_is_none_is_replaced(worker: Api) -> None:
    answer = await worker.get(f"{NOTES}/{uuid4()}", headers={"x-request-id": "x' or 1=1"})

    assert "or 1=1" not in answer.text
    a_problem(answer, 404, "note-not-found")


async def test_unknown_paths_and_methods_are_problems(desk: Api) -> None:
    a_problem(await desk.get("/nowhere"), 404, None)
    a_problem(await desk.get(f"{NOTES}/"), 404, None)
    wrong_method = await desk.delete(NOTES)

    a_problem(wrong_method, 405, None)
    assert "allow" in wrong_method.headers


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe", b'{"a":}', b"[" * 100_000, b'{"title": "' + b"\xed\xa0\x80" + b'"}'],
    ids=["cut", "not utf-8", "no value", "too deep", "surrogate bytes"],
)
async def test_a_body_that_is_no_json_is_a_problem(worker: Api, content: bytes) -> None:
    answer = await worker.post(NOTES, content=content, headers={"content-type": "application/json"})

    a_problem(answer, 400, "input-malformed")


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"title": ""}, "/body/title", "string-too-short"),
        ({"title": 7}, "/body/title", "string-type"),
        ({"title": "王小明\0"}, "/body/title", "text-invalid"),
        ({"title": "\ud800"}, "/body/title", "text-invalid"),
        ({"tags": ["a", "\0"]}, "/body/tags/1", "text-invalid"),
        ({"scheme": "秘密"}, "/body/scheme", "enum"),
        ({"owner": "王小明"}, "/body/owner", "extra-forbidden"),
        ({"王小明": 1}, "/body", "extra-forbidden"),
        ({"\ud800": 1}, "/body", "text-invalid"),
        ({"weight": float("nan")}, "/body/weight", "finite-number"),
    ],
)
async def test_what_is_wrong_is_named_and_never_repeated(
    worker: Api, change: dict[str, Any], pointer: str, code: str
) -> None:
    content = json.dumps({**NOTE, **change}).encode()

    answer = await worker.post(NOTES, content=content, headers={"content-type": "application/json"})

    flaws = a_problem(answer, 422, "input-invalid")["errors"]
    assert [(flaw["pointer"], flaw["code"]) for flaw in flaws] == [(pointer, code)]
    assert "王小明" not in answer.text
    assert "秘密" not in answer.text


async def test_an_object_with_more_fields_than_there_are_is_one_flaw(worker: Api) -> None:
    crowd = {f"f{number}": 1 for number in range(1_001)}

    whole = await worker.post(NOTES, json=crowd)
    inside = await worker.post(NOTES, json={"title": "一", "tags": [{}, crowd]})

    for answer, pointer in ((whole, "/body"), (inside, "/body/tags/1")):
        [flaw] = a_problem(answer, 422, "input-invalid")["errors"]
        assert (flaw["pointer"], flaw["code"]) == (pointer, "too-many-fields")


async def test_a_missing_body_is_named(worker: Api) -> None:
    answer = await worker.post(NOTES)

    flaws = a_problem(answer, 422, "input-invalid")["errors"]
    assert [(flaw["pointer"], flaw["code"]) for flaw in flaws] == [("/body", "missing")]


async def test_an_id_that_is_none_is_named(worker: Api) -> None:
    flaws = a_problem(await worker.get(f"{NOTES}/7"), 422, "input-invalid")["errors"]

    assert [flaw["pointer"] for flaw in flaws] == ["/path/note_id"]


@pytest.mark.parametrize("path", [f"{NOTES}?title=a%00b", f"{NOTES}/%00"])
async def test_nul_in_a_url_is_refused(worker: Api, path: str) -> None:
    a_problem(await worker.get(path), 422, "input-invalid")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
async def test_other_media_types_are_refused(worker: Api, headers: dict[str, str]) -> None:
    answer = await worker.post(NOTES, content=json.dumps(NOTE), headers=headers)

    a_problem(answer, 415, "media-type-unsupported")


async def test_a_body_above_one_mebibyte_is_refused(worker: Api) -> None:
    content = b'"' + b"a" * (1024 * 1024) + b'"'

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 65536):
            yield content[start : start + 65536]

    announced = await worker.post(NOTES, content=content)
    unannounced = await worker.post(NOTES, content=in_pieces())

    a_problem(announced, 413, None)
    a_problem(unannounced, 413, None)


async def test_a_defect_is_logged_and_not_shown(
    desk: Api, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await desk.get("/desk/v1/defect")

    a_problem(answer, 500, None)
    assert "王小明" not in answer.text
    assert "builtins.RuntimeError" in caplog.text
    assert "desk/routes.py" in caplog.text
    assert "王小明" not in caplog.text


async def test_whatever_goes_wrong_when_the_time_is_over_is_an_outage(
    desk: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common.http.edge, "ANSWER_SECONDS", 0.0)

    answer = await desk.get("/desk/v1/defect")

    a_problem(answer, 503, "temporarily-unavailable")


async def test_a_caller_who_leaves_in_the_middle_of_a_request_is_no_defect(
    worker: Api, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Message] = []
    headers = {**worker.headers, "host": "service.test", "idempotency-key": str(uuid4())}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": NOTES,
        "raw_path": NOTES.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }

    async def left() -> Message:
        return {"type": "http.disconnect"}

    async def tell(message: Message) -> None:
        told.append(message)

    await worker.app(scope, left, tell)

    assert told == []
    assert "defect" not in caplog.text


async def test_a_database_that_is_too_slow_is_an_outage(desk: Api) -> None:
    answer = await desk.get("/desk/v1/outage/5")

    a_problem(answer, 503, "temporarily-unavailable")
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_connection_that_breaks_is_an_outage_and_is_replaced(
    desk: Api, worker: Api, method: str
) -> None:
    async def ask() -> httpx.Response:
        return await worker.request(method, NOTES, json=NOTE if method == "POST" else None)

    await asyncio.gather(*(ask() for _ in range(5)))
    address = desk.frame.settings.database_url.get_secret_value().replace("+asyncpg", "")
    other = await asyncpg.connect(address)
    await other.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    await other.close()

    answers = [await ask() for _ in range(5)]

    assert {answer.status_code for answer in answers} <= {200, 201, 503}
    assert answers[-1].status_code in {200, 201}


async def test_a_database_that_is_gone_is_an_outage() -> None:
    nowhere = SecretStr("postgresql+asyncpg://nobody@127.0.0.1:9/nothing")
    async with running(build, Settings, "testing.desk", database_url=nowhere) as (service, issuer):
        client = Api(create_app(service), service, issuer)
        client.headers["authorization"] = f"Bearer {issuer.token('analyst', STREET)}"

        for answer in (await client.get(NOTES), await client.post(NOTES, json=NOTE)):
            a_problem(answer, 503, "temporarily-unavailable")
        await client.aclose()


async def test_a_pool_that_is_exhausted_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common.persistence.engine, "POOL_TIMEOUT_SECONDS", 0.05)
    async with api(build, Settings, "testing.desk", database_pool=1) as desk:
        worker = await desk.signed_in("station_worker", STREET)
        await worker.get(NOTES)
        async with desk.frame.engine.connect():
            answer = await worker.get(NOTES)

    a_problem(answer, 503, "temporarily-unavailable")

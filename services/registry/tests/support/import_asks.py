"""Requests about an import of parties in the street, for the matrix of who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from sqlalchemy import text

from common.vocabulary import AreaScheme
from testing.api import STREET
from testing.matrix import Arrange, Ask, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from testing.api import Api

V1: Final = "/registry/v1"
WANTED: Final = {"subject": "parties", "form": "csv", "scheme": "nbs", "area": STREET}
_MAPPING: Final = {"columns": {"society": "类别"}}
_MAKE: Final = text("""
    insert into import_job (
        id, revision, subject, form, scheme, area, parts, made_by, grants, state, rows, done, seen,
        counts, flaws, epoch, attempts, created_at
    )
    values (
        :id, 1, 'parties', 'csv', 'nbs', :area, 1, 'somebody', '[]', :state, 0, 0, 0, '{}', 0, 0,
        0, now()
    )
""")
_FLAW: Final = text("""
    insert into import_flaw (import_id, number, code, zh, en, facts)
    values (:id, 2, 'required', '此项必填', 'This has to be filled in', '{}')
""")
_KEEP: Final = text("""
    insert into import_mapping (id, subject, scheme, area, name, document)
    values (:id, 'parties', :scheme, :area, :name, :document)
""")


async def an_import(api: Api, state: str) -> str:
    import_id = uuid4()
    async with api.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        await connection.execute(text("delete from import_job"))
        await connection.execute(_MAKE, {"id": import_id, "area": STREET, "state": state})
        await connection.execute(_FLAW, {"id": import_id})
    return f"{V1}/imports/{import_id}"


async def begin(_api: Api) -> Ask:
    return Ask(path=f"{V1}/imports", sort=Sort.CREATION, json=WANTED)


async def listed(api: Api) -> Ask:
    path = await an_import(api, "done")
    return Ask(path=f"{V1}/imports", sort=Sort.LISTING, mentions=path.rpartition("/")[2])


async def show(api: Api) -> Ask:
    return Ask(path=await an_import(api, "done"), sort=Sort.EXISTING)


async def send_part(api: Api) -> Ask:
    path = await an_import(api, "uploading")
    return Ask(path=f"{path}/parts/1", sort=Sort.EXISTING, json={"any": "octets"})


async def confirm(api: Api) -> Ask:
    path = await an_import(api, "unmapped")
    return Ask(path=f"{path}/mapping", sort=Sort.EXISTING, json={"mapping": _MAPPING})


async def commit(api: Api) -> Ask:
    return Ask(path=f"{await an_import(api, 'checked')}/commit", sort=Sort.EXISTING, json={})


async def flaws(api: Api) -> Ask:
    return Ask(path=f"{await an_import(api, 'done')}/flaws", sort=Sort.EXISTING)


async def progress(api: Api) -> Ask:
    # It rests, so the stream ends at once; who may not see it is told so before one begins.
    return Ask(path=f"{await an_import(api, 'done')}/progress", sort=Sort.EXISTING)


async def mappings(api: Api) -> Ask:
    document = (
        '{"tab": null, "header_rows": 1, "columns": {}, "values": {}, "constants": {},'
        ' "skipped": [], "filled_down": [], "is_exact": false}'
    )
    values = {"id": uuid4(), "scheme": AreaScheme.NBS.value, "area": STREET, "name": "台账"}
    async with api.frame.unit_of_work.transaction() as session:
        connection = await session.connection()
        await connection.execute(text("delete from import_mapping"))
        await connection.execute(_KEEP, {**values, "document": document})
    return Ask(path=f"{V1}/mappings", sort=Sort.LISTING, mentions=str(values["id"]))


IMPORTS: Final[Mapping[str, Arrange]] = {
    f"POST {V1}/imports": begin,
    f"GET {V1}/imports": listed,
    f"GET {V1}/imports/{{import_id}}": show,
    f"PUT {V1}/imports/{{import_id}}/parts/{{number}}": send_part,
    f"POST {V1}/imports/{{import_id}}/mapping": confirm,
    f"POST {V1}/imports/{{import_id}}/commit": commit,
    f"GET {V1}/imports/{{import_id}}/flaws": flaws,
    f"GET {V1}/imports/{{import_id}}/progress": progress,
    f"GET {V1}/mappings": mappings,
}

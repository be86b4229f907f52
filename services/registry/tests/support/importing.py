"""Files on their way into a registry."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from registry.app.application import Application
from registry.entrypoints.importer import Importer
from testing.api import Api

if TYPE_CHECKING:
    from collections.abc import Sequence


V1: Final = "/registry/v1"
PART: Final = 1024 * 1024


def importer_of(client: Api) -> Importer:
    application = client.service.application
    assert isinstance(application, Application)
    return Importer(application.imports.work)


def table(rows: Sequence[Sequence[object]], *, encoding: str = "utf-8-sig") -> bytes:
    target = io.StringIO(newline="")
    csv.writer(target).writerows(rows)
    return target.getvalue().encode(encoding)


@dataclass(frozen=True)
class Desk:
    """Somebody who imports files, and the importer of the service."""

    caller: Api

    async def sent(self, content: bytes, **wanted: object) -> dict[str, Any]:
        """Send a file, have it checked, and return the import."""
        parts = [content[start : start + PART] for start in range(0, len(content), PART)] or [b""]
        asked = {"subject": "stations", "form": "csv", "area": "21", "parts": len(parts), **wanted}
        begun = await self.caller.post(f"{V1}/imports", json=asked)
        assert begun.status_code == 201, begun.text
        path = f"{V1}/imports/{begun.json()['id']}"
        for number, part in enumerate(parts, start=1):
            sent = await self.caller.put(f"{path}/parts/{number}", content=part)
            assert sent.status_code == 200, sent.text
        return await self.worked_on(begun.json()["id"])

    async def mapped(self, import_id: str, **body: object) -> dict[str, Any]:
        """Confirm a mapping, have the file checked, and return the import."""
        answer = await self.caller.post(f"{V1}/imports/{import_id}/mapping", json=body)
        assert answer.status_code == 200, answer.text
        return await self.worked_on(import_id)

    async def committed(self, import_id: str, accept: str = "all") -> dict[str, Any]:
        """Have a file written, and return the import."""
        body = {"accept": accept}
        answer = await self.caller.post(f"{V1}/imports/{import_id}/commit", json=body)
        assert answer.status_code == 200, answer.text
        return await self.worked_on(import_id)

    async def imported(self, content: bytes, **wanted: object) -> dict[str, Any]:
        """Send a file and have all of it written."""
        checked = await self.sent(content, **wanted)
        assert checked["state"] == "checked", checked
        return await self.committed(checked["id"])

    async def worked_on(self, import_id: str) -> dict[str, Any]:
        await importer_of(self.caller).work_once()
        found: dict[str, Any] = (await self.caller.get(f"{V1}/imports/{import_id}")).json()
        return found

    async def flaws(self, import_id: str, language: str = "en") -> list[tuple[int, str, str]]:
        """Return row, column and code of what is wrong."""
        headers = {"accept-language": language}
        answer = await self.caller.get(f"{V1}/imports/{import_id}/flaws", headers=headers)
        return [(flaw["row"], flaw["column"], flaw["code"]) for flaw in answer.json()["items"]]

    async def stations(self) -> list[dict[str, Any]]:
        answer = await self.caller.get(f"{V1}/stations?limit=100")
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def parties(self) -> list[dict[str, Any]]:
        answer = await self.caller.get(f"{V1}/parties?limit=100")
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

"""Every route × every role × own, parent, child and sibling area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from case_requests import a_meeting_body, a_need_body, a_record_body, matched, told

from common.grants import Role
from testing.matrix import BY_WHOM, Arrange, Ask, Sort, try_matrix
from testing.unchecked import try_unchecked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from testing.api import Api

MEETINGS: Final = "/cases/v1/meetings"
NEEDS: Final = "/cases/v1/needs"
RECORDS: Final = "/cases/v1/needs/{need_id}/service_records"


class Scene:
    """Makes things in 先进街道 for others to ask about; what requests can share is made once."""

    def __init__(self, admin: Api) -> None:
        self._admin: Final = admin
        self._meeting: str | None = None
        self._need: str | None = None

    async def meeting(self) -> str:
        if self._meeting is None:
            recorded = await self._admin.post(MEETINGS, json=a_meeting_body())
            self._meeting = recorded.json()["id"]
        return self._meeting

    async def need(self) -> str:
        if self._need is None:
            self._need = await self.new_need()
        return self._need

    async def new_need(self) -> str:
        need_id: str = (await told(self._admin))["id"]
        return need_id

    async def record_meeting(self, _: Api) -> Ask:
        return Ask(path=MEETINGS, sort=Sort.CREATION, json=a_meeting_body())

    async def list_meetings(self, _: Api) -> Ask:
        return Ask(path=MEETINGS, sort=Sort.LISTING, mentions=await self.meeting())

    async def show_meeting(self, _: Api) -> Ask:
        return Ask(path=f"{MEETINGS}/{await self.meeting()}", sort=Sort.EXISTING)

    async def submit_need(self, _: Api) -> Ask:
        return Ask(path=NEEDS, sort=Sort.CREATION, json=a_need_body())

    async def submit_needs(self, _: Api) -> Ask:
        # A batch is answered item by item, so it is judged like a list.
        batch = {"needs": [a_need_body()]}
        return Ask(path=f"{NEEDS}/batch", sort=Sort.LISTING, json=batch, mentions='"status":201')

    async def list_needs(self, _: Api) -> Ask:
        need_id = await self.need()
        return Ask(path=f"{NEEDS}?limit=200", sort=Sort.LISTING, mentions=need_id)

    async def show_need(self, _: Api) -> Ask:
        return Ask(path=f"{NEEDS}/{await self.need()}", sort=Sort.EXISTING)

    async def change_need(self, _: Api) -> Ask:
        line = {"within_metres": 500}
        need = await told(self._admin)
        change = {"lines": [{"id": need["lines"][0]["id"], **line}]}
        return Ask(path=f"{NEEDS}/{need['id']}", sort=Sort.EXISTING, json=change)

    async def withdraw_need(self, _: Api) -> Ask:
        return Ask(path=f"{NEEDS}/{await self.new_need()}/withdrawal", sort=Sort.EXISTING)

    async def close_need(self, _: Api) -> Ask:
        path = f"{NEEDS}/{await self.new_need()}/closure"
        return Ask(path=path, sort=Sort.EXISTING, json={"is_met": False})

    async def record_service(self, _: Api) -> Ask:
        need = await told(self._admin, id=str(uuid4()))
        match = await matched(self._admin, need)
        path = f"{NEEDS}/{need['id']}/service_records"
        return Ask(path=path, sort=Sort.EXISTING, json=a_record_body(match))

    async def list_service_records(self, _: Api) -> Ask:
        return Ask(path=f"{NEEDS}/{await self.need()}/service_records", sort=Sort.EXISTING)

    def requests(self) -> Mapping[str, Arrange]:
        return {
            f"POST {MEETINGS}": self.record_meeting,
            f"GET {MEETINGS}": self.list_meetings,
            f"GET {MEETINGS}/{{meeting_id}}": self.show_meeting,
            f"POST {NEEDS}": self.submit_need,
            f"POST {NEEDS}/batch": self.submit_needs,
            f"GET {NEEDS}": self.list_needs,
            f"GET {NEEDS}/{{need_id}}": self.show_need,
            f"PATCH {NEEDS}/{{need_id}}": self.change_need,
            f"POST {NEEDS}/{{need_id}}/withdrawal": self.withdraw_need,
            f"POST {NEEDS}/{{need_id}}/closure": self.close_need,
            f"POST {RECORDS}": self.record_service,
            f"GET {RECORDS}": self.list_service_records,
        }


@BY_WHOM
async def test_no_role_reaches_further_than_the_table_says(client: Api, *, is_whole: bool) -> None:
    admin = await client.signed_in(Role.PLATFORM_ADMIN)

    tried = await try_matrix(client, Scene(admin).requests(), is_whole=is_whole)

    assert tried.failures == []
    print(f"{tried.cells} cells of cases")  # noqa: T201  # The figure that SECURITY.md tells.


async def test_s4_the_database_alone_keeps_what_is_foreign(client: Api) -> None:
    admin = await client.signed_in(Role.PLATFORM_ADMIN)

    tried = await try_unchecked(client, Scene(admin).requests())

    assert tried.failures == []
    assert tried.cells > 100

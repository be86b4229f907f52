from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import pytest
from fastapi import APIRouter, Depends

from common.grants import Grant, Role, Scope
from common.http.audit import digest_of
from common.http.permissions import Undeclared, permitted, public
from common.http.route import router
from common.http.server import create_app
from common.places import AreaRef
from common.vocabulary import AreaScheme
from testing.api import STREET, api
from testing.callers import a_grant
from testing.desk.notes import READ, WRITE
from testing.desk.service import Settings, build
from testing.matrix import OTHER_ORG, THING_ORG, Ask, Sort, try_matrix
from testing.people import FOREIGN, OWN, crowd, person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from common.service import Service
    from testing.api import Api

NOTES = "/desk/v1/notes"
NOTE = {"title": "雨棚", "scheme": "nbs", "area": STREET}


async def a_note(desk: Api) -> str:
    admin = await desk.signed_in("platform_admin")
    answer = await admin.post(NOTES, json={**NOTE, "org": str(THING_ORG)})
    return str(answer.headers["location"])


async def to_write(_: Api) -> Ask:
    return Ask(path=NOTES, sort=Sort.CREATION, json={**NOTE, "org": str(THING_ORG)})


async def to_list(desk: Api) -> Ask:
    note = await a_note(desk)
    return Ask(path=f"{NOTES}?limit=200", sort=Sort.LISTING, mentions=note.rpartition("/")[2])


async def to_show(desk: Api) -> Ask:
    return Ask(path=await a_note(desk), sort=Sort.EXISTING)


async def to_close(desk: Api) -> Ask:
    return Ask(path=f"{await a_note(desk)}/closure", sort=Sort.EXISTING)


ARRANGED = {
    f"POST {NOTES}": to_write,
    f"GET {NOTES}": to_list,
    f"GET {NOTES}/{{note_id}}": to_show,
    f"POST {NOTES}/{{note_id}}/closure": to_close,
}
UNTRIED = {
    "GET /desk/v1/gate has no request",
    "GET /desk/v1/nothing has no request",
    "GET /desk/v1/numbers has no request",
    "POST /desk/v1/slow_notes has no request",
}

A_FEW = (person((Role.STATION_WORKER, OWN)), person((Role.STATION_WORKER, FOREIGN)))


async def test_every_role_reaches_just_as_far_as_the_table_says(desk: Api) -> None:
    tried = await try_matrix(desk, ARRANGED, is_whole=True)

    assert set(tried.failures) == UNTRIED
    assert tried.cells == (len(ARRANGED) + 1) * len(crowd())


async def test_the_matrix_notices_a_route_that_forgets_the_scope(desk: Api) -> None:
    async def to_show_what_nobody_has(_: Api) -> Ask:
        return Ask(path=f"{NOTES}?title=nothing", sort=Sort.LISTING, mentions="雨棚")

    tried = await try_matrix(
        desk, {**ARRANGED, f"GET {NOTES}": to_show_what_nobody_has}, people=A_FEW
    )

    assert any(
        failure.startswith(f"GET {NOTES} as station_worker (own)") for failure in tried.failures
    )


async def test_a_request_for_no_route_is_noticed(desk: Api) -> None:
    tried = await try_matrix(desk, {**ARRANGED, "GET /nowhere": to_show}, people=A_FEW)

    assert "GET /nowhere is no route" in tried.failures


async def test_what_is_outside_the_scope_looks_like_what_does_not_exist(desk: Api) -> None:
    note = await a_note(desk)
    stranger = await desk.signed_in("station_worker", "210213008")
    missing = f"{NOTES}/0192d3c4-0000-7000-8000-000000000000"

    hidden, unknown = await stranger.get(note), await stranger.get(missing)

    def shape(answer: dict[str, object]) -> dict[str, object]:
        return {name: ... if name in {"instance", "note_id"} else answer[name] for name in answer}

    assert (hidden.status_code, shape(hidden.json())) == (404, shape(unknown.json()))


async def test_the_rules_are_published(desk: Api) -> None:
    routes = (await desk.get("/desk/v1/permissions")).json()["routes"]

    by_route = {f"{rule['method']} {rule['path']}": rule for rule in routes}
    assert by_route[f"POST {NOTES}"] == {
        "method": "POST",
        "path": NOTES,
        "access": "permission",
        "permission": WRITE.name,
        "roles": {
            "platform_admin": "everywhere",
            "station_worker": "area",
            "partner": "organisation",
        },
    }
    assert by_route[f"GET {NOTES}"]["permission"] == READ.name
    assert by_route["GET /desk/v1/me"]["access"] == "token"
    assert by_route["GET /desk/v1/permissions"]["access"] == "public"


def with_router(service: Service, routes: APIRouter) -> Service:
    return replace(service, routers=[*service.routers, routes])


def test_an_undeclared_route_does_not_start() -> None:
    routes = router("/desk/v1", tags=["x"])

    with pytest.raises(Undeclared, match="GET /desk/v1/secret"):

        @routes.get("/secret")
        async def secret() -> str:
            return "everybody may read this"

    assert not routes.routes


def test_two_declarations_do_not_start() -> None:
    routes = router("/desk/v1", tags=["x"])

    with pytest.raises(Undeclared):

        @routes.get("/both", dependencies=[public()])
        async def both(scope: Annotated[Scope, Depends(permitted(READ))]) -> str:
            return scope.sub


async def test_a_router_of_another_kind_does_not_start(desk: Api) -> None:
    routes = APIRouter()

    @routes.get("/open")
    async def unguarded() -> str:
        return "everybody may read this"

    with pytest.raises(TypeError, match="/open"):
        create_app(with_router(desk.service, routes))


async def test_a_change_that_admits_everybody_does_not_start(desk: Api) -> None:
    routes = router("/desk/v1", tags=["x"])

    @routes.post("/open", dependencies=[public()])
    async def unguarded() -> str:
        return "everybody may do this"

    with pytest.raises(TypeError, match="/open"):
        create_app(with_router(desk.service, routes))


def in_area(role: str, code: str) -> Grant:
    return a_grant(Role(role), code)


@pytest.mark.parametrize(
    ("claimed", "held", "effective"),
    [
        ([in_area("analyst", STREET)], [in_area("analyst", STREET)], [in_area("analyst", STREET)]),
        ([in_area("analyst", STREET)], [in_area("analyst", "2102")], [in_area("analyst", STREET)]),
        ([in_area("analyst", "2102")], [in_area("analyst", STREET)], [in_area("analyst", STREET)]),
        ([in_area("analyst", "210213008")], [in_area("analyst", STREET)], []),
        ([in_area("officer", STREET)], [in_area("analyst", STREET)], []),
        ([in_area("analyst", STREET)], [], []),
        ([], [in_area("analyst", STREET)], []),
        ([a_grant("analyst")], [in_area("analyst", STREET)], [in_area("analyst", STREET)]),
        ([in_area("analyst", STREET)], [a_grant("analyst")], [in_area("analyst", STREET)]),
        ([a_grant("platform_admin")], [a_grant("platform_admin")], [a_grant("platform_admin")]),
        ([in_area("analyst", "999")], [in_area("analyst", "999")], [in_area("analyst", "999")]),
        ([in_area("analyst", "999")], [in_area("analyst", "21")], []),
        (
            [a_grant("partner", org=THING_ORG)],
            [a_grant("partner")],
            [a_grant("partner", org=THING_ORG)],
        ),
        (
            [a_grant("partner", org=THING_ORG)],
            [a_grant("partner", org=THING_ORG)],
            [a_grant("partner", org=THING_ORG)],
        ),
        ([a_grant("partner", org=THING_ORG)], [a_grant("partner", org=OTHER_ORG)], []),
    ],
)
async def test_a_grant_counts_as_far_as_both_token_and_account_have_it(
    desk: Api, claimed: Sequence[Grant], held: Sequence[Grant], effective: Sequence[Grant]
) -> None:
    await desk.put_account("worker-7", held)
    caller = await desk.bearing(desk.issuer.mint(desk.issuer.claims("worker-7", claimed)))

    shown = (await caller.get("/desk/v1/me")).json()["grants"]

    assert shown == [
        {
            "role": grant.role,
            "scheme": grant.area and grant.area.scheme,
            "area": grant.area and grant.area.code,
            "org": grant.org and str(grant.org),
        }
        for grant in effective
    ]


async def test_areas_of_two_lists_have_nothing_in_common(desk: Api) -> None:
    mca = Grant(role=Role.ANALYST, area=AreaRef(AreaScheme.MCA, STREET))
    await desk.put_account("worker-7", [mca])
    claims = desk.issuer.claims("worker-7", [in_area("analyst", STREET)])

    caller = await desk.bearing(desk.issuer.mint(claims))

    assert (await caller.get("/desk/v1/me")).json()["grants"] == []


async def test_without_areas_a_grant_still_holds_for_its_own_area() -> None:
    async with api(build, Settings, "testing.desk", has_areas=False) as desk:
        caller = await desk.signed_in("analyst", STREET)

        assert len((await caller.get("/desk/v1/me")).json()["grants"]) == 1
        answer = await (await desk.signed_in("platform_admin")).post(NOTES, json=NOTE)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/areas-not-ready")


async def test_a_refusal_leaves_a_line_that_tells_nobodys_name(
    desk: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    stranger = await desk.signed_in("volunteer", "2102", sub="wang-xiaoming@example.org")

    await stranger.get(NOTES)

    lines = [line for line in caplog.text.splitlines() if "role-not-permitted" in line]
    assert len(lines) == 1
    assert digest_of("wang-xiaoming@example.org") in lines[0]
    assert "wang-xiaoming" not in caplog.text

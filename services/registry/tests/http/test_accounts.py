"""Accounts, as the administrator meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from testing.api import Api

ACCOUNTS = "/registry/v1/accounts"
WORKER = {"role": "station_worker", "scheme": "nbs", "area": "210213009"}


async def test_grants_are_put_and_shown(admin: Api) -> None:
    put = await admin.put(f"{ACCOUNTS}/worker-7", json={"grants": [WORKER]})
    shown = await admin.get(f"{ACCOUNTS}/worker-7")

    assert (put.status_code, put.headers["etag"]) == (200, '"1"')
    assert shown.json() == put.json()
    assert shown.json()["grants"] == [{**WORKER, "role_label": "社工站社工", "org": None}]


async def test_the_same_grants_again_change_nothing(admin: Api) -> None:
    await admin.put(f"{ACCOUNTS}/worker-7", json={"grants": [WORKER]})
    again = await admin.put(f"{ACCOUNTS}/worker-7", json={"grants": [WORKER, WORKER]})

    assert again.headers["etag"] == '"1"'


async def test_an_account_that_was_never_granted_anything_is_not_found(admin: Api) -> None:
    answer = await admin.get(f"{ACCOUNTS}/nobody")

    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/account-not-found")


@pytest.mark.parametrize(
    ("grant", "code"),
    [
        ({"role": "station_worker"}, "grant-incomplete"),
        ({"role": "partner", "scheme": "nbs", "area": "210213009"}, "grant-incomplete"),
        ({"role": "station_worker", "area": "210213009"}, "input-invalid"),
        ({"role": "emperor"}, "input-invalid"),
        ({"role": "station_worker", "scheme": "nbs", "area": "999999"}, "unknown-area"),
        (
            {"role": "partner", "org": "0192d3c4-5b6a-7890-8abc-def012345678"},
            "unknown-organisation",
        ),
    ],
)
async def test_a_grant_that_could_have_no_effect_is_refused(
    admin: Api, grant: object, code: str
) -> None:
    answer = await admin.put(f"{ACCOUNTS}/worker-7", json={"grants": [grant]})

    assert answer.status_code == 422
    assert answer.json()["type"].endswith(f"/{code}")


async def test_a_login_with_characters_that_no_token_has_is_refused(admin: Api) -> None:
    answer = await admin.put(f"{ACCOUNTS}/two words", json={"grants": []})

    assert answer.status_code == 422


async def test_only_the_administrator_grants(client: Api) -> None:
    officer = await client.signed_in("officer", area="21")

    answer = await officer.put(f"{ACCOUNTS}/worker-7", json={"grants": [WORKER]})

    assert answer.status_code == 403


async def test_a_revocation_takes_effect_within_seconds(client: Api, admin: Api) -> None:
    worker = await client.signed_in("station_worker", area="210213009", sub="worker-7")
    before = await worker.get("/registry/v1/stations")

    await admin.put(f"{ACCOUNTS}/worker-7", json={"grants": []})
    client.frame.accounts.forget()
    after = await worker.get("/registry/v1/stations")

    assert (before.status_code, after.status_code) == (200, 403)

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from common.persistence.outbox import CHANNEL
from common.persistence.wake_up import WakeUp
from testing.links import link_to
from testing.waiting import until

if TYPE_CHECKING:
    from sqlalchemy import URL

PATIENCE_SECONDS = 45.0


async def is_heard(wake_up: WakeUp, address: URL) -> bool:
    connection = await asyncpg.connect(address.render_as_string(hide_password=False))
    try:
        wake_up.clear()
        await connection.execute(f"notify {CHANNEL}")
    finally:
        await connection.close()
    heard = asyncio.get_running_loop().time()
    await wake_up.wait(asyncio.Event(), seconds=1.0)
    return asyncio.get_running_loop().time() - heard < 1.0


@pytest.mark.long
async def test_who_listens_over_a_link_that_fell_silent_hears_again_when_it_is_mended(
    url: SecretStr,
) -> None:
    address = make_url(url.get_secret_value()).set(drivername="postgresql")
    port = address.port
    assert port is not None
    with link_to(lambda: port) as link:
        over_link = SecretStr(address.set(port=link.port).render_as_string(hide_password=False))
        async with WakeUp(over_link, "listener") as wake_up:
            await until(lambda: is_heard(wake_up, address))
            link.silence()
            assert not await is_heard(wake_up, address)

            link.mend()

            await until(lambda: is_heard(wake_up, address), seconds=PATIENCE_SECONDS)

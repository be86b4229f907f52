from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from testing.links import HOST, Link, link_to

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1024):
            writer.write(data)
    except ConnectionError:
        pass
    finally:
        writer.close()


@pytest.fixture
async def link() -> AsyncIterator[Link]:
    server = await asyncio.start_server(echo, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        with link_to(lambda: port) as made:
            yield made


@asynccontextmanager
async def connected(link: Link) -> AsyncGenerator[Connection]:
    reader, writer = await asyncio.open_connection(HOST, link.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer(connection: Connection, *, within: float = 10.0) -> bytes:
    reader, writer = connection
    writer.write(b"hello")
    return await asyncio.wait_for(reader.read(1024), within)


async def test_a_link_passes_everything_on(link: Link) -> None:
    async with connected(link) as connection:
        assert await answer(connection) == b"hello"
        assert link.connections == 1


async def test_who_hangs_up_is_heard_at_the_other_end(link: Link) -> None:
    async with connected(link) as connection:
        await answer(connection)
        connection[1].write_eof()

        assert await asyncio.wait_for(connection[0].read(), 10) == b""


async def test_a_reset_breaks_connections_once(link: Link) -> None:
    async with connected(link) as connection:
        await answer(connection)

        link.reset()

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(connection[0].read(), 10)
    async with connected(link) as another:
        assert await answer(another) == b"hello"


async def test_over_a_link_that_is_cut_nobody_gets_through_until_it_is_mended(link: Link) -> None:
    link.cut()
    with pytest.raises(ConnectionError):
        async with connected(link) as connection:
            await asyncio.wait_for(connection[0].read(), 10)

    link.mend()

    async with connected(link) as another:
        assert await answer(another) == b"hello"


async def test_a_silent_link_tells_nobody_anything(link: Link) -> None:
    async with connected(link) as old:
        await answer(old)
        link.silence()
        async with connected(link) as new:
            for connection in (old, new):
                with pytest.raises(TimeoutError):
                    await answer(connection, within=0.1)
            link.mend()
            with pytest.raises(TimeoutError):
                await answer(old, within=0.1)

    async with connected(link) as another:
        assert await answer(another) == b"hello"


async def test_a_slow_link_takes_its_time(link: Link) -> None:
    link.slow(delay=0.05, bytes_per_second=100)
    async with connected(link) as connection:
        started = time.monotonic()
        assert await answer(connection) == b"hello"

    # Five bytes at a hundred a second, and the delay, in each direction.
    assert time.monotonic() - started >= 0.2

"""TCP links between two programs that a test can cut, silence, slow down and mend.

    with link_to(lambda: 5432) as link:
        connect("127.0.0.1", link.port)
        link.silence()
        link.mend()

A link has a thread of its own, so that nothing which a test does holds it up.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

HOST: Final = "127.0.0.1"
_CHUNK: Final = 65_536
_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""Closing does not wait for what is unsent: the other end sees a reset."""


class Link:
    """Passes on what both ends send, as far as it is allowed to."""

    def __init__(self, target: Callable[[], int], port: int) -> None:
        self._target: Final = target
        self._loop: Final = asyncio.new_event_loop()
        self._listening: Final = socket.create_server((HOST, port))
        self._connections: Final[set[_Connection]] = set()
        self._is_cut = False
        self._is_silent = False
        self._delay = 0.0
        self._bytes_per_second: float | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listening.getsockname()[1]
        return port

    @property
    def connections(self) -> int:
        """How many connections run over it now."""
        return len(self._connections)

    def reset(self) -> None:
        """Break every connection, once, and tell both ends."""
        self._in_loop(self._break_all)

    def cut(self) -> None:
        """Break every connection, and every new one, until it is mended."""
        self._is_cut = True
        self.reset()

    def silence(self) -> None:
        """Swallow everything and tell nobody, as a pulled cable does, until it is mended.

        A connection that was silent stays so: what was swallowed is missing.
        """
        self._is_silent = True
        self._in_loop(self._silence_all)

    def slow(self, *, delay: float = 0.0, bytes_per_second: float | None = None) -> None:
        """Pass everything on later, and only so much of it at a time."""
        self._delay, self._bytes_per_second = delay, bytes_per_second

    def mend(self) -> None:
        """Be a good link again, for new connections and those that lost nothing."""
        self._is_cut = self._is_silent = False
        self.slow()

    def run(self, started: threading.Event) -> None:
        """Work until told to end."""
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._accept, sock=self._listening)
        )
        started.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(_cancel_all())
        self._loop.close()

    def end(self) -> None:
        """Stop working, and break what is left."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def take_time(self, size: int) -> None:
        """Take as long as so many bytes take."""
        seconds = self._delay
        if self._bytes_per_second is not None:
            seconds += size / self._bytes_per_second
        if seconds:
            await asyncio.sleep(seconds)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(self, reader, writer, is_silent=self._is_silent)
        self._connections.add(connection)
        try:
            if self._is_cut:
                connection.reset()
            else:
                # One end may be gone; the other sees that its connection ends.
                with contextlib.suppress(OSError):
                    await connection.run(self._target)
        finally:
            self._connections.discard(connection)
            connection.close()

    def _break_all(self) -> None:
        for connection in self._connections:
            connection.reset()

    def _silence_all(self) -> None:
        for connection in self._connections:
            connection.is_silent = True

    def _in_loop(self, act: Callable[[], None]) -> None:
        done = threading.Event()

        def act_and_tell() -> None:
            act()
            done.set()

        self._loop.call_soon_threadsafe(act_and_tell)
        done.wait()


class _Connection:
    """Both halves of one connection."""

    def __init__(
        self,
        link: Link,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        is_silent: bool,
    ) -> None:
        self._link: Final = link
        self._reader: Final = reader
        self._writer: Final = writer
        self._writers: Final = [writer]
        self.is_silent = is_silent

    async def run(self, target: Callable[[], int]) -> None:
        """Pass on, in both directions, until one end hangs up."""
        if self.is_silent:
            await self._pump(self._reader, self._writer)
            return
        reader, writer = await asyncio.open_connection(HOST, target())
        self._writers.append(writer)
        pumps = {
            asyncio.ensure_future(self._pump(self._reader, writer)),
            asyncio.ensure_future(self._pump(reader, self._writer)),
        }
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            if self.is_silent:
                # That one end hung up is swallowed too.
                await asyncio.wait(pumps)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    def reset(self) -> None:
        """Break both halves at once."""
        for writer in self._writers:
            half: socket.socket = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                half.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            writer.transport.abort()

    def close(self) -> None:
        """Hang up on both ends."""
        for writer in self._writers:
            writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._link.take_time(len(data))
            if not self.is_silent:
                writer.write(data)
                await writer.drain()


@contextmanager
def link_to(target: Callable[[], int], *, port: int = 0) -> Generator[Link]:
    """Yield a link to whatever listens on a local port when somebody connects.

    Args:
        target: Tells the port; asked anew for each connection.
        port: Where to listen; any free port by default.
    """
    link = Link(target, port)
    started = threading.Event()
    thread = threading.Thread(target=link.run, args=(started,), name="link")
    thread.start()
    started.wait()
    try:
        yield link
    finally:
        link.end()
        thread.join()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

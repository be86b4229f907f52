"""Heads without an end, and refusals before any application is asked."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route

from common.http.edge import EdgeMiddleware
from common.http.protocol import LARGEST_HEAD, MOST_HEADERS
from common.runtime import Server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from starlette.requests import Request

START = b"GET / HTTP/1.1\r\nhost: service.test\r\n"


async def hello(_request: Request) -> Response:
    return Response(b"hello")


def an_app() -> Starlette:
    app = Starlette(
        routes=[Route("/", hello, methods=["GET", "POST"])],
        middleware=[Middleware(EdgeMiddleware, largest_body=1000)],
    )
    app.state.draining = asyncio.Event()
    return app


@asynccontextmanager
async def connection() -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    server = Server(an_app(), "127.0.0.1", 0)
    serving = asyncio.create_task(server.serve())
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        yield reader, writer
        writer.close()
    finally:
        server.should_exit = True
        await serving


async def answer_to(request: bytes) -> tuple[int, bytes]:
    async with asyncio.timeout(60), connection() as (reader, writer):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.read(100_000) if b"connection: close" in head else b""
    return int(head.split()[1]), body


async def test_a_usual_head_is_read() -> None:
    lines = b"".join(b"x-%d: 1\r\n" % number for number in range(MOST_HEADERS - 1))

    assert (await answer_to(START + lines + b"\r\n"))[0] == 200


@pytest.mark.parametrize(
    "lines",
    [
        b"".join(b"x-%d: 1\r\n" % number for number in range(MOST_HEADERS)) + b"\r\n",
        b"x-a: " + b"a" * LARGEST_HEAD + b"\r\n\r\n",
        # This one never ends; it is not waited for.
        b"x-a: " + b"a" * 2_000_000,
    ],
)
async def test_a_head_that_is_too_large_is_a_problem(lines: bytes) -> None:
    status, body = await answer_to(START + lines)

    assert status == 431
    assert json.loads(body)["status"] == 431


async def test_what_is_not_http_is_a_problem() -> None:
    status, body = await answer_to(b"HELO mail.example\r\n\r\n")

    assert (status, json.loads(body)["title"]) == (400, "Bad Request")


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a,b\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a/b\r\n\r\n",
        b"POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
async def test_a_request_to_nobody_or_to_two_is_refused(request_: bytes) -> None:
    assert (await answer_to(request_))[0] == 400


async def test_nothing_is_kept_by_others_nor_guessed_at() -> None:
    async with asyncio.timeout(60), connection() as (reader, writer):
        writer.write(START + b"\r\n")
        head = (await reader.readuntil(b"\r\n\r\n")).decode()

    assert "cache-control: no-store" in head
    assert "x-content-type-options: nosniff" in head
